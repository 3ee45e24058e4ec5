import { Graph } from '../../../model/graph/graph';
import type { GraphObject, ModelObject } from '../../../model/graph/graphObject';
import type { CallSite } from '../../../model/site';
import type { Note, Shape } from '../../../report/report';
import type { Range } from '../../../text/range';
import type { Interpreter } from '../interpreter';
import type { SyntaxNode } from '../syntax';
import type { ModuleValue, Place, Value } from '../values';
import { ModuleRegistry } from '../modules/registry';
import { SavedModels } from './savedModels';
import type { SerializedValue } from './serializedValue';
import type { RankWishes } from './rankWishes';
import { callInSequence } from './callLayer';
import { hintKey } from './shapeHints';
import { SiteBuilder } from './sites';
import type { TrackedModel } from './trackedModel';

/** An argument that Keras would refuse, before it is known to which models it belongs. */
export interface Refusal {
  readonly object: GraphObject | null;
  readonly className: string;
  readonly written: string;
  readonly nearest: string | null;
  readonly range: Range;
  readonly keyword: Range;
  readonly missing?: true;
}

/** A model of keras.applications that loads weights, with the layers that it made. */
export interface PretrainedModel {
  readonly object: GraphObject;
  readonly objects: ReadonlySet<GraphObject>;
  readonly application: string;
  readonly weights: string;
  readonly includeTop: boolean;
  readonly scalesInside: boolean;
  readonly site: CallSite | null;
}

/** A function of the program while it runs. */
interface Frame {
  readonly name: string;
  /** What was assumed in it so far. */
  readonly notes: Note[];
  /** How far things were when it started. */
  readonly progress: number;
  readonly models: number;
}

/** What is known of Keras while one program is read: the graph, the models, and what had to be assumed. */
export class KerasSession {
  readonly graph = new Graph();
  readonly models: TrackedModel[] = [];
  readonly refusals: Refusal[] = [];
  /** Optimizers in the order in which they are made, for training loops without `compile`. */
  readonly optimizers: SerializedValue[] = [];
  /** Loss objects in the order in which they are made. */
  readonly losses: SerializedValue[] = [];
  readonly savedModels = new SavedModels();
  /** Models of keras.applications that load weights. */
  readonly pretrained: PretrainedModel[] = [];
  /** Where `trainable` was set last, by the object whose flag it was. */
  readonly trainableChanges = new Map<GraphObject, Place>();
  /** Starts of all calls of `compile` on models. */
  readonly compileCalls = new Set<number>();
  /** Of the data that models were given, without the batch; as far as it is known. */
  readonly seenShapes = new Map<ModelObject, Shape>();
  /** Models that could not be built because their tensors are not known. */
  readonly lostModels: { readonly place: Place | null; readonly reason: string }[] = [];
  /** Assumptions that hold for the whole program. */
  readonly notes: Note[] = [];
  /** Assumptions about one layer or model. */
  readonly notesByObject = new Map<GraphObject, Note[]>();
  /** What stays unknown of one layer or model. */
  readonly unknownsByObject = new Map<GraphObject, Note[]>();
  readonly sites: SiteBuilder;
  readonly modules: ModuleRegistry;
  /** How the program sees each object, so that it stays the same value. */
  readonly values = new Map<GraphObject, Value>();
  /** Counts whatever builds: layers, calls, models, compiles. */
  progress = 0;
  /** Above 0 while the `call` of a layer of the program's own is followed. */
  compositeDepth = 0;
  /** What the last call within it had for `training`; null where nothing says it. */
  training: boolean | null = null;
  /** Set in a file that spells arguments as Keras 1 did: `Convolution2D(8, 3, 3)` has a 3 × 3 kernel there. */
  keras1 = false;
  /** Of layers that name none; null: Keras' own. */
  dataFormat: string | null = null;
  /** The text of all cells. */
  code = '';
  /** `# gradient-doctor: input_shape=(…)` comments by line. */
  readonly shapeHints: ReadonlyMap<string, readonly (number | null)[]>;
  /** Functions of the program that were called, by their definition. */
  readonly calledFunctions = new Set<SyntaxNode>();
  /** Functions that run, innermost last. */
  readonly frames: Frame[] = [];
  private sharedObjects = 0;

