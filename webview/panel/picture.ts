import { formatNumber } from '../../src/core/format';
import { log } from '../../src/core/report/condition';
import { layerGroups } from '../model/groups';
import type { LayerRow } from '../../src/core/report/layerRows';
import type { Answer } from '../model/answer';
import { worstLayer, type Shown } from '../model/shown';
import { el, flat } from '../shared/dom';
import { Slot } from '../shared/slot';
import { onThemeChange, readPalette } from '../shared/theme';
import { num } from '../shared/text';
import type { Actions } from './actions';
import { chosenLayer } from './chosenLayer';
import { LayerStrip } from './layerStrip';
import { legend } from './legend';
import { Pane } from './pane';
import type { PaneLabel, SeedSpan } from './panePlugin';
import { pictureImage } from './pictureImage';
import { StepSlider } from './stepSlider';
import { l10n } from '../model/l10n';

const quantities = {
  gradient: { title: l10n.t('Gradient magnitude'), className: 'pane', read: (row: LayerRow) => row.gradient },
  variance: {
    title: l10n.t('Activation variance'),
    className: 'pane low',
    read: (row: LayerRow) => row.variance,
  },
} as const;
type Quantity = keyof typeof quantities;
const names: readonly Quantity[] = ['gradient', 'variance'];

/** The whole net at one step: two panes over one x axis, the layer strip, the steps, the selected layer. */
export class Picture {
  readonly element: HTMLElement;
  private readonly panes = {
    gradient: new Pane(quantities.gradient.className),
    variance: new Pane(quantities.variance.className),
  };
  private readonly readouts = { gradient: num(''), variance: num('') };
  private readonly whose = {
    gradient: el('span', { class: 'quiet small' }),
    variance: el('span', { class: 'quiet small' }),
  };
  private readonly legendBox = el('div', { class: 'legend' });
  private readonly chosen = new Slot(el('div', { class: 'chosen' }));
  private readonly strip: LayerStrip;
  private readonly steps: StepSlider;
  private palette = readPalette();
  private shown: Shown | null = null;
  private hovered: number | null = null;
  private open = false;
  private running = false;

  constructor(private readonly actions: Actions) {
    this.strip = new LayerStrip({
      select: (layer) => actions.selectLayer(layer),
      open: () => this.goToLine(),
    });
    this.steps = new StepSlider((step) => actions.selectStep(step));
    this.element = el(
      'section',
      { class: 'picture', 'aria-labelledby': 'h-picture' },
      el(
        'div',
        { class: 'head' },
        el('h2', { id: 'h-picture' }, l10n.t('Layer by layer')),
        el('span', { class: 'quiet small' }, l10n.t('input left, output right')),
      ),
      this.legendBox,
      names.flatMap((name) => [
        el(
          'div',
          { class: 'pane-title' },
          el('h3', {}, quantities[name].title),
          this.readouts[name],
          this.whose[name],
        ),
        this.panes[name].element,
      ]),
      this.strip.elements,
      this.steps.element,
      this.chosen.element,
    );
    for (const target of [this.strip.slider, ...names.map((name) => this.panes[name].canvas)]) {
      this.listen(target);
    }
    new ResizeObserver(() => this.draw(false)).observe(this.strip.slider);
    onThemeChange(() => {
      this.palette = readPalette();
      this.draw(false);
    });
  }

  update(shown: Shown | null, open: boolean, running: boolean): void {
    this.element.hidden = shown === null;
    this.shown = shown;
    this.open = open;
    this.running = running;
    if (!shown) {
      this.steps.stop();
    }
    this.draw(true);
  }

  /** The panes as they are drawn, with what they need to be understood without the page; null where nothing is shown. */
  image(answer: Answer, fileName: string): string | null {
    const { shown } = this;
    return shown
      ? pictureImage({
          shown,
          answer,
          fileName,
          palette: this.palette,
          panes: names.map((name) => ({ title: quantities[name].title, canvas: this.panes[name].canvas })),
        })
      : null;
  }

  private listen(target: HTMLElement): void {
    target.addEventListener('click', ({ clientX }) => this.actions.selectLayer(this.strip.layerAt(clientX)));
    target.addEventListener('dblclick', () => this.goToLine());
    target.addEventListener('pointermove', ({ clientX }) => this.hover(this.strip.layerAt(clientX)));
    target.addEventListener('pointerleave', () => this.hover(null));
  }

  private hover(layer: number | null): void {
    if (layer !== this.hovered) {
      this.hovered = layer;
      this.drawPanes(false);
    }
  }

  private goToLine(): void {
    const range = this.shown?.rows[this.shown.layer]?.range;
    if (range) {
      this.actions.host.send('goTo', range);
    }
  }

