import assert from 'node:assert/strict';
import fs from 'node:fs';
import { findRulePage, renderRulePage, rulePages } from '../../../src/core/rules/rulePages';
import { noProgressRule } from '../../../src/core/rules/noProgress';
import { measuredRules, sourceRules } from '../../../src/core/rules/rules';
import { isIgnored, settingOf } from '../../../src/core/rules/suppression';
import { SourceText } from '../../../src/core/text/sourceText';

describe('pages of the rules', () => {
  it('has one page for every rule, under the same name', () => {
    const rules = [...measuredRules, ...sourceRules, noProgressRule]
      .map(({ id, name }) => `${id} ${name}`)
      .sort();
    assert.deepEqual(rulePages.map(({ id, name }) => `${id} ${name}`).sort(), rules);
  });

  it('lets every rule be set in the manifest', () => {
    const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { properties?: object }> } };
    };
    const settable = manifest.contributes.configuration.properties['gradientDoctor.rules']?.properties ?? {};
    assert.deepEqual(
      Object.keys(settable),
      rulePages.map((page) => page.id),
    );
  });

  it('finds a page by id or name, in any case, and renders it', () => {
    assert.equal(findRulePage('gd101'), findRulePage('vanishing-gradient'));
    const page = findRulePage('GD101');
    assert.ok(page);
    assert.match(renderRulePage(page), /^# The gradient vanishes\n[\s\S]+## Source\n/);
    assert.equal(findRulePage('GD999'), undefined);
  });
});

describe('suppression', () => {
  const finding = {
    id: 'GD101',
    rule: 'vanishing-gradient',
    range: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 5 },
  };
  const cases: [name: string, text: string, ignored: boolean][] = [
    ['no comment', 'a\nb\n', false],
    ['on the line', 'a\nb  # gradient-doctor: ignore GD101\n', true],
    ['on the line above, alone', '# gradient-doctor: ignore GD101\nb\n', true],
    ['behind other code above', 'a  # gradient-doctor: ignore GD101\nb\n', false],
    ['another rule', 'a\nb  # gradient-doctor: ignore GD102\n', false],
    ['one of several', 'a\nb  # gradient-doctor: ignore GD102, GD101\n', true],
    ['by name', 'a\nb  # gradient-doctor: ignore vanishing-gradient\n', true],
    ['everything', 'a\nb  # gradient-doctor: ignore\n', true],
  ];
  for (const [name, text, ignored] of cases) {
    it(`${ignored ? 'silences' : 'keeps'}: ${name}`, () =>
      assert.equal(isIgnored(SourceText.ofFile('a.py', 'python', text), finding), ignored));
  }

  it('takes a setting by id or by name', () => {
    assert.equal(settingOf({ GD101: 'hint' }, finding), 'hint');
    assert.equal(settingOf({ 'vanishing-gradient': 'off' }, finding), 'off');
    assert.equal(settingOf({ GD102: 'off' }, finding), undefined);
  });
});
