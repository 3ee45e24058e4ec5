import { type Value, bool, float, int, intOf, none, numberOf, unknown } from '../values';
import { type Functions, type Members, functionValues } from './moduleTable';

const real = (compute: (...x: readonly number[]) => number, result: (value: number) => Value = float) =>
  ((args) => {
    const numbers = args.positional.map((value) => numberOf(value));
    const missing = args.positional.find((value) => numberOf(value) === undefined);
    return missing
      ? missing.kind === 'unknown'
        ? unknown(missing.reason, missing.origin)
        : unknown('a number')
      : result(compute(...numbers.map((x) => x ?? NaN)));
  }) satisfies Functions[string];

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

const functions: Functions = {
  sqrt: real(Math.sqrt),
  exp: real(Math.exp),
  log: real((x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base))),
  log2: real(Math.log2),
  log10: real(Math.log10),
  log1p: real(Math.log1p),
  expm1: real(Math.expm1),
  pow: real(Math.pow),
  sin: real(Math.sin),
  cos: real(Math.cos),
  tan: real(Math.tan),
  asin: real(Math.asin),
  acos: real(Math.acos),
  atan: real(Math.atan),
  atan2: real(Math.atan2),
  sinh: real(Math.sinh),
  cosh: real(Math.cosh),
  tanh: real(Math.tanh),
  fabs: real(Math.abs),
  degrees: real((x) => (x * 180) / Math.PI),
  radians: real((x) => (x * Math.PI) / 180),
  hypot: real(Math.hypot),
  copysign: real((x, y) => Math.abs(x) * (y < 0 || Object.is(y, -0) ? -1 : 1)),
  fmod: real((x, y) => x % y),
  ceil: real(Math.ceil, int),
  floor: real(Math.floor, int),
  trunc: real(Math.trunc, int),
  isqrt: real((x) => Math.floor(Math.sqrt(x)), int),
  factorial: real((x) => factorial(Math.min(x, 170)), int),
  gcd: real((...x) => x.reduce(gcd, 0), int),
  comb: real((n, k) => Math.round(factorial(n) / factorial(k) / factorial(n - k)), int),
  isnan: real(
    (x) => Number(Number.isNaN(x)),
    (x) => bool(Boolean(x)),
  ),
  isinf: real(
    (x) => Number(!Number.isFinite(x) && !Number.isNaN(x)),
    (x) => bool(Boolean(x)),
  ),
  isfinite: real(
    (x) => Number(Number.isFinite(x)),
    (x) => bool(Boolean(x)),
  ),
  prod: (args, vm) => {
    const items = vm.iterate(args.positional[0] ?? none)?.map(numberOf);
    return items && !items.includes(undefined)
      ? int(items.reduce<number>((product, x) => product * (x ?? 1), intOf(args.keyword('start')) ?? 1))
      : unknown('a product');
  },
};

export const math: Members = {
  ...functionValues('math', functions),
  pi: float(Math.PI),
  e: float(Math.E),
  tau: float(2 * Math.PI),
  inf: float(Infinity),
  nan: float(NaN),
};
