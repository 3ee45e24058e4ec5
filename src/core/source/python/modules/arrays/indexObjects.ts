import { Native, type Value, unknown } from '../../values';
import { ArrayValue } from './arrayValue';

class IndexObject extends Native {
  constructor(readonly typeName: string) {
    super();
  }

  override item(index: Value): Value {
    const parts = index.kind === 'tuple' ? index.items : [index];
    const arrays = parts.filter((part): part is ArrayValue => part instanceof ArrayValue);
    const [first] = arrays;
    if (this.typeName === 'c_' && first?.shape) {
      const columns = arrays.reduce<number | null>((sum, array) => {
        const size = array.shape?.length === 1 ? 1 : (array.shape?.[1] ?? null);
        return sum === null || size === null ? null : sum + size;
      }, 0);
      return first.reshaped([first.shape[0] ?? null, columns]);
    }
    return first
      ? first.reshaped(first.shape && [null, ...first.shape.slice(1)])
      : unknown('arrays put together');
  }
}

/** `np.c_[a, b]` and `np.r_[a, b]`. */
export const indexObject = (name: 'r_' | 'c_'): Native => new IndexObject(name);
