"""A deep ReLU network whose weights start so small that nothing gets through."""
from tensorflow import keras
from tensorflow.keras import layers

initializer = keras.initializers.RandomNormal(stddev=0.01)


def build_model(depth=12, width=128):
    inputs = keras.Input(shape=(64,))
    x = inputs
    for _ in range(depth):
        x = layers.Dense(width, activation="relu", kernel_initializer=initializer)(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="small_weights")


model = build_model()
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
