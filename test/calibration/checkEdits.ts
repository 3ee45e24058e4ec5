import { prescribe } from '../../src/core/fixes/prescribe';
import type { FixCandidate } from '../../src/core/fixes/fix';
import type { LayerSpec, ModelSpec } from '../../src/core/model/spec';
import type { Reader, ReadResult } from '../../src/core/source/reader';
import type { PythonParser, SyntaxNode } from '../../src/core/source/python/syntax';
import type { SourceText } from '../../src/core/text/sourceText';
import { rulePages } from '../../src/core/rules/rulePages';
import { findingsOf } from '../support/findings';

/** One candidate of one model, and what is wrong with its edits; null: nothing. */
export interface CheckedEdit {
  readonly model: string;
  readonly fix: string;
  readonly problem: Problem | null;
  readonly detail: string;
  /** Another model is made by the same call: it changes too, which the fix has to say. */
  readonly sharedWith: readonly string[];
}

export type Problem =
  | 'overlaps'
  | 'does not parse'
  | 'loses the model'
  | 'changes nothing'
  | 'changes something else'
  | 'changes another model'
  | 'is offered again';

export interface EditTools {
  readonly reader: Reader;
  readonly parser: PythonParser;
}

/** Every rule at once, and those alone that ask for larger steps: together they make every maker propose all it has. */
const findingSets: readonly (readonly string[])[] = [
  rulePages.map((page) => page.id),
  ['GD104', 'GD111'],
  ['GD107'],
];

/** What each fix may change, as `differences` tells it. Every difference has to be one of these, and there has to be one. */
const intentions: readonly (readonly [fix: RegExp, allowed: RegExp])[] = [
  [
    /^(he-normal|glorot-uniform|lecun-normal|fitting-initializers)$/,
    /^\w+\.(kernel|depthwise)_initializer=(HeNormal|GlorotUniform|LecunNormal)$/,
  ],
  [
    /^(relu|selu|tanh|leaky-relu|elu|gelu)-(he-normal|lecun-normal|glorot-uniform)$/,
    /^\w+\.(activation=(relu|selu|tanh|leaky_relu|elu|gelu)|(kernel|depthwise)_initializer=(HeNormal|LecunNormal|GlorotUniform)|negative_slope=.*)$|^[+-](ReLU|LeakyReLU|Activation)$/,
  ],
  [/^relu-in-linear-layers$/, /^Dense\.(activation=relu|kernel_initializer=HeNormal)$/],
  [/^alpha-dropout$/, /^(-Dropout|\+AlphaDropout|\w+\.kernel_initializer=LecunNormal)$/],
  [/^raise-clipping$/, /^optimizer\.(clipnorm|clipvalue|global_clipnorm)=1$/],
  [/^linear-output$/, /^\w+\.activation=linear$/],
  [/^tanh-recurrent$/, /^\w+\.activation=tanh$/],
  [/^batch-normalization(-first)?$/, /^\+BatchNormalization$/],
  [/^layer-normalization$/, /^\+LayerNormalization$/],
  [
    /^batch-normalization-before-activation$/,
    /^(\+(BatchNormalization|Activation|ReLU)|\w+\.(activation=linear|use_bias=false|bias_initializer=.*))$/,
  ],
  [/^rescaling$/, /^\+Rescaling$/],
  [/^scale-data$/, /^data\./],
  [
    /^(clipnorm|global-clipnorm)$/,
    /^optimizer\.(clipnorm=1|global_clipnorm=1|clipnorm=null|clipvalue=null|global_clipnorm=null)$/,
  ],
  [/^learning-rate-(down|up)$/, /^optimizer\.learning_rate=[\d.e-]+$/],
  [/^(adam|nadam)$/, /^optimizer\./],
  [/^warm-up$/, /^optimizer\.learning_rate=CosineDecay$/],
  [/^orthogonal$/, /^\w+\.recurrent_initializer=Orthogonal$/],
  [/^lstm$/, /^([+-](LSTM|SimpleRNN|Bidirectional)|\w+\.(layer|backward_layer)=LSTM)$/],
  [/^forget-bias$/, /^\w+\.(bias_initializer|unit_forget_bias)=.*$/],
  [/^zero-bias$/, /^\w+\.bias_initializer=Zeros$/],
  [
    /^(sigmoid-binary-crossentropy|sigmoid-output|softmax-output|(binary|categorical|sparse-categorical)-crossentropy|from-logits|from-probabilities|output-units)(-\d+)?$/,
    /^(\w+\.activation=(sigmoid|softmax|linear)|\w+\.units=\d+|loss=.*|[+-](Activation|ReLU|Softmax)|metrics=.*)$/,
  ],
  [/^(rename|remove)-argument(-\d+)?$/, /./],
  [/^(freeze-base|inference-mode|preprocess-input|fine-tuning-rate)/, /./],
];

