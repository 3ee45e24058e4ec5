import type { Shape } from '../../report/report';
import type { Config, TensorSpec } from '../spec';
import type { GraphObject } from './graphObject';

/** What a layer puts out when it is called on symbolic tensors. Compared by identity. */
export class SymbolicTensor implements TensorSpec {
  constructor(
    readonly shape: Shape,
    readonly dtype: string,
    /** The call that it comes from; null for the argument of a composite layer's own `call`. */
    readonly producer: CallNode | null,
    /** Which output of that call. */
    readonly index: number,
  ) {}
}

/** One call of a layer, operation, composite layer or model. */
export class CallNode {
  readonly outputs: readonly SymbolicTensor[];

  constructor(
    readonly callee: GraphObject,
    /** By Keras' name of the call argument. */
    readonly inputs: CallInputs,
    /** Other call arguments: training, use_causal_mask, … */
    readonly flags: Config,
    outputs: readonly TensorSpec[],
    /** Whether the call returns a list even of one. */
    readonly multiple: boolean,
    /** What happens inside, where the callee is a container. */
    readonly inner: Subgraph | null,
  ) {
    this.outputs = outputs.map(({ shape, dtype }, index) => new SymbolicTensor(shape, dtype, this, index));
  }

  get inputTensors(): readonly SymbolicTensor[] {
    return Object.values(this.inputs).flat();
  }
}

export type CallInputs = { readonly [argument: string]: readonly SymbolicTensor[] };

/** A piece of graph from some tensors to others. */
export interface Subgraph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
}
