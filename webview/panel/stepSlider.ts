import type { Shown } from '../model/shown';
import { el, icon } from '../shared/dom';
import { l10n } from '../model/l10n';

const playEveryMs = 700;

/** Slider and play button over the measured steps, equally spaced whatever time lies between them. */
export class StepSlider {
  private readonly play = el('button', {
    class: 'icon-btn',
    type: 'button',
    'aria-label': l10n.t('Play the steps'),
    title: l10n.t('Play the steps'),
    on: { click: () => this.toggle() },
  });
  private readonly slider = el('input', {
    id: 'step',
    type: 'range',
    min: 0,
    step: 1,
    on: { input: () => this.choose(Number(this.slider.value)) },
  });
  private readonly ticks = el('div', { class: 'ticks', 'aria-hidden': 'true' });
  private readonly output = el('output', { for: 'step', class: 'small' });
  readonly element = el(
    'div',
    { class: 'steps' },
    this.play,
    el('label', { for: 'step', class: 'sr' }, l10n.t('Training step')),
    el('div', { class: 'track' }, this.slider, this.ticks),
    this.output,
  );
  private timer: ReturnType<typeof setInterval> | undefined;
  private shown: Shown | null = null;

  constructor(private readonly select: (stepIndex: number) => void) {
    this.showPlaying(false);
  }

  draw(shown: Shown, running: boolean): void {
    this.shown = shown;
    const { measuredSteps } = shown.probe;
    const last = measuredSteps.length - 1;
    this.slider.max = String(Math.max(0, last));
    this.slider.value = String(shown.step);
    this.slider.disabled = last < 1;
    this.play.disabled = shown.stepsDone < 2;
    this.ticks.replaceChildren(
      ...measuredSteps.map((step, i) =>
        el('span', { class: i < shown.stepsDone ? '' : 'off' }, String(step)),
      ),
    );
    const step = measuredSteps[shown.step] ?? 0;
    this.output.textContent = running
      ? l10n.t('step {0} so far', step)
      : l10n.t('step {0} of {1}', step, measuredSteps[last] ?? 0);
    this.slider.setAttribute('aria-valuetext', this.output.textContent);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.showPlaying(false);
  }

  private toggle(): void {
    if (this.timer !== undefined) {
      this.stop();
      return;
    }
    this.showPlaying(true);
    this.timer = setInterval(() => {
      if (this.shown) {
        this.select(this.shown.step + 1 >= this.shown.stepsDone ? 0 : this.shown.step + 1);
      }
    }, playEveryMs);
  }

  private choose(index: number): void {
    this.select(Math.min(index, (this.shown?.stepsDone ?? 1) - 1));
  }

  private showPlaying(playing: boolean): void {
    this.play.setAttribute('aria-pressed', String(playing));
    this.play.replaceChildren(icon(playing ? 'debug-pause' : 'play'));
  }
}
