import * as tf from "@tensorflow/tfjs";
import { CLASSES, featuresOf } from "./spirals.js";

const REACH = 1.25;
const CELLS = 60;

/** Asks the model for the probabilities of every cell of the plane. */
async function askModel(model) {
  const at = (cell) => ((cell + 0.5) / CELLS) * 2 * REACH - REACH;
  const cells = Array.from({ length: CELLS * CELLS }, (_, cell) =>
    featuresOf(at(cell % CELLS), -at(Math.floor(cell / CELLS))),
  );
  const output = tf.tidy(() => model.predict(tf.tensor2d(cells), { batchSize: cells.length }));
  const probabilities = await output.data();
  output.dispose();
  return probabilities;
}

/** Reads `rgb(…)` of an arm's colour as the page shows it now, in light or dark. */
function armColours(canvas) {
  const probe = document.createElement("span");
  canvas.after(probe);
  const colours = Array.from({ length: CLASSES }, (_, arm) => {
    probe.style.color = `var(--arm-${arm})`;
    return getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      .map(Number);
  });
  probe.remove();
  return colours;
}

/** Paints which arm the network takes each place for, the fainter the less sure. */
function paintRegions(context, probabilities, colours) {
  const image = new ImageData(CELLS, CELLS);
  for (let cell = 0; cell < CELLS * CELLS; cell++) {
    const shares = probabilities.subarray(cell * CLASSES, (cell + 1) * CLASSES);
    const best = shares.indexOf(Math.max(...shares));
    const sure = (shares[best] - 1 / CLASSES) / (1 - 1 / CLASSES);
    image.data.set([...colours[best], 20 + 80 * sure], 4 * cell);
  }
  const small = new OffscreenCanvas(CELLS, CELLS);
  small.getContext("2d").putImageData(image, 0, 0);
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, width, height);
}

/** Paints the points, the larger the more often they were drawn lately (`heat`), compared with the others. */
export async function paintPlane(canvas, { model, points, heat }) {
  const probabilities = await askModel(model);
  const side = Math.round(canvas.clientWidth * devicePixelRatio);
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  const colours = armColours(canvas);
  paintRegions(context, probabilities, colours);
  const place = (value) => ((value + REACH) / (2 * REACH)) * side;
  const mean = heat.reduce((sum, each) => sum + each) / heat.length;
  points.forEach(({ x, y, arm }, row) => {
    const often = mean === 0 ? 1 : heat[row] / mean;
    const radius = (side / 400) * Math.min(5, 0.9 + 1.3 * Math.sqrt(often));
    context.beginPath();
    context.arc(place(x), place(-y), radius, 0, 2 * Math.PI);
    context.fillStyle = `rgb(${colours[arm].join(" ")} / ${Math.min(0.95, 0.45 + 0.3 * often)})`;
    context.fill();
  });
}
