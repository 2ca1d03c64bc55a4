/** One axis: its label, and whether it is logarithmic. */
export interface Axis {
  readonly label: string;
  readonly log?: boolean;
}

/** Draws lines as an SVG, one for each series, in the order of the legend. */
export declare function svgOfLines(plot: {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
}): Promise<string>;
