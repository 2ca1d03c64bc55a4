import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { always, createTrainer, Registry, setUpPart, type Backend, type Part } from "@unequal/core";
import { describeAgreement, describeBackend } from "@unequal/core/testing";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { describeChangedTrainable } from "./describe-changed-trainable.js";
import { describeSkipping } from "./describe-skipping.js";
import { describeUnusualModels } from "./describe-unusual-models.js";
import { disposeModel, engineModels } from "./engine-models.js";
import { requireEngine } from "./require-engine.js";
import { weighPixels } from "./weigh-pixels.js";

/** An engine under test. */
export interface EngineSubject {
  readonly part: Part<"backend">;
  /** How far its numbers may be off cpu's, as a share of the largest of an array. */
  readonly tolerance: number;
  /** Whether a replica of a model that trains on it can score meanwhile; default true. */
  readonly replicable?: boolean;
}

async function start(part: Part<"backend">): Promise<Backend> {
  const backend = setUpPart("backend", part, { registry: new Registry([]) });
  await backend.start();
  return backend;
}

/** Trains the perceptron by importance sampling, and returns the losses of the steps. */
async function losses(
  part: Part<"backend">,
  updates: number,
  resident: boolean,
): Promise<number[]> {
  const backend = await start(part);
  const { build, dataset } = engineModels["a perceptron"];
  const model = build();
  const learner = backend.learner(model);
  const trainer = createTrainer({
    learner,
    dataset,
    resident,
    batchSize: 4,
    presample: 12,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    seed: 5,
  });
  const found: number[] = [];
  trainer.events.on("step:end", ({ loss }) => found.push(loss));
  await trainer.run({ updates });
  await trainer.dispose();
  learner.dispose?.();
  disposeModel(model);
  await backend.stop?.();
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function describeRuns({ part, tolerance }: EngineSubject): void {
  describe(`backend "${part.name}"`, () => {
    test.each([
      ["uploaded once", true],
      ["uploaded as they are drawn", false],
    ])("trains on examples %s as cpu does, from the same draws", async (_, resident) => {
      const wanted = await losses(cpu(), 20, false);
      const found = await losses(part, 20, resident);
      found.forEach((loss, step) => {
        expect(Math.abs(loss - (wanted[step] as number))).toBeLessThan(100 * tolerance);
      });
      expect(mean(found.slice(-5))).toBeLessThan(0.8 * mean(found.slice(0, 5)));
    });

    test("weighs the classes of pixels as cpu does", async () => {
      const wanted = await weighPixels(cpu());
      const found = await weighPixels(part);
      expect(found).toHaveLength(wanted.length);
      found.forEach((value, at) =>
        expect(Math.abs(value - (wanted[at] as number))).toBeLessThan(10 * tolerance),
      );
    });

    test("reads back the model that it exports", async () => {
      const backend = await start(part);
      const model = engineModels["a convnet"].build();
      const learner = backend.learner(model);
      const { files } = await learner.exportModel();
      const { modelTopology, weightsManifest } = JSON.parse(
        new TextDecoder().decode(files["model.json"]),
      ) as {
        modelTopology: object;
        weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
      };
      const loaded = await tf.loadLayersModel(
        tf.io.fromMemory({
          modelTopology,
          weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
          weightData: Uint8Array.from(files["weights.bin"] as Uint8Array).buffer,
        }),
      );
      for (const [at, weight] of loaded.getWeights().entries())
        expect(await weight.data()).toEqual(await model.getWeights()[at]?.data());
      loaded.dispose();
      learner.dispose?.();
      disposeModel(model);
      await backend.stop?.();
    });
  });
}

/** Holds an engine to the contracts of a backend and its learner, and to the numbers of cpu on a model of each kind. */
export async function describeEngine(subject: EngineSubject): Promise<void> {
  const { part, tolerance, replicable = true } = subject;
  if (!(await requireEngine(part))) return;
  for (const [title, { build: model, dataset }] of Object.entries(engineModels)) {
    if (part.name === "cpu") continue; // it agrees with itself
    describeAgreement(title, { part, reference: cpu(), model, dataset, tolerance, disposeModel });
  }
  describeRuns(subject);
  describeChangedTrainable(part);
  describeUnusualModels(subject);
  describeSkipping(part, tolerance);
  const { build: model, dataset } = engineModels["a perceptron"];
  describeBackend({
    part,
    model,
    dataset,
    replicable,
    alive: () => tf.memory().numTensors,
    disposeModel,
  });
}
