import type { Note } from '../../report/report';
import { type ExecutionOrder, executionOrder } from '../../text/executionOrder';
import type { SourceText } from '../../text/sourceText';
import type { ReadOptions, ReadResult, Reader } from '../reader';
import { ReadAgain } from './errors';
import { Interpreter } from './interpreter';
import { callUncalledBuilders } from './keras/builders';
import { collectModels } from './keras/collect';
import { KerasHost } from './keras/kerasHost';
import { kerasOneSpelling } from './keras/kerasOne';
import { RankWishes } from './keras/rankWishes';
import { KerasSession } from './keras/session';
import { readShapeHints } from './keras/shapeHints';
import { readNames } from './sourceNames';
import { type Program, PythonParser } from './syntax';

/** The bytes of web-tree-sitter.wasm and tree-sitter-python.wasm. */
export interface PythonReaderFiles {
  readonly core: Uint8Array;
  readonly grammar: Uint8Array;
}

/** Reads Keras models from Python source and notebooks. Nothing is executed. */
export async function createPythonReader(files: PythonReaderFiles): Promise<Reader> {
  const parser = await PythonParser.create(files.core, files.grammar);
  return { read: (source, options) => readPython(parser, source, options ?? {}) };
}

/** A notebook is read as it was run, unless that makes less sense: of a cell that ran twice only the last time is known. */
function readPython(parser: PythonParser, source: SourceText, options: ReadOptions): ReadResult {
  const written = readInOrder(parser, source, null, options);
  const order = executionOrder(source);
  if (!order) {
    return written.result;
  }
  const run = readInOrder(parser, order.source, order, options);
  return run.trouble <= written.trouble ? run.result : written.result;
}

interface Reading {
  readonly result: ReadResult;
  /** How many statements fail and names are missing. */
  readonly trouble: number;
}

function readInOrder(
  parser: PythonParser,
  source: SourceText,
  order: ExecutionOrder | null,
  options: ReadOptions,
): Reading {
  const program = parser.parse(source);
  const wishes = new RankWishes();
  // A program is read again when a stand-in for an unknown shape had the wrong number of axes.
  for (;;) {
    try {
      return readProgram(program, source, wishes, order, options);
    } catch (error) {
      if (!(error instanceof ReadAgain)) {
        throw error;
      }
      wishes.restart();
    }
  }
}

function readProgram(
  program: Program,
  source: SourceText,
  wishes: RankWishes,
  order: ExecutionOrder | null,
  { resolve }: ReadOptions,
): Reading {
  const host = new KerasHost();
  const vm = new Interpreter(program, host, resolve);
  const session = new KerasSession(vm, readShapeHints(source), wishes);
  host.session = session;
  session.code = source.cells.map((cell) => cell.text).join('\n');
  session.keras1 = source.cells.some((cell) => kerasOneSpelling.test(cell.text));
  if (order) {
    const [above, below] = order.contradiction;
    session.assume(
      'execution-order',
      `The cells were read in the order in which they were last run, which is not the order in which they stand: [${above}] stands above [${below}].`,
      null,
    );
  }
  for (const { end } of program.missingCommas) {
    session.assume('missing-comma', 'A comma is missing here; the list was read as if it were there.', {
      start: end - 1,
      end,
    });
  }
  vm.run();
  callUncalledBuilders(session);
  const { models, refused } = collectModels(session, readNames(program, vm, host.assumedNames));
  const missing = host.unknownNames.size + host.assumedNames.size;
  return {
    result: { models, refused, unknowns: unknownsOf(session) },
    trouble: vm.failures.length + session.lostModels.length + missing,
  };
}

const maximumFailures = 20;

/** What could not be read outside any model, and statements that Python would stop at. */
function unknownsOf(session: KerasSession): Note[] {
  const lost = session.lostModels.map(({ place, reason }) => {
    const text = `A model is built here, but its layers cannot be followed: ${reason}.`;
    return place
      ? { id: 'model-not-read', text, range: session.range(place) }
      : { id: 'model-not-read', text };
  });
  const own = session.vm.failures.filter(({ place }) => !session.vm.program.isIncluded(place));
  const failed = own.slice(0, maximumFailures).map(({ place, error }) => ({
    id: 'statement-fails',
    text: `This statement seems to fail (${error.type}: ${error.message}); the rest was read without it.`,
    range: session.range(place),
  }));
  return [...lost, ...failed];
}
