import { html } from './markup';

/** Light or dark as the reader's system is, and readable on paper. */
export const reportStyle = html`<style>
  :root {
    color-scheme: light dark;
    --back: #fff;
    --text: #1f1f1f;
    --quiet: #5c5c5c;
    --line: #d4d4d4;
    --now: #0063d3;
    --after: #2e7d1e;
    --sick: #c72e0f;
    --warn: #9a6700;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --back: #1f1f1f;
      --text: #d4d4d4;
      --quiet: #a6a6a6;
      --line: #454545;
      --now: #59a4f9;
      --after: #89d185;
      --sick: #f88070;
      --warn: #d7a72f;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    max-width: 980px;
    margin: 0 auto;
    padding: 24px;
    background: var(--back);
    color: var(--text);
    font:
      14px/1.5 system-ui,
      sans-serif;
    overflow-wrap: anywhere;
  }
  h1 {
    margin: 0 0 8px;
    font-size: 24px;
    line-height: 1.25;
  }
  h2 {
    margin: 0 0 8px;
    font-size: 16px;
  }
  h3 {
    margin: 0;
    font-size: 14px;
  }
  p {
    margin: 0 0 8px;
  }
  article + article,
  section,
  footer {
    margin-top: 24px;
    padding-top: 20px;
    border-top: 1px solid var(--line);
  }
  .word {
    font-weight: 600;
  }
  .word .quiet {
    font-weight: 400;
  }
  .quiet {
    color: var(--quiet);
    font-size: 12px;
  }
  ul {
    margin: 0;
    padding-left: 20px;
  }
  li + li {
    margin-top: 10px;
  }
  li p {
    margin: 0;
  }
  pre {
    margin: 6px 0 0;
    padding: 8px 10px;
    border: 1px solid var(--line);
    overflow-wrap: normal;
    overflow-x: auto;
    font:
      12px/1.45 ui-monospace,
      monospace;
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 13px;
    overflow-wrap: normal;
  }
  th,
  td {
    padding: 3px 10px 3px 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    white-space: nowrap;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  svg {
    display: block;
    width: 100%;
    height: auto;
  }
  svg text {
    fill: var(--text);
    font-size: 12px;
  }
  svg .title {
    font-weight: 600;
  }
  svg .tick {
    fill: var(--quiet);
  }
  svg .sick,
  svg text.sick {
    fill: var(--sick);
  }
  .grid {
    stroke: var(--line);
  }
  .band {
    fill: var(--after);
    fill-opacity: 0.14;
  }
  .seeds {
    fill: var(--now);
    fill-opacity: 0.25;
  }
  polyline {
    fill: none;
    stroke-width: 1.75;
    stroke-linejoin: round;
  }
  polyline.now {
    stroke: var(--now);
  }
  polyline.after {
    stroke: var(--after);
    stroke-dasharray: 6 4;
  }
  circle.ok {
    fill: var(--now);
  }
  circle.warn {
    fill: var(--back);
    stroke: var(--warn);
    stroke-width: 1.5;
  }
  .key {
    margin-right: 14px;
  }
  .key::before {
    display: inline-block;
    width: 22px;
    margin-right: 6px;
    border-top: 2px solid var(--now);
    vertical-align: middle;
    content: '';
  }
  .key.after::before {
    border-top: 2px dashed var(--after);
  }
  .key.seeds::before,
  .key.band::before {
    height: 10px;
    border: 0;
    background: var(--now);
    opacity: 0.35;
  }
  .key.band::before {
    background: var(--after);
  }
  @media print {
    details > pre {
      display: block;
    }
  }
</style>`;