  constructor(
    readonly vm: Interpreter,
    hints: ReadonlyMap<string, readonly (number | null)[]>,
    readonly rankWishes: RankWishes,
  ) {
    this.sites = new SiteBuilder(vm.program, vm);
    this.shapeHints = hints;
    this.modules = new ModuleRegistry(this);
    this.graph.callTracked = (layer, inputs) => callInSequence(layer, inputs, this);
  }

  /** A module by its canonical name. */
  module(name: string): ModuleValue | undefined {
    return this.modules.get(name);
  }

  /** Starts following a model that is built by the call at `place`. */
  track(object: TrackedModel['object'], place: Place | null): TrackedModel {
    const tracked: TrackedModel = {
      object,
      place: place && this.vm.placeAtHome(place),
      moduleNames: [],
      localNames: [],
      functionName: this.frames.at(-1)?.name ?? null,
      compiles: [],
      fits: [],
      trainedBy: null,
      gaps: [],
      used: false,
      escaped: false,
    };
    this.models.push(tracked);
    this.progress++;
    return tracked;
  }

  /** A comment that tells the input shape, at the place's line, the line before or up to its end. */
  hintFor(place: Place): readonly (number | null)[] | undefined {
    if (this.shapeHints.size === 0) {
      return undefined;
    }
    const { startLine, endLine, cell } = this.range(place);
    for (let line = startLine - 1; line <= endLine; line++) {
      const hint = this.shapeHints.get(hintKey(cell, line));
      if (hint) {
        return hint;
      }
    }
    return undefined;
  }

  nextSharedObject(): number {
    return ++this.sharedObjects;
  }

  range(place: Place): Range {
    return this.vm.program.range(place);
  }

  /** Notes an assumption, of one object or of the whole program; each once. */
  assume(id: string, text: string, place: Place | null, object?: GraphObject): void {
    const note: Note = place ? { id, text, range: this.range(place) } : { id, text };
    addOnce(
      object ? this.listOf(this.notesByObject, object) : (this.frames.at(-1)?.notes ?? this.notes),
      note,
    );
  }

  enter(name: string): void {
    this.frames.push({ name, notes: [], progress: this.progress, models: this.models.length });
  }

  /** What was assumed in a function counts where it built something: for its models, else for its caller. */
  leave(): void {
    const frame = this.frames.pop();
    if (!frame || frame.notes.length === 0 || frame.progress === this.progress) {
      return;
    }
    const made = this.models.slice(frame.models);
    for (const note of frame.notes) {
      if (made.length === 0) {
        addOnce(this.frames.at(-1)?.notes ?? this.notes, note);
      }
      made.forEach(({ object }) => addOnce(this.listOf(this.notesByObject, object), note));
    }
  }

  /** Notes what could not be read of an object. */
  unknownOf(object: GraphObject, id: string, text: string, place: Place | null): void {
    const note: Note = place ? { id, text, range: this.range(place) } : { id, text };
    addOnce(this.listOf(this.unknownsByObject, object), note);
  }

  /** The innermost call in the source that is being evaluated. */
  currentCall(): SyntaxNode | null {
    return this.vm.callStack.at(-1) ?? null;
  }

  private listOf(map: Map<GraphObject, Note[]>, object: GraphObject): Note[] {
    let list = map.get(object);
    if (!list) {
      map.set(object, (list = []));
    }
    return list;
  }
}

function addOnce(notes: Note[], note: Note): void {
  if (!notes.some((each) => each.text === note.text && each.range?.startLine === note.range?.startLine)) {
    notes.push(note);
  }
}
