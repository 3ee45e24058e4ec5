import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { toSarif } from '../../../src/cli/sarif';
import type { Report } from '../../../src/core/report/report';
import { SourceText } from '../../../src/core/text/sourceText';

/** An object with these properties, of which those without a question mark have to be there, and no others. */
function object(properties: Readonly<Record<string, object>>): object {
  const names = Object.keys(properties);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]])),
  };
}
const text = { type: 'string', minLength: 1 };
const list = (items: object, minItems = 0): object => ({ type: 'array', items, minItems });
const message = object({ text });
const at = { type: 'integer', minimum: 1 };
const region = object({ startLine: at, startColumn: at, endLine: at, endColumn: at });
const artifactLocation = object({ uri: { type: 'string', format: 'uri-reference' }, 'uriBaseId?': text });
const location = object({
  physicalLocation: object({ artifactLocation, 'region?': region }),
  logicalLocations: list(object({ name: text, kind: text }), 1),
});
const replacement = object({ deletedRegion: region, insertedContent: object({ text: { type: 'string' } }) });
const fix = object({
  description: message,
  artifactChanges: list(object({ artifactLocation, replacements: list(replacement, 1) }), 1),
});
const level = { enum: ['none', 'note', 'warning', 'error'] };

/** The parts of the standard's schema that are written, with what it requires of each. */
const sarif = object({
  $schema: text,
  version: { const: '2.1.0' },
  runs: list(
    object({
      tool: object({
        driver: object({
          name: text,
          semanticVersion: text,
          rules: list(
            object({
              id: text,
              name: text,
              shortDescription: message,
              fullDescription: message,
              help: object({ text, markdown: text }),
            }),
            1,
          ),
        }),
      }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      invocations: list(
        object({
          executionSuccessful: { type: 'boolean' },
          toolExecutionNotifications: list(object({ level, message, locations: list(location) })),
        }),
      ),
      artifacts: list(object({ location: artifactLocation, sourceLanguage: text })),
      results: list(
        object({
          ruleId: text,
          ruleIndex: { type: 'integer', minimum: 0 },
          level,
          message,
          locations: list(location, 1),
          partialFingerprints: { type: 'object', additionalProperties: text },
          'fixes?': list(fix, 1),
          properties: { type: 'object' },
        }),
      ),
      properties: { type: 'object' },
    }),
    1,
  ),
});
const valid = new Ajv({
  strict: false,
  formats: { 'uri-reference': (uri: string) => !/[\s\\]/.test(uri) },
}).compile(sarif);

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region?: Region;
        };
        readonly logicalLocations: readonly { readonly name: string }[];
      }[];
      readonly fixes?: readonly {
        readonly artifactChanges: readonly {
          readonly replacements: readonly {
            readonly deletedRegion: Region;
            readonly insertedContent: { readonly text: string };
          }[];
        }[];
      }[];
    }[];
  }[];
}

function analyze(name: string, flag: string): unknown {
  const file = path.join('media', 'examples', name);
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'analyze', file, flag], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

function check(log: unknown): Log['runs'][number] {
  assert.ok(valid(log), JSON.stringify(valid.errors?.slice(0, 3)));
  const [run] = (log as Log).runs;
  assert.ok(run);
  for (const { ruleId, ruleIndex } of run.results) {
    assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
  }
  return run;
}

describe('SARIF', function () {
  this.timeout(120_000);

  it('names rule, level and place of every finding, and a fix that can be applied', () => {
    const { results } = check(analyze('deep_sigmoid.py', '--sarif'));
    const source = SourceText.ofFile(
      'x',
      'python',
      fs.readFileSync('media/examples/deep_sigmoid.py', 'utf8'),
    );
    const vanishing = results.find(({ ruleId }) => ruleId === 'GD101');
    assert.equal(vanishing?.level, 'error');
    const place = vanishing.locations[0]?.physicalLocation;
    assert.equal(place?.artifactLocation.uri, 'media/examples/deep_sigmoid.py');
    assert.ok(place.region);
    assert.equal(source.slice(place.region), "activation='sigmoid'");
    const changes = vanishing.fixes?.[0]?.artifactChanges[0]?.replacements;
    assert.ok(changes, JSON.stringify(vanishing));
    const fixed = source.apply(
      changes.map(({ deletedRegion, insertedContent }) => ({
        range: deletedRegion,
        newText: insertedContent.text,
      })),
    );
    assert.notEqual(fixed.cells[0]?.text, source.cells[0]?.text);
  });

  it('names the cell of a notebook, whose lines are not those of the file', () => {
    const report = analyze('messy_notebook.ipynb', '--json') as Report;
    const { results } = check(toSarif(report, '/work space/née.ipynb', '/work space'));
    assert.ok(results.length > 0);
    for (const { locations, fixes } of results) {
      assert.equal(locations[0]?.physicalLocation.artifactLocation.uri, 'n%C3%A9e.ipynb');
      assert.equal(locations[0].physicalLocation.region, undefined);
      assert.match(locations[0].logicalLocations[0]?.name ?? '', /, cell \d+, line \d+$/);
      assert.equal(fixes, undefined);
    }
  });

  it('gives the whole address of a file outside the folder', () => {
    const report = analyze('healthy_cnn.py', '--json') as Report;
    const log = toSarif(report, '/elsewhere/net.py', '/work');
    check(log);
    assert.ok(JSON.stringify(log).includes('file:///elsewhere/net.py'));
  });
});
