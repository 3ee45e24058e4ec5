/** Cells that a text takes in the editor: tabs to the next stop, wide characters (CJK, emoji) two. */
export function visualWidth(text: string, tabSize: number): number {
  let width = 0;
  for (const character of text) {
    if (character === '\t') {
      width += tabSize - (width % tabSize);
    } else if (/\p{Mark}|\u200d/u.test(character)) {
      continue;
    } else {
      width +=
        /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
          character,
        )
          ? 2
          : 1;
    }
  }
  return width;
}

const gap = 3;
/** A line longer than this does not push the values of all others to the right. */
const farthest = 100;

/** Cells between the end of each line and its values, so that all of them start in one column. */
export function startGaps(widths: readonly number[]): readonly number[] {
  const column = Math.max(0, ...widths.filter((width) => width + gap <= farthest)) + gap;
  return widths.map((width) => Math.max(gap, column - width));
}
