import { isInputLayer } from '../../../model/graph/graph';
import type { GraphObject } from '../../../model/graph/graphObject';
import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import { ReadAgain } from '../errors';
import type { Place } from '../values';

/** How many axes the inputs have whose shape the source does not tell: found out by the layers that refuse them. */
export class RankWishes {
  private readonly wishes = new Map</* offset of the input's call */ number, number>();
  /** So often the program may be read again. */
  private left = 3;
  private places = new Map<GraphObject, Place>();

  /** A new reading of the program starts. */
  restart(): void {
    this.places = new Map();
  }

  wish(place: Place): number | undefined {
    return this.wishes.get(place.start);
  }

  /** An input stands in for an unknown shape. */
  remember(input: GraphObject, place: Place): void {
    this.places.set(input, place);
  }

  /** Looks whether a layer refuses a tensor only because a stand-in has the wrong number of axes; then the program is read again. */
  consider(message: string, tensors: readonly SymbolicTensor[]): void {
    const expected = Number(/expected (?:min_)?ndim=(\d+)/.exec(message)?.[1]);
    if (!Number.isFinite(expected) || this.left === 0) {
      return;
    }
    for (const tensor of tensors) {
      const input = sourceOf(tensor);
      const place = input && this.places.get(input);
      if (place && !this.wishes.has(place.start)) {
        this.wishes.set(place.start, expected - 1);
        this.left--;
        throw new ReadAgain();
      }
    }
  }
}

function sourceOf(tensor: SymbolicTensor): GraphObject | undefined {
  let at: SymbolicTensor | undefined = tensor;
  for (let steps = 0; at && steps < 200; steps++) {
    const callee: GraphObject | undefined = at.producer?.callee;
    if (!callee || isInputLayer(callee)) {
      return callee;
    }
    at = at.producer?.inputTensors[0];
  }
  return undefined;
}
