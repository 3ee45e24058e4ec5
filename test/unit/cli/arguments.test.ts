import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/cli/arguments';
import { HumanError } from '../../../src/core/humanError';

describe('command line arguments', () => {
  it('takes all options of analyze', () => {
    const command = parseCommand(
      'analyze a.py --json --model m --steps 5 --seeds 1 --batch-size 8 --engine cpu --weights w.keras --data d.npz --no-fixes --check --rule GD201=off'.split(
        ' ',
      ),
    );
    assert.deepEqual(command, {
      name: 'analyze',
      file: 'a.py',
      json: true,
      sarif: false,
      model: 'm',
      steps: 5,
      seeds: 1,
      batchSize: 8,
      engine: 'cpu',
      weights: 'w.keras',
      data: 'd.npz',
      fixes: false,
      fix: null,
      fixAll: false,
      write: false,
      check: true,
      rules: { GD201: 'off' },
    });
  });

  const fixes: [string, string | null][] = [
    ['analyze a.py', null],
    ['analyze a.py --fix', ''],
    ['analyze --fix a.py', ''],
    ['analyze a.py --fix --json', ''],
    ['analyze a.py --fix clipnorm', 'clipnorm'],
  ];
  for (const [line, fix] of fixes) {
    it(`reads the fix of "${line}"`, () => {
      const command = parseCommand(line.split(' '));
      assert.equal(command.name === 'analyze' && command.fix, fix);
    });
  }

  const bad: [string, RegExp][] = [
    ['frobnicate', /no command 'frobnicate'/],
    ['analyze', /wants one file/],
    ['analyze a.py b.py', /wants one file/],
    ['analyze a.py --steps many', /--steps wants a whole number/],
    ['analyze a.py --steps -1', /--steps/],
    ['analyze a.py --engine gpu', /--engine wants one of/],
    ['analyze a.py --frob', /--frob/],
    ['analyze a.py --rule GD999=off', /--rule wants/],
    ['analyze a.py --rule GD101=loud', /--rule wants/],
    ['analyze a.py --write', /--write wants to know/],
    ['analyze a.py --fix-all --fix', /--fix-all cannot stand beside --fix:/],
    ['analyze a.py --fix-all --no-fixes', /--fix-all cannot stand beside --no-fixes/],
    ['analyze a.py --sarif --json', /--sarif cannot stand beside --json:/],
    ['analyze a.py --sarif --fix-all', /--sarif cannot stand beside --fix-all:/],
    ['explain', /wants the id of one rule/],
  ];
  for (const [line, message] of bad) {
    it(`refuses "${line}"`, () => {
      assert.throws(
        () => parseCommand(line.split(' ')),
        (error) => error instanceof HumanError && message.test(error.message),
      );
    });
  }

  it('helps when nothing is asked', () => assert.deepEqual(parseCommand([]), { name: 'help' }));
});
