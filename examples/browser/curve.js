const [WIDTH, HEIGHT] = [600, 260];
const FRAME = { left: 40, right: WIDTH - 8, top: 8, bottom: HEIGHT - 26 };
/** How much of the mean of late steps stays from one step to the next. */
const SMOOTHING = 0.95;
/** More points than this are more than the width can show. */
const POINTS = 600;

function node(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The mean of late steps, without the bias to where it began. */
export function smooth(losses) {
  let [sum, weight] = [0, 0];
  return losses.map((loss) => {
    sum = SMOOTHING * sum + (1 - SMOOTHING) * loss;
    weight = SMOOTHING * weight + (1 - SMOOTHING);
    return sum / weight;
  });
}

/** Steps from which importance sampling was on, and to which: [from, to] each. */
function stretches(importance) {
  const found = [];
  importance.forEach((on, step) => {
    if (on && importance[step - 1] !== true) found.push([step, step + 1]);
    else if (on) found.at(-1)[1] = step + 1;
  });
  return found;
}

/** Draws the loss of each step, their mean, and when importance sampling was on. */
export function drawCurve(svg, { losses, importance }, steps) {
  const highest = Math.max(1.2, ...smooth(losses));
  const x = (step) => FRAME.left + ((FRAME.right - FRAME.left) * step) / steps;
  const y = (loss) =>
    FRAME.bottom - ((FRAME.bottom - FRAME.top) * Math.min(loss, highest)) / highest;
  const every = Math.ceil(losses.length / POINTS);
  const line = (values, name) => {
    const points = values.flatMap((value, step) =>
      step % every === 0 ? [`${x(step + 1).toFixed(1)},${y(value).toFixed(1)}`] : [],
    );
    return node("polyline", { class: name, points: points.join(" ") });
  };
  const { left, right, top, bottom } = FRAME;
  const bands = stretches(importance).map(([from, to]) =>
    node("rect", {
      class: "band",
      x: x(from),
      y: top,
      width: x(to) - x(from),
      height: bottom - top,
    }),
  );
  const levels = [0, 0.25, 0.5, 0.75, 1].filter((level) => level <= highest);
  const rules = levels.flatMap((level) => [
    node("line", { class: "grid", x1: left, x2: right, y1: y(level), y2: y(level) }),
    node("text", { x: left - 6, y: y(level) + 4, "text-anchor": "end" }, level),
  ]);
  const ends = [0, steps / 2, steps].map((step, at) =>
    node(
      "text",
      { x: x(step), y: HEIGHT - 6, "text-anchor": ["start", "middle", "end"][at] },
      at === 2 ? `step ${steps}` : Math.round(step),
    ),
  );
  svg.replaceChildren(
    ...bands,
    ...rules,
    ...ends,
    line(losses, "each"),
    line(smooth(losses), "mean"),
  );
}
