import assert from 'node:assert/strict';
import { readModel } from './support';

/** Each program computes `units`; a Dense layer shows what it came to. */
const programs: readonly (readonly [name: string, program: string, units: number])[] = [
  ['arithmetic', 'units = (7 // 2 + 2 ** 3) * 2 - 7 % 4', 19],
  ['floor division of negative numbers', 'units = -7 // 2 + 10', 6],
  ['float to int', 'units = int(0.75 * 64)', 48],
  ['augmented assignment', 'units = 3\nunits *= 4\nunits += 1', 13],
  ['chained assignment', 'a = units = 5', 5],
  ['unpacking', 'a, (b, *c) = 1, (2, 3, 4)\nunits = c[-1] * b', 8],
  ['swap', 'a, b = 1, 2\na, b = b, a\nunits = a * 10 + b', 21],
  ['slices', 'units = sum([1, 2, 3, 4, 5][1:-1:2])', 6],
  ['string slices', 'units = int("abc12"[3:])', 12],
  ['dictionary', 'cfg = {"a": 1, **{"b": 2}}\nunits = cfg["a"] + cfg.get("b", 9) + cfg.get("c", 4)', 7],
  ['comparison chain', 'units = 5 if 1 < 2 < 3 != 4 else 6', 5],
  ['boolean operators give operands', 'units = None or 0 or 7', 7],
  ['membership', 'units = 3 if "x" in {"x": 1} and 4 not in [1, 2] else 4', 3],
  ['walrus', 'units = (n := 4) + n', 8],
  ['conditional import guard', 'try:\n    import foo\nexcept ImportError:\n    foo = None\nunits = 2', 2],
  ['if and elif', 'x = 2\nif x == 1:\n    units = 1\nelif x == 2:\n    units = 22\nelse:\n    units = 3', 22],
  [
    'for with else and break',
    'for i in range(5):\n    if i == 3:\n        units = i\n        break\nelse:\n    units = 9',
    3,
  ],
  ['while', 'units = 1\nwhile units < 50:\n    units *= 2', 64],
  ['continue', 'units = 0\nfor i in range(4):\n    if i % 2:\n        continue\n    units += i', 2],
  [
    'match',
    'match ("a", 3):\n    case ("b", n):\n        units = 1\n    case (_, n) if n > 2:\n        units = n',
    3,
  ],
  ['list comprehension', 'units = sum(i * j for i in range(3) for j in range(3) if i != j)', 4],
  ['dictionary comprehension', 'units = {k: len(k) for k in ["a", "bcd"]}["bcd"]', 3],
  [
    'nested functions and closures',
    'def outer(a):\n    def inner(b=2):\n        return a * b\n    return inner\nunits = outer(4)(b=3)',
    12,
  ],
  ['defaults are evaluated once', 'n = 3\ndef f(a=n):\n    return a\nn = 9\nunits = f()', 3],
  [
    'star and keyword arguments',
    'def f(a, *rest, b=1, **more):\n    return a + sum(rest) + b + more["c"]\nunits = f(1, 2, 3, b=4, c=5)',
    15,
  ],
  [
    'arguments passed on',
    'def g(a, b):\n    return a - b\ndef f(*args, **kw):\n    return g(*args, **kw)\nunits = f(9, b=4)',
    5,
  ],
  ['recursion', 'def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nunits = f(4)', 24],
  ['lambda', 'units = (lambda x, y=2: x * y)(3)', 6],
  [
    'global and nonlocal',
    'n = 1\ndef f():\n    global n\n    n = 6\n    k = 1\n    def g():\n        nonlocal k\n        k += 1\n    g()\n    return k\nunits = f() * n',
    12,
  ],
  [
    'generator',
    'def gen():\n    for i in range(3):\n        yield i\n    yield from [10]\nunits = sum(gen())',
    13,
  ],
  [
    'class attributes and methods',
    'class A:\n    k = 2\n    def __init__(self, n):\n        self.n = n\n    def f(self):\n        return self.n * self.k\nunits = A(4).f()',
    8,
  ],
  [
    'inheritance and super',
    'class A:\n    def f(self):\n        return 3\nclass B(A):\n    def f(self):\n        return super().f() + 1\nunits = B().f()',
    4,
  ],
  [
    'property, static and class methods',
    'class A:\n    @property\n    def p(self):\n        return 2\n    @staticmethod\n    def s(x):\n        return x\n    @classmethod\n    def c(cls):\n        return cls.s(5)\nunits = A().p * A.c()',
    10,
  ],
  [
    'special methods',
    'class V:\n    def __init__(self, n):\n        self.n = n\n    def __add__(self, o):\n        return V(self.n + o.n)\n    def __call__(self):\n        return self.n\nunits = (V(2) + V(3))()',
    5,
  ],
  [
    'dataclass',
    'from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n    b: int = 4\nunits = C(a=2).b * C(3).a',
    12,
  ],
  ['namedtuple', 'from collections import namedtuple\nP = namedtuple("P", "a b")\nunits = P(3, b=4).b', 4],
  [
    'decorator',
    'def twice(f):\n    def g(*a):\n        return 2 * f(*a)\n    return g\n@twice\ndef f(x):\n    return x\nunits = f(7)',
    14,
  ],
  ['partial', 'from functools import partial\nunits = partial(lambda a, b: a * b, b=5)(3)', 15],
  ['reduce', 'from functools import reduce\nunits = reduce(lambda a, b: a * b, [2, 3, 4])', 24],
  [
    'itertools',
    'import itertools\nunits = len(list(itertools.product([1, 2], repeat=3))) + sum(itertools.chain([1], [2]))',
    11,
  ],
  ['math', 'import math\nunits = int(math.sqrt(81)) + math.ceil(1.2)', 11],
  [
    'enumerate and zip',
    'units = 0\nfor i, (a, b) in enumerate(zip([1, 2], [3, 4]), start=1):\n    units += i * a * b',
    19,
  ],
  ['sorted with a key', 'units = sorted([3, 11, 2], key=lambda x: -x)[0]', 11],
  ['formatting', 'units = int("%d%s" % (1, "2")) + int(f"{3:02d}") + int("{:.0f}".format(4.2))', 19],
  ['string methods', 'units = len("a,b,,c".split(",")) + int(" 7 ".strip())', 11],
  [
    'argparse defaults',
    'import argparse\np = argparse.ArgumentParser()\np.add_argument("--hidden-units", type=int, default="12")\nunits = p.parse_args().hidden_units',
    12,
  ],
  ['a failing statement does not stop the next', 'units = 4\nunits = [1, 2][5]\n', 4],
  [
    'exceptions by class',
    'try:\n    {}["x"]\nexcept (ValueError, KeyError) as e:\n    units = 3\nfinally:\n    units += 1',
    4,
  ],
  [
    'an own exception',
    'class E(Exception):\n    pass\ndef f():\n    raise E("no")\ntry:\n    f()\nexcept E:\n    units = 8',
    8,
  ],
  ['assert stops a function', 'def f():\n    assert 1 == 2\n    return 1\nunits = 6\nunits = f()', 6],
  ['del', 'd = {"a": 1, "b": 2}\ndel d["a"]\nunits = len(d) + 2', 3],
  ['a long loop ends', 'units = 5\nwhile True:\n    pass\n', 5],
  ['numpy', 'import numpy as np\nunits = int(np.prod(np.zeros((3, 4)).reshape(2, -1).shape))', 12],
  ['os.path', 'import os\nunits = len(os.path.join("a", "b.csv")) + len(os.path.splitext("x.h5")[1])', 10],
  ['main guard', 'if __name__ == "__main__":\n    units = 3', 3],
  ['with', 'with open("x") as f:\n    units = 2', 2],
];

describe('python interpreter', () => {
  for (const [name, program, units] of programs) {
    it(name, async () => {
      const { layers } = await readModel(
        `from keras import layers, models\n${program}\nmodel = models.Sequential([layers.Input((2,)), layers.Dense(units)])\n`,
      );
      assert.equal(layers.at(-1)?.config['units'], units);
    });
  }
});
