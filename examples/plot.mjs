import { parse, View } from "vega";
import { compile } from "vega-lite";

/**
 * Draws lines as an SVG: `svgOfLines({ title, x, y, series })`.
 *
 * `x`, `y`: `{ label, log? }`. `series`: `{ name, points: [[x, y], …] }` each, in the order of the legend; on a log
 * axis points that are not positive are left out. Colours are told apart by people who see colours otherwise, too.
 */
export async function svgOfLines({ title, x, y, series }) {
  const shown = (value, { log = false }) => Number.isFinite(value) && (!log || value > 0);
  const values = series.flatMap(({ name, points }) =>
    points
      .filter(([across, up]) => shown(across, x) && shown(up, y))
      .map(([across, up]) => ({ name, across, up })),
  );
  const axis = ({ label, log = false }, format) => ({
    type: "quantitative",
    title: label,
    scale: log ? { type: "log" } : { type: "linear", zero: false },
    axis: { grid: true, gridColor: "#e8e8e8", ...(log && { format, tickCount: 8 }) },
  });
  const specification = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 12,
    width: 560,
    height: 340,
    title: { text: title, anchor: "start", fontSize: 15, offset: 12 },
    data: { values },
    mark: { type: "line", strokeWidth: 2, clip: true },
    encoding: {
      x: { field: "across", ...axis(x, "~g") },
      y: { field: "up", ...axis(y, ".0e") },
      color: {
        field: "name",
        sort: null,
        scale: {
          domain: series.map(({ name }) => name),
          range: ["#000000", "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7"],
        },
        legend: { title: null, symbolStrokeWidth: 3, labelFontSize: 12, labelLimit: 0 },
      },
    },
    config: { axis: { labelFontSize: 11, titleFontSize: 12, titlePadding: 8 } },
  };
  const view = new View(parse(compile(specification).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
