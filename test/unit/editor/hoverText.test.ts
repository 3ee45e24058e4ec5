import assert from 'node:assert/strict';
import { hoverText as markdown } from '../../../src/editor/hoverText';
import { translator } from '../../../src/shared/l10n';
import { expectations } from '../../../src/editor/theory';
import type { ModelReport } from '../../../src/core/report/report';
import { finding, modelReport, range } from '../webview/reports';

const hoverText = (...args: Parameters<typeof markdown>): string | undefined =>
  markdown(...args)?.replaceAll('\u00a0', '');

const steps = [1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7];
const several = (change: Partial<ModelReport> = {}): ModelReport =>
  modelReport(
    [
      { id: 'dense', gradient: steps },
      { id: 'dense_1', gradient: 0.1 },
      { id: 'dense_2', gradient: 0.2 },
    ],
    change,
  );

const plain = translator({});

describe('the hover of a layer', () => {
  it('is a table of the first and last layer of the line over the steps', () => {
    const text =
      hoverText(several({ findings: [finding('GD101', ['dense'])] }), range.startLine, undefined, plain) ??
      '';
    assert.match(text, /^\*\*Layers 1 to 3, Dense tanh: ▼ vanishing\*\*/);
    assert.match(text, /^\| step \| 0 \| 2 \| 10 \| 50 \| healthy \|$/m);
    assert.match(text, /^\| gradient, layer 1 \| 1e-13 \| 1e-11 \| 1e-9 \| 1e-7 \| .* to .* \|$/m);
    assert.match(text, /^\| gradient, layer 3 \| 0.2 \|/m);
    assert.match(text, /^\| update ratio, layer 1 \| 0.001 .* 1e-4 to 0.01 \|$/m);
    assert.doesNotMatch(text, /saturated|dead units/, 'what is not defined is left out');
  });

  it('says nothing where nothing was measured or no layer is made', () => {
    assert.equal(hoverText(several(), 99, undefined, plain), undefined);
    assert.equal(hoverText(several(), range.startLine, 3, plain), undefined);
    assert.equal(hoverText({ ...several(), probe: null }, range.startLine, undefined, plain), undefined);
  });

  it("takes no markup from a layer's name", () => {
    const model = modelReport([{ id: '[x](command:evil)', gradient: 0.1 }]);
    assert.match(hoverText(model, range.startLine, undefined, plain) ?? '', /\\\[x\\\]\\\(command:evil\\\)/);
  });

  it('says what theory expects of a plain dense stack, and keeps silent of others', () => {
    const model = several();
    const dense = (className: string): ModelReport => ({
      ...model,
      architecture: {
        ...model.architecture,
        layers: model.architecture.layers.map((layer, i) => ({
          ...layer,
          className: i === 1 ? className : layer.className,
          config: {
            activation: 'sigmoid',
            kernel_initializer: { class_name: 'GlorotUniform', config: {} },
          },
        })),
      },
    });
    const gain = expectations(dense('Dense')).get('dense')?.gain ?? 0;
    assert.ok(gain > 0.2 && gain < 0.25, `a sigmoid passes back less than a quarter, not ${gain}`);
    assert.match(
      hoverText(dense('Dense'), range.startLine, undefined, plain) ?? '',
      /each layer multiplies the gradient by .* theory expects 0\.2\d\./,
    );
    assert.equal(expectations(dense('Conv2D')).size, 0);
    assert.equal(expectations(model).size, 0, 'start weights unknown');
  });
});
