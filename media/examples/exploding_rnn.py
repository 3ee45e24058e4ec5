"""A recurrent network whose state grows at every time step."""
import keras
from keras import layers

TIME_STEPS = 40

model = keras.Sequential(
    [
        keras.Input(shape=(TIME_STEPS, 8)),
        layers.SimpleRNN(
            64,
            activation="relu",
            recurrent_initializer=keras.initializers.RandomNormal(stddev=0.35),
        ),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.01), loss="mse")
