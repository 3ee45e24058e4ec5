import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { loadFile } from '../../../../src/cli/sourceFile';
import type { ArgumentSite, CallSite } from '../../../../src/core/model/site';
import type { ModelSpec } from '../../../../src/core/model/spec';
import { containsRange, type Range } from '../../../../src/core/text/range';
import type { SourceText } from '../../../../src/core/text/sourceText';
import { type WrittenProgram, programs } from './programs';
import { pythonReader } from './support';

/** The plain parser, without the reader's repairs: what a range holds has to stand on its own. */
let parser: Parser;

/** The only expression of a text; fails where the text is anything else. Parentheses let it go over several lines. */
function expression(text: string): Node {
  const tree = parser.parse(`(\n${text}\n)`);
  const statement = tree?.rootNode.namedChild(0);
  assert.ok(tree && !tree.rootNode.hasError && tree.rootNode.namedChildCount === 1, `no expression: ${text}`);
  const whole = statement?.namedChild(0);
  const [inner, ...more] = whole ? withoutComments(whole) : [];
  assert.ok(inner && more.length === 0, `not one expression: ${text}`);
  assert.equal(inner.text, text, 'the range holds more than the expression');
  return inner;
}

/** The only argument of a text, as it stands between the parentheses of a call. */
function argument(text: string): Node {
  const tree = parser.parse(`f(\n${text}\n)`);
  assert.ok(tree && !tree.rootNode.hasError, `no argument: ${text}`);
  const list = tree.rootNode.namedChild(0)?.namedChild(0)?.childForFieldName('arguments');
  const [only, ...more] = list ? withoutComments(list) : [];
  assert.ok(only && more.length === 0, `not one argument: ${text}`);
  assert.equal(only.text, text, 'the range holds more than the argument');
  return only;
}

const withoutComments = (node: Node): readonly Node[] =>
  node.namedChildren
    .filter((child) => child !== null)
    .filter(({ type }) => type !== 'comment' && type !== 'line_continuation');

function checkSite(source: SourceText, site: CallSite): void {
  const node = expression(source.slice(site.range));
  checkContext(source, site);
  if (site.argumentList === null) {
    assert.deepEqual(site.arguments, []);
    return;
  }
  assert.equal(node.type, 'call', source.slice(site.range));
  assert.equal(node.childForFieldName('function')?.text, site.calleeText);
  assert.equal(source.slice(site.callee), site.calleeText);
  assert.ok(source.slice(site.range).startsWith(site.calleeText));
  const list = node.childForFieldName('arguments');
  assert.ok(list);
  if (list.type === 'argument_list') {
    assert.equal(`(${source.slice(site.argumentList)})`, list.text);
    assert.deepEqual(
      site.arguments.map(({ range }) => source.slice(range)),
      withoutComments(list).map(({ text }) => text),
    );
  }
  for (const each of site.arguments) {
    assert.ok(containsRange(site.argumentList, each.range));
    checkArgument(source, each);
  }
}

function checkArgument(source: SourceText, { keyword, range, value, valueText, origin, call }: ArgumentSite) {
  const node = argument(source.slice(range));
  assert.ok(containsRange(range, value));
  assert.equal(source.slice(value), valueText);
  if (keyword === null) {
    assert.notEqual(node.type, 'keyword_argument');
    assert.equal(node.text, valueText);
  } else {
    assert.equal(node.type, 'keyword_argument');
    assert.equal(node.childForFieldName('name')?.text, keyword);
    assert.equal(node.childForFieldName('value')?.text, valueText);
  }
  if (!node.type.endsWith('_splat')) {
    expression(valueText);
  }
  if (origin) {
    assert.ok(!containsRange(value, origin));
    expression(source.slice(origin));
  }
  if (call) {
    assert.deepEqual(call.range, value);
    checkSite(source, call);
  }
}

function checkContext(source: SourceText, { range, context }: CallSite): void {
  const statement = (whole: Range): void => {
    assert.ok(containsRange(whole, range));
    const tree = parser.parse(source.slice(whole).replace(/^return\b/, ''));
    assert.ok(tree && !tree.rootNode.hasError && tree.rootNode.namedChildCount === 1, source.slice(whole));
  };
  switch (context.kind) {
    case 'list-item':
      assert.ok(containsRange(context.list, range));
      assert.equal(expression(source.slice(context.list)).type, 'list');
      break;
    case 'add':
      statement(context.statement);
      assert.ok(source.slice(context.statement).startsWith(`${context.receiver}.add(`));
      break;
    case 'apply':
      statement(context.statement);
      assert.equal(expression(source.slice(context.call)).type, 'call');
      assert.ok(containsRange(context.call, context.input));
      break;
    case 'variable':
      statement(context.statement);
      assert.ok(source.slice(context.statement).includes(context.target));
      break;
    case 'other':
      break;
  }
}

/** Every place of the source that a model points at. */
function sitesOf({ layers, containers, compile }: ModelSpec): readonly CallSite[] {
  return [...layers, ...containers, ...(compile ? [compile, compile.optimizer] : [])]
    .map(({ site }) => site)
    .filter((site) => site !== null);
}

describe('ranges of what the python reader points at', () => {
  before(async () => {
    await pythonReader();
    await Parser.init({ wasmBinary: fs.readFileSync(path.join('dist', 'web-tree-sitter.wasm')) });
    parser = new Parser();
    parser.setLanguage(await Language.load(fs.readFileSync(path.join('dist', 'tree-sitter-python.wasm'))));
  });

  const folders = ['test/fixtures/golden', 'test/fixtures/python', 'media/examples'];
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(folder)
      .filter((name) => /\.(py|ipynb)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  for (const file of files) {
    it(`parse to what they are said to hold: ${path.basename(file)}`, async () => {
      const { source } = loadFile(file);
      const { models } = (await pythonReader()).read(source);
      const sites = models.flatMap(sitesOf);
      assert.ok(sites.length > 0);
      sites.forEach((site) => checkSite(source, site));
    });
  }

  it('hold each argument of any program', async () => {
    const reader = await pythonReader();
    fc.assert(
      fc.property(programs, ({ source, layers }: WrittenProgram) => {
        const { models, unknowns } = reader.read(source);
        const [model] = models;
        assert.ok(model && models.length === 1, unknowns.map(({ text }) => text).join(' '));
        sitesOf(model).forEach((site) => checkSite(source, site));
        const read = model.layers.filter(({ className }) => className !== 'InputLayer');
        assert.deepEqual(
          read.map(({ site }) =>
            site?.arguments.map((each) => ({
              keyword: each.keyword,
              value: each.valueText,
              origin: each.origin && source.slice(each.origin),
            })),
          ),
          layers.map((layer) => layer.arguments),
        );
        assert.deepEqual(
          read.map(({ site }) => site?.calleeText),
          layers.map(({ callee }) => callee),
        );
      }),
      { numRuns: 300 },
    );
  });
});
