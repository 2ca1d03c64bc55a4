/** A piece of a line of progress; the lower its rank, the longer it stays where there is too little room. */
export interface BarField {
  readonly text: string;
  readonly rank: number;
}

const [LEAST, MOST] = [8, 20];
const GAP = " | ";

function barOf(fraction: number, size: number): string {
  const full = Math.round(size * Math.min(1, Math.max(0, fraction)));
  return "█".repeat(full) + "░".repeat(size - full);
}

/** The fields for which there is room, in their order. */
function fitting(fields: readonly BarField[], room: number): readonly BarField[] {
  const kept = new Set<BarField>();
  let left = room;
  for (const field of [...fields].sort((a, b) => a.rank - b.rank)) {
    left -= GAP.length + field.text.length;
    if (left < 0) break;
    kept.add(field);
  }
  return fields.filter((field) => kept.has(field));
}

/**
 * Makes a writer of lines of progress, a bar and what there is to say, that are at most as wide as is asked for: of the
 * fields those of the highest ranks go first. One that has had no text yet takes no room. No field becomes shorter than it was, so that lines do not jump.
 */
export function barText(): (
  fraction: number,
  fields: readonly BarField[],
  width: number,
) => string {
  const widest: number[] = [];
  return (fraction, fields, width) => {
    const padded = fields.map((field, at) => {
      const length = Math.max(widest[at] ?? 0, field.text.length);
      widest[at] = length;
      return { ...field, text: field.text.padEnd(length) };
    });
    const share = `${Math.floor(100 * Math.min(1, fraction))}%`.padStart(4);
    if (width < LEAST + 1 + share.length) return share.trim().slice(0, Math.max(0, width));
    const room = width - share.length - 1;
    const told = padded.filter(({ text }) => text !== "");
    const shown = fitting(told, room - LEAST);
    const text = shown.map((field) => GAP + field.text).join("");
    const size = Math.min(MOST, room - text.length);
    return `${barOf(fraction, size)} ${share}${text}`.trimEnd();
  };
}
