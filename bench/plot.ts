import { parse, View } from "vega";
import { compile } from "vega-lite";

/** One axis of a plot. */
export interface Axis {
  readonly title: string;
  readonly scale: "linear" | "log";
}

/** A named line through points, in the order given. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What to draw. */
export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Colours that stay apart for those who see colours differently (Okabe & Ito). */
const COLOURS = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

function encoding(field: "x" | "y", { title, scale }: Axis) {
  const axis = scale === "log" ? { format: "~g", tickCount: 6 } : { tickCount: 6 };
  return {
    field,
    type: "quantitative",
    title,
    scale: scale === "log" ? { type: scale } : { type: scale, zero: false, nice: true },
    axis,
  } as const;
}

/** Draws lines with a point at each place, and a legend, as SVG: without a browser, the same bytes each time. */
export async function plot({ title, x, y, series }: Plot): Promise<string> {
  const names = series.map(({ name }) => name);
  const values = series.flatMap(({ name, points }) =>
    points.map(([px, py], order) => ({ name, x: px, y: py, order })),
  );
  const { spec } = compile({
    title: { text: title, anchor: "start", fontSize: 14, offset: 12 },
    width: 560,
    height: 320,
    background: "white",
    padding: 12,
    data: { values },
    mark: { type: "line", point: { size: 24 }, strokeWidth: 1.75 },
    encoding: {
      x: encoding("x", x),
      y: encoding("y", y),
      order: { field: "order", type: "quantitative" },
      color: {
        field: "name",
        type: "nominal",
        sort: names,
        title: null,
        scale: { domain: names, range: COLOURS },
        legend: { symbolType: "stroke", symbolStrokeWidth: 3, symbolSize: 200 },
      },
    },
    config: { axis: { gridColor: "#e5e5e5" }, view: { stroke: null }, font: "sans-serif" },
  });
  return `${await new View(parse(spec)).toSVG()}\n`;
}
