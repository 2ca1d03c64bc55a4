import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setUpPart, type Replica } from "@unequal/core";
import { beforeAll, expect, test } from "vitest";
import { mlp, mlpDataset, moduleOf, request } from "../../testing/replica-fixtures.js";
import { wasm } from "../engines/wasm.js";
import { createLearner } from "../create-learner.js";
import { functionModel } from "../models/function-model.js";

/** A module that registers a layer of one's own, and what that does when it is called. */
function troubleModule(inCall: string, first = ""): string {
  return moduleOf(`
    ${first}
    export class Trouble extends tf.layers.Layer {
      static className = "Trouble";
      computeOutputShape(shape) { return shape; }
      call(inputs) { ${inCall}; return [inputs].flat()[0]; }
    }
    tf.serialization.registerClass(Trouble);`);
}

const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;
const unavailable = expect.objectContaining({ code: "SCORING_UNAVAILABLE" }) as Error;

beforeAll(async () => {
  await setUpPart("backend", wasm()).start();
});

/** What a thread does to be heard. */
const SAY = "new BroadcastChannel('here').postMessage('here');";

/** Resolves when a thread says that it is here. */
function heard(): Promise<void> {
  const channel = new BroadcastChannel("here");
  return new Promise((resolve) => {
    channel.onmessage = () => {
      channel.close();
      resolve();
    };
  });
}

async function replicate(modules: readonly string[], workers = 1): Promise<Replica> {
  const { Trouble } = (await import(/* @vite-ignore */ troubleModule(""))) as {
    Trouble: new () => tf.layers.Layer;
  };
  const learner = createLearner(mlp(new Trouble()));
  return learner.replicate?.(mlpDataset(), { modules, workers }) ?? expect.fail();
}

function threads(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
}

test("a layer of one's own is refused until the module that registers it is listed", async () => {
  const before = threads();
  await expect(replicate([])).rejects.toThrow(unavailable);
  await expect(replicate([])).rejects.toThrow(/Trouble.*`modules`/);
  expect(threads()).toEqual(before);
});

test("a module that does not import, or ends the thread, is named as the reason", async () => {
  await expect(replicate([moduleOf("throw new Error('bad module');")])).rejects.toThrow(
    unavailable,
  );
  await expect(replicate(["no-such-package"])).rejects.toThrow(/no-such-package/);
  await expect(replicate([moduleOf("process.exit(5);")], 2)).rejects.toThrow(
    /must start.*exit code 5.*Score inline/,
  );
  expect(threads()).toEqual([]);
});

test("a module is found as the program in the working directory would import it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unequal-modules-"));
  const here = process.cwd();
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const manifest = { name: "esm-only", type: "module", exports: { import: "./index.js" } };
  put("node_modules/esm-only/package.json", JSON.stringify(manifest));
  put("node_modules/esm-only/index.js", "export {};");
  put("by name.mjs", "import 'esm-only';");
  process.chdir(folder);
  try {
    const modules = ["esm-only", "./by name.mjs", join(folder, "by name.mjs"), "node:fs"];
    const replica = await createLearner(mlp()).replicate?.(mlpDataset(), { modules });
    await replica?.dispose();
    await expect(replicate(["./absent.mjs"])).rejects.toThrow(/absent/);
  } finally {
    process.chdir(here);
    rmSync(folder, { recursive: true });
  }
});

test("a start that nobody waits for any more ends, and leaves no thread", async () => {
  const learner = createLearner(mlp());
  const here = heard();
  const life = new AbortController();
  const { signal } = life;
  const modules = [moduleOf(`${SAY} setInterval(() => {}, 1e3); await new Promise(() => {});`)];
  const made = learner.replicate?.(mlpDataset(), { modules, workers: 2, signal }) ?? expect.fail();
  const refused = expect(made).rejects.toThrow();
  await here;
  life.abort();
  await refused;
  expect(threads()).toEqual([]);
  await expect(learner.replicate?.(mlpDataset(), { signal })).rejects.toThrow();
  expect(threads()).toEqual([]);
});

