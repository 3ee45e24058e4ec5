import { isConfig, isList } from '../../model/catalogue/configAccess';
import type { Config, Json } from '../../model/spec';

/** Where a tensor comes from in a saved model: which output of which call of which layer. */
export interface TensorReference {
  readonly layer: string;
  readonly node: number;
  readonly output: number;
}

/** `{ class_name: '__keras_tensor__', config: { keras_history: [layer, node, output] } }` */
export function tensorReference(value: Json | undefined): TensorReference | null {
  if (!isConfig(value) || value.class_name !== '__keras_tensor__' || !isConfig(value.config)) {
    return null;
  }
  return historyReference(value.config.keras_history);
}

/** `[layer, node, output]` */
export function historyReference(value: Json | undefined): TensorReference | null {
  if (!isList(value)) {
    return null;
  }
  const [layer, node, output] = value;
  return typeof layer === 'string' && typeof node === 'number' && typeof output === 'number'
    ? { layer, node, output }
    : null;
}

/** One reference or a list of them, in lists or dictionaries of any depth: `output_layers`, a call's first argument. */
export function tensorReferences(value: Json | undefined): readonly TensorReference[] {
  if (value === undefined) {
    return [];
  }
  const own = tensorReference(value) ?? historyReference(value);
  if (own) {
    return [own];
  }
  if (isList(value)) {
    return value.flatMap(tensorReferences);
  }
  return isConfig(value) ? Object.values(value).flatMap(tensorReferences) : [];
}

export interface SavedCall {
  readonly args: readonly Json[];
  readonly kwargs: Config;
}

/** A call as Keras 3 writes it, or as Keras 2 did: a list of `[layer, node, output, kwargs]`. */
export function savedCall(value: Json): SavedCall {
  if (isConfig(value)) {
    return {
      args: isList(value.args) ? value.args : [],
      kwargs: isConfig(value.kwargs) ? value.kwargs : {},
    };
  }
  const items = isList(value) ? value : [];
  const tensors = items.flatMap((item) => {
    const reference = historyReference(item);
    return reference ? [oldTensor(reference)] : [];
  });
  const last = isList(items[0]) ? items[0][3] : undefined;
  return {
    args: [tensors.length === 1 ? (tensors[0] ?? null) : tensors],
    kwargs: isConfig(last) ? last : {},
  };
}

function oldTensor({ layer, node, output }: TensorReference): Json {
  return { class_name: '__keras_tensor__', config: { keras_history: [layer, node, output] } };
}
