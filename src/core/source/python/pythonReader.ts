import type { Note } from '../../report/report';
import type { SourceText } from '../../text/sourceText';
import type { ReadResult, Reader } from '../reader';
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
  return { read: (source) => readPython(parser, source) };
}

function readPython(parser: PythonParser, source: SourceText): ReadResult {
  const program = parser.parse(source);
  const wishes = new RankWishes();
  // A program is read again when a stand-in for an unknown shape had the wrong number of axes.
  for (;;) {
    try {
      return readProgram(program, source, wishes);
    } catch (error) {
      if (!(error instanceof ReadAgain)) {
        throw error;
      }
      wishes.restart();
    }
  }
}

function readProgram(program: Program, source: SourceText, wishes: RankWishes): ReadResult {
  const host = new KerasHost();
  const vm = new Interpreter(program, host);
  const session = new KerasSession(vm, readShapeHints(source), wishes);
  host.session = session;
  session.keras1 = source.cells.some((cell) => kerasOneSpelling.test(cell.text));
  for (const { end } of program.missingCommas) {
    session.assume('missing-comma', 'A comma is missing here; the list was read as if it were there.', {
      start: end - 1,
      end,
    });
  }
  vm.run();
  callUncalledBuilders(session);
  const { models, refused } = collectModels(session, readNames(program, vm, host.assumedNames));
  return { models, refused, unknowns: unknownsOf(session) };
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
  const failed = session.vm.failures.slice(0, maximumFailures).map(({ place, error }) => ({
    id: 'statement-fails',
    text: `This statement seems to fail (${error.type}: ${error.message}); the rest was read without it.`,
    range: session.range(place),
  }));
  return [...lost, ...failed];
}
