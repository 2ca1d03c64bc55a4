import * as tf from "@tensorflow/tfjs";
import { drawCurve, smooth } from "./curve.js";
import { paintPlane } from "./plane.js";
import { readSettings } from "./read-settings.js";
import { startEngine } from "./start-engine.js";
import { createTraining } from "./train.js";

/** Milliseconds between two looks at the figures, and at the plane, which the network must be asked about. */
const [FIGURES_EVERY, PLANE_EVERY] = [100, 600];

const find = (id) => document.getElementById(id);
const show = (id, text) => (find(id).textContent = text);
const later = () => new Promise((resolve) => setTimeout(resolve));

/** Follows a training by its events; what has been seen is in the fields. */
function follow({ events }, points) {
  const seen = {
    losses: [],
    importance: [],
    tensors: [],
    accuracies: [],
    heat: new Float32Array(points),
  };
  const take = (estimate) => (seen.tau = estimate?.tau ?? seen.tau);
  events.on("batch:scored", ({ estimate }) => take(estimate));
  events.on("batch:selected", ({ ids }) => {
    for (const id of ids) seen.heat[id] += 1;
  });
  events.on("step:end", ({ loss, metrics, importance, estimate }) => {
    take(estimate);
    seen.losses.push(loss);
    seen.accuracies.push(Object.values(metrics)[0]);
    seen.importance.push(importance);
    seen.tensors.push(tf.memory().numTensors);
  });
  return seen;
}

function showFigures({ trainer }, seen, { steps }) {
  const { update, seconds } = trainer.progress;
  show("step", update);
  show("loss", smooth(seen.losses).at(-1).toFixed(3));
  show("accuracy", `${(100 * smooth(seen.accuracies).at(-1)).toFixed(1)} %`);
  show("share", `${Math.round((100 * trainer.importanceSteps) / update)} %`);
  show("tau", seen.tau?.toFixed(2) ?? "–");
  show("speed", (update / seconds).toFixed(0));
  drawCurve(find("curve"), seen, steps);
}

/** Trains until all steps are made or `signal` is aborted; called again it goes on. */
async function train(training, { seen, settings, signal }) {
  const { trainer } = training;
  let [figuresAt, planeAt] = [-Infinity, -Infinity];
  const look = async () => {
    const now = performance.now();
    if (now - figuresAt < FIGURES_EVERY) return;
    showFigures(training, seen, settings);
    figuresAt = now;
    if (now - planeAt > PLANE_EVERY) {
      await paintPlane(find("plane"), { ...training, ...seen });
      seen.heat.forEach((heat, row) => (seen.heat[row] = 0.6 * heat));
      planeAt = performance.now();
    }
    await later();
  };
  await trainer.run({ updates: settings.steps, signal, afterStep: look });
  showFigures(training, seen, settings);
  await paintPlane(find("plane"), { ...training, ...seen });
}

/** What the button does next; without a function there is nothing left to do. */
function offer(text, act) {
  const button = find("button");
  button.textContent = text;
  button.disabled = act === undefined;
  button.onclick = act ?? null;
}

const allowed = (action) => () => {
  offer("…");
  action();
};

/** Shows what went wrong, and offers what may help. */
function showFailure(error, [text, act]) {
  show("message", error.message);
  find("message").dataset.kind = "error";
  if (find("engine").textContent === "starting…") show("engine", "none");
  offer(text, allowed(act));
  throw error;
}

const tryAgain = ["Try again", () => location.reload()];
const useDefaults = ["Use the defaults", () => location.assign(location.pathname)];

/** Trains one stretch, up to the end or until the button is pressed, and offers to go on. */
async function stretch(run) {
  const { training, settings, seen, facts } = run;
  const stop = new AbortController();
  offer(
    "Stop",
    allowed(() => stop.abort()),
  );
  try {
    await train(training, { seen, settings, signal: stop.signal });
    const { importanceSteps, progress } = training.trainer;
    if (progress.update < settings.steps)
      offer(
        "Go on",
        allowed(() => (globalThis.training = stretch(run))),
      );
    else {
      await training.dispose();
      offer("Done");
    }
    return { facts, losses: seen.losses, tensors: seen.tensors, importanceSteps };
  } catch (error) {
    return showFailure(error, tryAgain);
  }
}

function showSettings({ presample, batchSize, steps, backend }) {
  show("presample", presample);
  show("batch-size", batchSize);
  show("steps", steps);
  document
    .querySelector(`nav a[href="?backend=${CSS.escape(backend)}"]`)
    ?.setAttribute("aria-current", "page");
}

function readAddress() {
  try {
    return readSettings(location.search);
  } catch (error) {
    return showFailure(error, useDefaults);
  }
}

async function start(settings) {
  try {
    const { backend, facts } = await startEngine(settings.backend);
    return { settings, facts, training: createTraining(backend, settings) };
  } catch (error) {
    return showFailure(error, tryAgain);
  }
}

async function main() {
  const { settings, unknown } = readAddress();
  showSettings(settings);
  const { facts, training } = await start(settings);
  show("engine", facts.engine);
  show("device", facts.device);
  const ignored = unknown.map((name) => `The address has no setting "${name}".`);
  show("message", [...(facts.notes ?? []), ...(facts.warnings ?? []), ...ignored].join(" "));
  const seen = follow(training.trainer, training.points.length);
  return stretch({ training, settings, seen, facts });
}

/** What came of the latest stretch, for who opens the console, and for the tests. */
globalThis.training = main();