test("a layer that throws fails its request alone", async () => {
  const module = troubleModule(
    "if ((calls += 1) % 2 === 1) throw new Error('trouble');",
    "let calls = 0;",
  );
  const replica = await replicate([module]);
  replica.publish(0);
  const once = () => replica.compute({ ...request(), signals: ["loss"] });
  const results = await Promise.allSettled([once(), once(), once(), once()]);
  expect(results.map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  await expect(once()).rejects.toThrow("trouble");
  await replica.dispose();
});

test.each([
  ["ends the thread", "process.exit(3);", "exit code 3"],
  ["throws outside a request", "setTimeout(() => { throw new Error('later'); });", "later"],
  ["throws no Error", "setTimeout(() => { throw 'later'; });", "later"],
  ["rejects outside a request", "Promise.reject(new Error('astray'));", "astray"],
])("what %s fails all requests, now and later", async (_, inCall, message) => {
  const slow = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);";
  const replica = await replicate([troubleModule(`${inCall} ${slow}`)], 2);
  replica.publish(0);
  const ask = () =>
    Promise.allSettled(
      [0, 1, 2, 3].map(() => replica.compute({ ...request(), signals: ["loss"] })),
    );
  // a thread that is busy comes to its trouble later, and answers what it was asked before
  let results = await ask();
  while (results.every(({ status }) => status === "fulfilled")) results = await ask();
  for (const result of results)
    if (result.status === "rejected") expect(result.reason).toEqual(failed);
  await expect(replica.compute(request())).rejects.toThrow(failed);
  await expect(replica.compute(request())).rejects.toThrow(message);
  replica.publish(1);
  await replica.dispose();
  expect(threads()).toEqual([]);
});

test("dispose ends a thread that sleeps or computes for ever", async () => {
  for (const sleep of [
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    "for (;;);",
  ]) {
    const here = heard();
    const replica = await replicate([troubleModule(`${SAY} ${sleep}`)]);
    replica.publish(0);
    const requests = Promise.allSettled([replica.compute(request()), replica.compute(request())]);
    await here;
    await replica.dispose();
    for (const result of await requests)
      expect(result.status === "rejected" && result.reason).toEqual(failed);
  }
  expect(threads()).toEqual([]);
});

test("nothing can be computed before something is published", async () => {
  const replica = await replicate([troubleModule("")]);
  await expect(replica.compute(request())).rejects.toThrow(failed);
  await replica.dispose();
});

test("what cannot be had twice is refused: functions as losses or models, other engines", async () => {
  const dataset = mlpDataset();
  const loss = mlp();
  const byFunction = (y: tf.Tensor, p: tf.Tensor): tf.Tensor => tf.losses.meanSquaredError(y, p);
  loss.compile({ optimizer: "sgd", loss: byFunction });
  await expect(createLearner(loss).replicate?.(dataset)).rejects.toThrow(unavailable);
  // without a loss of its own, the model's does not matter
  const lossless = await createLearner(loss, { loss: "none" }).replicate?.(dataset);
  lossless?.publish(0);
  const found = await lossless?.compute({ ...request(), signals: ["embedding"] });
  expect(found?.signals.embedding?.length).toBe(3 * request().ids.length);
  await lossless?.dispose();

  const variables = [tf.variable(tf.zeros([4, 1]))];
  const model = functionModel({
    variables,
    optimizer: tf.train.sgd(0.1),
    forward: ([x]) => tf.matMul(x as tf.Tensor2D, variables[0] as unknown as tf.Tensor2D),
    loss: (y, z) => tf.squeeze(tf.squaredDifference(y, z), [1]),
  });
  await expect(createLearner(model).replicate?.(dataset)).rejects.toThrow(unavailable);

  tf.registerBackend("other", () => tf.findBackend("wasm"));
  await tf.setBackend("other");
  await expect(createLearner(mlp()).replicate?.(dataset)).rejects.toThrow(/"other"/);
  await tf.setBackend("wasm");
});
