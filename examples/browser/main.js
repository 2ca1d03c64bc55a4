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

async function train(training, settings, signal) {
  const { trainer, points } = training;
  const seen = follow(trainer, points.length);
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
  return seen;
}

async function main() {
  const settings = readSettings(location.search);
  show("presample", settings.presample);
  show("batch-size", settings.batchSize);
  show("steps", settings.steps);
  document
    .querySelector(`nav a[href="?backend=${CSS.escape(settings.backend)}"]`)
    ?.setAttribute("aria-current", "page");
  const stop = new AbortController();
  find("stop").addEventListener("click", () => stop.abort());
  try {
    const { backend, facts } = await startEngine(settings.backend);
    show("engine", facts.engine);
    show("device", facts.device);
    show("message", [...(facts.notes ?? []), ...(facts.warnings ?? [])].join(" "));
    const training = createTraining(backend, settings);
    const { losses, tensors } = await train(training, settings, stop.signal);
    const { importanceSteps } = training.trainer;
    await training.dispose();
    return { facts, losses, tensors, importanceSteps };
  } catch (error) {
    show("message", error.message);
    throw error;
  } finally {
    find("stop").disabled = true;
    show("stop", stop.signal.aborted ? "Stopped" : "Done");
  }
}

/** What came of it, for who opens the console, and for the tests. */
globalThis.training = main();
