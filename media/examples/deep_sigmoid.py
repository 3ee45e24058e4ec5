"""Twenty sigmoid layers: the classic that does not learn."""
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.models import Sequential

DEPTH = 20

model = Sequential()
model.add(Input(shape=(784,)))
for i in range(DEPTH):
    model.add(Dense(100, activation='sigmoid'))
model.add(Dense(10, activation='softmax'))

model.compile(optimizer='sgd', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