  private draw(animated: boolean): void {
    const { shown } = this;
    if (!shown || !this.element.isConnected) {
      return;
    }
    this.legendBox.replaceChildren(...flat([legend(shown)]));
    this.strip.draw(shown, layerGroups(shown.rows));
    this.steps.draw(shown, this.running);
    this.drawPanes(animated);
    const key = JSON.stringify([
      shown.rows[shown.layer],
      shown.conditions[shown.layer],
      shown.probe.measuredSteps,
    ]);
    this.chosen.update([key, shown.step, this.open], () => chosenLayer(shown, this.open, this.actions));
  }

  private drawPanes(animated: boolean): void {
    const { shown } = this;
    if (!shown || !this.element.isConnected) {
      return;
    }
    const { rows, step, probe, before, overlay, overlays, conditions } = shown;
    const column = this.hovered ?? shown.layer;
    for (const name of names) {
      const { title, read } = quantities[name];
      const at = (row: LayerRow | undefined, index: number): number | null =>
        row ? (read(row)[index] ?? null) : null;
      const isGradient = name === 'gradient';
      this.panes[name].draw(
        {
          values: rows.map((row) => log(at(row, step))),
          before: before?.map((row) => log(at(row, step))) ?? null,
          after: overlay?.[name].map(log) ?? null,
          reach: overlays.flatMap((each) => each[name].map(log)),
          seeds: rows.map((row) => seedSpan(row, name, step)),
          conditions: isGradient
            ? conditions
            : conditions.map((condition) =>
                condition.kind === 'notFinite'
                  ? condition
                  : { kind: 'healthy', level: 'ok', glyph: '', word: '' },
              ),
          band: isGradient ? shown.band : null,
          labels: isGradient ? labels(shown) : [],
          column,
          description: overlay
            ? l10n.t(
                '{0} of {1} layers at step {2}, and with {3}, log scale. The table has the numbers.',
                title,
                rows.length,
                probe.measuredSteps[step] ?? 0,
                overlay.name,
              )
            : l10n.t(
                '{0} of {1} layers at step {2}, log scale. The table has the numbers.',
                title,
                rows.length,
                probe.measuredSteps[step] ?? 0,
              ),
        },
        this.palette,
        animated,
      );
      const row = rows[column];
      this.readouts[name].textContent = formatNumber(at(row, step));
      this.whose[name].textContent = row
        ? [
            row.number === null ? row.name : l10n.t('layer {0}', row.number),
            overlay && l10n.t('with {0} {1}', overlay.name, formatNumber(overlay[name][column] ?? null)),
            seedText(row, name, step),
          ]
            .filter(Boolean)
            .join(' · ')
        : '';
    }
  }
}

function seedSpan(row: LayerRow, name: Quantity, step: number): SeedSpan {
  const band = row.measurement?.overSeeds?.[name];
  const [low, high] = [log(band?.low[step]), log(band?.high[step])];
  return low === null || high === null ? null : [low, high];
}

function seedText(row: LayerRow, name: Quantity, step: number): string {
  const band = row.measurement?.overSeeds?.[name];
  const [low, high] = [band?.low[step] ?? null, band?.high[step] ?? null].map((value) => formatNumber(value));
  return band && low !== high ? l10n.t('seeds {0} to {1}', low ?? '', high ?? '') : '';
}

/** At most two direct labels: the worst layer, and the same layer before the fix or with it. */
function labels({ rows, conditions, step, before, overlay, probe }: Shown): readonly PaneLabel[] {
  const worst = worstLayer(rows, conditions, step);
  const result: PaneLabel[] = [];
  const row = rows[worst];
  const condition = conditions[worst];
  if (row && condition && condition.kind !== 'named') {
    const gradient = row.gradient[step] ?? null;
    const where = row.number === null ? row.name : l10n.t('layer {0}', row.number);
    const lastFinite = probe.measuredSteps[probe.loss.findLastIndex((loss) => loss !== null)];
    const text =
      condition.kind === 'notFinite'
        ? l10n.t('not finite, last finite step: {0}', lastFinite ?? l10n.t('none'))
        : `${where}: ${formatNumber(gradient, 1)}`;
    const above = condition.kind !== 'vanishing';
    result.push({ layer: worst, value: log(gradient) ?? -Infinity, below: above ? -17 : 16, text });
  }
  const at = before?.findIndex((layer) => layer?.number === 1) ?? -1;
  const old = before?.[at]?.gradient[step];
  const value = log(old);
  if (value !== null && typeof old === 'number') {
    const now = log(rows[at]?.gradient[step]) ?? value;
    result.push({
      layer: at,
      value,
      below: now < value ? -16 : 16,
      text: l10n.t('before: {0}', formatNumber(old, 1)),
    });
  }
  const mended = worst >= 0 && result.length < 2 ? overlay?.gradient[worst] : null;
  const better = log(mended);
  if (overlay && better !== null && typeof mended === 'number') {
    const now = log(row?.gradient[step]) ?? -Infinity;
    const text = l10n.t('with {0}: {1}', overlay.name, formatNumber(mended, 1));
    result.push({ layer: worst, value: better, below: now < better ? -16 : 16, text });
  }
  return result;
}
