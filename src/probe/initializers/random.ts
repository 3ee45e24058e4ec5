/**
 * A stream of random numbers that depends on its name alone: a weight's draws stay the same whatever happens to other weights.
 * sfc32 (C. Doty-Humphrey), seeded by cyrb128 of the name.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare: number | null = null;

  constructor(name: string) {
    let h1 = 1779033703;
    let h2 = 3144134277;
    let h3 = 1013904242;
    let h4 = 2773480762;
    for (let i = 0; i < name.length; i++) {
      const k = name.charCodeAt(i);
      h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
      h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
      h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
      h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
    }
    this.a = Math.imul(h3 ^ (h1 >>> 18), 597399067) | 0;
    this.b = Math.imul(h4 ^ (h2 >>> 22), 2869860233) | 0;
    this.c = Math.imul(h1 ^ (h3 >>> 17), 951274213) | 0;
    for (let i = 0; i < 15; i++) {
      this.next();
    }
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.next() / 4294967296;
  }

  /** Uniform integer below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.spare = y * scale;
        return x * scale;
      }
    }
  }

  /** Standard normal cut at two standard deviations. */
  truncatedNormal(): number {
    for (;;) {
      const value = this.normal();
      if (Math.abs(value) <= 2) {
        return value;
      }
    }
  }

  private next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** A permutation of 0 … count − 1. */
export function permutation(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
