/**
 * Largest of every window, and where it stood (as an index into x, −1 where the window sees no pixel): the first largest in reading order; a NaN
 * wins. Windows start at (a · strideA − top, b · strideB − left). Images `start` to `end` are looked at.
 */
export function maxPool(
  x: usize, start: i32, end: i32, height: i32, width: i32, channels: i32, y: usize, winners: usize, rows: i32, columns: i32,
  windowA: i32, windowB: i32, strideA: i32, strideB: i32, dilationA: i32, dilationB: i32, top: i32, left: i32,
): void {
  const lanes = i32x4(0, 1, 2, 3);
  const before = <usize>(start * rows * columns * channels) << 2;
  y += before;
  winners += before;
  for (let n = start; n < end; n++) {
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < columns; b++) {
        let c = 0;
        for (; c + 4 <= channels; c += 4, y += 16, winners += 16) {
          let best = f32x4.splat(0), place = i32x4.splat(-1);
          let found = false;
          for (let i = 0; i < windowA; i++) {
            const row = a * strideA - top + i * dilationA;
            if (<u32>row >= <u32>height) continue;
            for (let j = 0; j < windowB; j++) {
              const column = b * strideB - left + j * dilationB;
              if (<u32>column >= <u32>width) continue;
              const at = ((n * height + row) * width + column) * channels + c;
              const value = v128.load(x + (<usize>at << 2));
              const here = i32x4.add(i32x4.splat(at), lanes);
              if (!found) {
                best = value;
                place = here;
                found = true;
              } else {
                const unknown = v128.and(f32x4.ne(value, value), f32x4.eq(best, best));
                const wins = v128.or(f32x4.gt(value, best), unknown);
                best = v128.bitselect(value, best, wins);
                place = v128.bitselect(here, place, wins);
              }
            }
          }
          v128.store(y, best);
          v128.store(winners, place);
        }
        for (; c < channels; c++, y += 4, winners += 4) {
          let best: f32 = 0;
          let place = -1;
          for (let i = 0; i < windowA; i++) {
            const row = a * strideA - top + i * dilationA;
            if (<u32>row >= <u32>height) continue;
            for (let j = 0; j < windowB; j++) {
              const column = b * strideB - left + j * dilationB;
              if (<u32>column >= <u32>width) continue;
              const at = ((n * height + row) * width + column) * channels + c;
              const value = load<f32>(x + (<usize>at << 2));
              if (place < 0 || value > best || (value != value && best == best)) {
                best = value;
                place = at;
              }
            }
          }
          store<f32>(y, best);
          store<i32>(winners, place);
        }
      }
    }
  }
}

/** Adds every gradient to the pixel that won. */
export function maxPoolGradient(dy: usize, winners: usize, count: i32, dx: usize): void {
  for (let i = 0; i < count; i++, dy += 4, winners += 4) {
    const place = load<i32>(winners);
    if (place >= 0) {
      const at = dx + (<usize>place << 2);
      store<f32>(at, load<f32>(at) + load<f32>(dy));
    }
  }
}