/** Applies every candidate that any finding could bring, each alone, and reads the result. */
export function checkEdits(source: SourceText, tools: EditTools): readonly CheckedEdit[] {
  const result = tools.reader.read(source);
  return result.models.flatMap((spec) => {
    const seen = new Set<string>();
    return findingSets.flatMap((ids) =>
      prescribe(spec, source, findingsOf(...ids), result.refused)
        .filter(({ id }) => !seen.has(id) && seen.add(id))
        .filter(({ edits }) => edits.length > 0)
        .map((candidate) => checkCandidate({ source, result, spec, candidate, ids }, tools)),
    );
  });
}

interface Job {
  readonly source: SourceText;
  readonly result: ReadResult;
  readonly spec: ModelSpec;
  readonly candidate: FixCandidate;
  readonly ids: readonly string[];
}

function checkCandidate({ source, result, spec, candidate, ids }: Job, tools: EditTools): CheckedEdit {
  const shared = result.models.filter((other) => other.id !== spec.id && sharesCalls(spec, other));
  const answer = (problem: Problem | null, detail = ''): CheckedEdit => ({
    model: spec.id,
    fix: candidate.id,
    problem,
    detail,
    sharedWith: shared.map((model) => model.id),
  });
  let edited: SourceText;
  try {
    edited = source.apply(candidate.edits);
  } catch {
    return answer('overlaps');
  }
  const errors = (text: SourceText): number =>
    tools.parser.parse(text).cells.reduce((sum, cell) => sum + countErrors(cell.tree), 0);
  if (errors(edited) > errors(source)) {
    return answer('does not parse');
  }
  const again = tools.reader.read(edited);
  const model = again.models.find((m) => m.id === spec.id);
  if (!model) {
    return answer('loses the model');
  }
  const changes = differences(spec, model);
  if (changes.length === 0 && !candidate.syntactic) {
    return answer('changes nothing');
  }
  if (!candidate.combination) {
    const allowed = intentions.find(([fix]) => fix.test(candidate.id))?.[1];
    const odd = changes.filter((change) => !allowed?.test(change));
    if (odd.length > 0) {
      return answer('changes something else', [...new Set(odd)].slice(0, 4).join(', '));
    }
  }
  for (const other of result.models) {
    const now = again.models.find((m) => m.id === other.id);
    if (other.id !== spec.id && !shared.includes(other) && (!now || differences(other, now).length > 0)) {
      return answer('changes another model', other.id);
    }
  }
  // A rate can be lowered again and again; whatever else is written once needs no second time.
  const repeated = /learning-rate|fine-tuning-rate/.test(candidate.id)
    ? undefined
    : prescribe(model, edited, findingsOf(...ids), again.refused).find(({ id }) => id === candidate.id);
  return repeated && !candidate.syntactic ? answer('is offered again', repeated.title) : answer(null);
}

/** Whether a call of the source makes something of both models: no edit of it can spare the other one. */
function sharesCalls(a: ModelSpec, b: ModelSpec): boolean {
  const sites = (spec: ModelSpec): Set<number> =>
    new Set(
      [
        ...[...spec.layers, ...spec.containers].map((layer) => layer.site?.id),
        spec.compile?.site?.id,
        spec.compile?.optimizer.site?.id,
      ].filter((id) => id !== undefined),
    );
  const ours = sites(a);
  return [...sites(b)].some((id) => ours.has(id));
}

function countErrors(node: SyntaxNode): number {
  return node.children.reduce((sum, child) => sum + countErrors(child), node.type === 'ERROR' ? 1 : 0);
}

/** What an edit changed, in words that the table above can judge: `Dense.activation=relu`, `+BatchNormalization`, `optimizer.clipnorm=1`. */
export function differences(before: ModelSpec, after: ModelSpec): readonly string[] {
  return [
    ...layerDifferences(before.layers, after.layers),
    ...compileDifferences(before, after),
    ...dataDifferences(before, after),
    ...(JSON.stringify(before.pretrained.map(inference)) === JSON.stringify(after.pretrained.map(inference))
      ? []
      : ['pretrained.inferenceMode']),
    ...(JSON.stringify(flagsOf(before)) === JSON.stringify(flagsOf(after)) ? [] : ['calls.flags']),
  ];
}

const inference = (base: ModelSpec['pretrained'][number]): boolean => base.inferenceMode;

const flagsOf = (spec: ModelSpec): readonly unknown[] =>
  spec.calls.flatMap(({ layer, flags }) =>
    Object.keys(flags).length > 0 ? [[layer.length > 0, flags]] : [],
  );

