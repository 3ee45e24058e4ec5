"""SELU without its conditions: He instead of LeCun initialization, Dropout instead of AlphaDropout."""
from tensorflow import keras
from tensorflow.keras.layers import Dense, Dropout

model = keras.models.Sequential()
model.add(keras.Input(shape=(32,)))
for _ in range(30):
    model.add(Dense(100, activation="selu", kernel_initializer="he_normal"))
    model.add(Dropout(0.2))
model.add(Dense(10, activation="softmax"))

model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(learning_rate=0.01))
