import * as tf from "@tensorflow/tfjs";
import { expect, vi } from "vitest";
import { column, line, ours, quiet, type Show } from "./small-models.js";

const x = () => column(1, 2, 3, 4);
const options = { ...quiet, batchSize: 2 };
const stream = () => tf.data.array([1, 2, 3, 4].map((v) => ({ xs: [v], ys: [v] }))).batch(2);

/** Runs a fit in both libraries; returns what was noted of each: theirs, ours. */
async function both<T>(run: (library: "theirs" | "ours", noted: T[]) => Promise<unknown>) {
  const [theirs, mine]: [T[], T[]] = [[], []];
  await run("theirs", theirs);
  await run("ours", mine);
  return [theirs, mine] as const;
}

/** Fits by one of the two, from memory or a stream. */
function fit(library: "theirs" | "ours", from: "memory" | "stream", callbacks: unknown) {
  const [model, given] = [line(), { ...options, epochs: 1, callbacks } as never];
  const trainee = library === "theirs" ? model : ours(model);
  return from === "memory"
    ? (trainee.fit as tf.LayersModel["fit"]).call(trainee, x(), x(), given)
    : (trainee.fitDataset as tf.LayersModel["fitDataset"]).call(trainee, stream(), given);
}

/** A tf.Callback that does one thing more. */
function callback(extra: object): tf.Callback {
  return Object.assign(tf.callbacks.earlyStopping({ monitor: "loss" }), extra);
}

/** Differences of what callbacks are told. */
export const shownOfCallbacks = {
  "batch-begin-logs": async () => {
    for (const from of ["memory", "stream"] as const) {
      const [theirs, mine] = await both<object>((library, noted) => {
        const onBatchBegin = (_: number, logs?: object) => void noted.push({ ...logs });
        return fit(library, from, { onBatchBegin });
      });
      const told = [0, 1].map((batch) => ({ batch, size: 2 }));
      expect(mine).toEqual(told);
      expect(theirs).toEqual(from === "memory" ? [{}, {}] : told);
    }
  },
  "logs-are-numbers": async () => {
    const [theirs, mine] = await both<string>((library, noted) =>
      fit(
        library,
        "memory",
        callback({ onEpochEnd: (_: number, { loss }: tf.Logs) => void noted.push(typeof loss) }),
      ),
    );
    expect([theirs, mine]).toEqual([["object"], ["number"]]);
  },
  "callbacks-mixed": async () => {
    const noted: string[] = [];
    const mixed = [
      callback({ onEpochEnd: () => void noted.push("callback") }),
      { onEpochEnd: () => void noted.push("object") },
    ];
    await expect(fit("theirs", "memory", mixed)).rejects.toThrow(TypeError);
    noted.length = 0;
    await fit("ours", "memory", mixed);
    expect(noted).toEqual(["callback", "object"]);
  },
  "on-yield": async () => {
    for (const yieldEvery of ["batch", "epoch"] as const) {
      const noted: string[] = [];
      const onYield = (epoch: number, batch: number) => void noted.push(`${epoch}.${batch}`);
      const given = { ...options, epochs: 2, yieldEvery, callbacks: { onYield } };
      await line().fit(x(), x(), given);
      expect(noted).toEqual([]);
      await ours(line()).fit(x(), x(), given);
      expect(noted).toEqual(yieldEvery === "batch" ? ["0.0", "0.1", "1.0", "1.1"] : ["0.1", "1.1"]);
    }
  },
  "params-of-callbacks": async () => {
    for (const from of ["memory", "stream"] as const) {
      const [theirs, mine] = await both<object>((library, noted) =>
        fit(library, from, callback({ setParams: (params: object) => void noted.push(params) })),
      );
      const all = { epochs: 1, initialEpoch: 0, samples: 4, steps: 2, batchSize: 2, verbose: 0 };
      expect(mine).toEqual([{ ...all, doValidation: false, metrics: ["loss"] }]);
      const unknown =
        from === "memory"
          ? { steps: null }
          : { samples: null, batchSize: null, initialEpoch: null };
      expect(theirs).toEqual([{ ...all, ...unknown, doValidation: false, metrics: ["loss"] }]);
    }
  },
  "unknown-callbacks": async () => {
    const callbacks = { onEpochEnds: () => undefined } as object;
    const said = async (run: () => Promise<unknown>): Promise<string> => {
      const [log, warn] = [vi.spyOn(console, "log"), vi.spyOn(console, "warn")];
      for (const spy of [log, warn]) spy.mockImplementation(() => undefined);
      await run();
      const text = warn.mock.calls.flat().join("\n");
      for (const spy of [log, warn]) spy.mockRestore();
      return text;
    };
    expect(await said(() => line().fit(x(), x(), { callbacks }))).toBe("");
    expect(await said(() => ours(line()).fit(x(), x(), { callbacks }))).toContain("onEpochEnd");
  },
  "progress-line": async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await line().fit(x(), x());
    await ours(line()).fit(x(), x(), quiet);
    expect(log).not.toHaveBeenCalled();
    await ours(line()).fit(x(), x());
    expect(log.mock.calls.map(([text]) => String(text))).toEqual([
      expect.stringMatching(/^epoch 1/),
    ]);
    log.mockRestore();
  },
  "model-history": async () => {
    const [theirs, mine] = [line(), line()];
    const history = await theirs.fit(x(), x(), options);
    await ours(mine).fit(x(), x(), options);
    const kept = (model: tf.Sequential) =>
      (model as unknown as { model: tf.LayersModel }).model.history;
    expect(kept(theirs)).toBe(history);
    expect(kept(mine)).toBeUndefined();
  },
} as const satisfies Readonly<Record<string, Show>>;
