import assert from 'node:assert/strict';
import { html, Markup } from '../../../src/core/report/html/markup';
import { reportPage } from '../../../src/core/report/html/reportPage';
import { finding, fix, modelReport, reportOf } from '../webview/reports';

const layers = [
  { id: 'dense', gradient: 1e-9 },
  { id: 'dense_1', gradient: 1e-4 },
  { id: 'dense_2', gradient: 0.5 },
];
const profile = layers.map(({ id }) => ({ id, gradient: 0.1, variance: 1 }));
const sick = modelReport(layers, {
  verdict: 'failing',
  headline: 'This network will not learn.',
  findings: [finding('GD101', ['dense'])],
  fixes: [
    { ...fix('he', 'works', { profile }), cost: 'nothing', source: 'He et al. 2015' },
    fix('clip', 'no-effect'),
  ],
  fixAll: fix('all', 'works'),
  assumptions: [{ id: 'a', text: 'Dropout is off.', range: { ...sickRange(), cell: 2 } }],
});

function sickRange(): { startLine: number; startColumn: number; endLine: number; endColumn: number } {
  return { startLine: 4, startColumn: 1, endLine: 4, endColumn: 2 };
}

describe('the report as a page of its own', () => {
  const page = reportPage(reportOf(sick));

  it('runs nothing and loads nothing', () => {
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
    assert.doesNotMatch(page, /<script|\bon\w+=|<img|<link|https?:\/\/|url\(/i);
  });

  it('holds verdict, finding, fixes with cost and source, what was tried, layers and what was assumed', () => {
    for (const text of [
      'This network will not learn.',
      'GD101 message',
      'costs nothing · He et al. 2015',
      'Fix all',
      'No effect: because',
      '<td>dense_2</td>',
      'Dropout is off. <span class="quiet">cell 3, line 4</span>',
    ]) {
      assert.ok(page.includes(text), text);
    }
  });

  it('draws both quantities, and the best fix over them', () => {
    assert.equal(page.match(/class="now"/g)?.length, 2);
    assert.equal(page.match(/class="after"/g)?.length, 2);
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  });

  it('says what a recurrent net learned of the tasks of memory', () => {
    assert.ok(sick.probe);
    const task = { description: '', steps: 150 };
    const tasks = [
      { ...task, name: 'early', explainedLoss: 0.01 } as const,
      { ...task, name: 'all', explainedLoss: 0.5 } as const,
    ];
    const text = reportPage(reportOf({ ...sick, probe: { ...sick.probe, tasks } }));
    assert.match(
      text,
      /needs the first steps: 1 % of the loss explained after 150 steps; one that needs all: 50 %/,
    );
    assert.doesNotMatch(page, /needs the first steps/);
  });

  it('leaves gaps where nothing is finite', () => {
    const broken = modelReport(
      layers.map((layer) => ({ ...layer, gradient: null, nonFinite: Array(7).fill(1) })),
    );
    const text = reportPage(reportOf(broken));
    assert.equal(text.match(/class="now"/g)?.length, 1, 'variance alone');
    assert.equal(text.match(/✕<title>/g)?.length, 3);
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  });

  it('says so where nothing was measured', () => {
    const unknown = {
      ...sick,
      verdict: 'unknown' as const,
      probe: null,
      unknowns: [{ id: 'x', text: 'No shape.' }],
    };
    const text = reportPage(reportOf(unknown));
    assert.match(text, /No shape\./);
    assert.doesNotMatch(text, /<svg|<table/);
  });

  it('lets no text of the source become a tag', () => {
    const evil = '<img src=x onerror="alert(1)">';
    const model = modelReport([{ id: evil, gradient: 1 }], {
      id: evil,
      headline: evil,
      findings: [finding('GD101', [evil], { title: evil })],
    });
    assert.ok(
      !reportPage({ ...reportOf(model), source: { path: evil, language: 'python' } }).includes('<img'),
    );
  });
});

describe('html', () => {
  it('escapes text and keeps markup', () => {
    assert.equal(
      html`<p title="${'"&'}">${'<b>'}${new Markup('<i>')}${[1, null, undefined, false, 'x']}</p>`.text,
      '<p title="&quot;&amp;">&lt;b&gt;<i>1x</p>',
    );
  });
});