/** Layers are matched in order, equal ones first; what is left is compared class by class. */
function layerDifferences(before: readonly LayerSpec[], after: readonly LayerSpec[]): string[] {
  const from = before.filter(({ className }) => className !== 'InputLayer');
  const to = after.filter(({ className }) => className !== 'InputLayer');
  const keys = [from.map(layerKey), to.map(layerKey)] as const;
  const [a, b] = keys;
  const length = a.map(() => new Uint32Array(b.length + 1)).concat(new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i]![j] =
        a[i] === b[j]
          ? (length[i + 1]![j + 1] ?? 0) + 1
          : Math.max(length[i + 1]![j] ?? 0, length[i]![j + 1] ?? 0);
    }
  }
  const gone: LayerSpec[] = [];
  const come: LayerSpec[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && (length[i + 1]![j] ?? 0) >= (length[i]![j + 1] ?? 0))) {
      gone.push(from[i++]!);
    } else {
      come.push(to[j++]!);
    }
  }
  // Branches may be listed in another order: what is equal elsewhere is no change.
  const pair = (test: (layer: LayerSpec, other: LayerSpec) => boolean): (readonly [LayerSpec, LayerSpec])[] =>
    [...gone].flatMap((layer) => {
      const k = come.findIndex((other) => test(layer, other));
      const twin = come[k];
      if (!twin) {
        return [];
      }
      come.splice(k, 1);
      gone.splice(gone.indexOf(layer), 1);
      return [[layer, twin] as const];
    });
  pair((layer, other) => layerKey(layer) === layerKey(other));
  return [
    ...pair((layer, other) => layer.className === other.className).flatMap(([layer, twin]) =>
      configDifferences(layer, twin),
    ),
    ...gone.map((layer) => `-${layer.className}`),
    ...come.map((layer) => `+${layer.className}`),
  ];
}

const layerKey = (layer: LayerSpec): string =>
  JSON.stringify([layer.className, layer.trainable, withoutNames(layer.config)]);

/** Names count up and object ids are drawn: neither is a change of the network. */
function withoutNames(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      key === 'name' || key === 'shared_object_id' || key === 'batch_shape' ? undefined : item,
    ),
  );
}

function configDifferences(before: LayerSpec, after: LayerSpec): string[] {
  const keys = new Set([...Object.keys(before.config), ...Object.keys(after.config)]);
  const changed = [...keys].filter(
    (key) =>
      key !== 'name' &&
      JSON.stringify(withoutNames(before.config[key] ?? null)) !==
        JSON.stringify(withoutNames(after.config[key] ?? null)),
  );
  return [
    ...changed.map((key) => `${after.className}.${key}=${shortly(after.config[key])}`),
    ...(before.trainable === after.trainable ? [] : [`${after.className}.trainable=${after.trainable}`]),
  ];
}

function shortly(value: unknown): string {
  return typeof value === 'object' && value !== null && 'class_name' in value
    ? String(value.class_name)
    : typeof value === 'string'
      ? value
      : JSON.stringify(value ?? null);
}

function compileDifferences({ compile: before }: ModelSpec, { compile: after }: ModelSpec): string[] {
  const optimizers = [before?.optimizer, after?.optimizer] as const;
  const keys = new Set(optimizers.flatMap((optimizer) => Object.keys(optimizer?.config ?? {})));
  return [
    ...(optimizers[0]?.className === optimizers[1]?.className
      ? []
      : [`optimizer.class=${optimizers[1]?.className}`]),
    ...[...keys]
      .filter(
        (key) =>
          key !== 'name' &&
          JSON.stringify(optimizers[0]?.config[key] ?? null) !==
            JSON.stringify(optimizers[1]?.config[key] ?? null),
      )
      .map((key) => `optimizer.${key}=${shortly(optimizers[1]?.config[key])}`),
    ...(JSON.stringify(before?.losses) === JSON.stringify(after?.losses)
      ? []
      : [`loss=${after?.losses.map((loss) => loss.className).join(' ')}`]),
    ...(JSON.stringify(before?.metrics) === JSON.stringify(after?.metrics)
      ? []
      : [`metrics=${after?.metrics.join(' ')}`]),
  ];
}

function dataDifferences({ data: before }: ModelSpec, { data: after }: ModelSpec): string[] {
  const plain = (data: ModelSpec['data']): unknown[] => [
    data.inputs.map(({ kind, mean, std, min, max }) => [kind, mean, std, min, max]),
    data.targets.map(({ kind, classes }) => [kind, classes]),
  ];
  return JSON.stringify(plain(before)) === JSON.stringify(plain(after)) ? [] : ['data.distribution'];
}
