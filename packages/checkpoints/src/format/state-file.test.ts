import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRandom, type State } from "@unequal/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadState, readStateFile, saveState, writeStateFile } from "./state-file.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unequal-state-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = (name = "state.safetensors"): string => path.join(folder, name);

const STATE: State = {
  version: 3,
  nothing: undefined,
  none: null,
  yes: true,
  text: 'of "any" kind: ü, 漢, \u0000',
  numbers: [0, -0, 1 / 3, NaN, Infinity, -Infinity, 2 ** 53, 5e-324],
  list: [undefined, [1, [2]], { deep: [Float32Array.of(1.5)] }],
  $: "a key of ours",
  tagged: { $: "array", at: "floats" },
  "a/b": Float32Array.of(1),
  "a~b": Float32Array.of(2),
  a: { b: Float32Array.of(3) },
  3: Float32Array.of(4),
  __metadata__: Float32Array.of(5),
  bytes: Uint8Array.of(0, 255, 7),
  whole: Int32Array.of(-1, 2 ** 31 - 1),
  ids: Uint32Array.of(2 ** 32 - 1),
  floats: Float32Array.of(NaN, -0, 1e-40, Infinity),
  doubles: Float64Array.of(Math.PI, NaN, -0),
  empty: new Float32Array(0),
  part: new Float64Array(new Float64Array([9, 1, 2, 9]).buffer, 8, 2),
};

test("what is saved is loaded: every number, array and absence", async () => {
  await saveState(file(), STATE);
  const loaded = await loadState(file());
  expect(loaded).toEqual(STATE);
  const { numbers, floats, part } = loaded as unknown as {
    numbers: number[];
    floats: Float32Array;
    part: Float64Array;
  };
  expect(Object.is(numbers[1], -0)).toBe(true);
  expect(Object.is(floats[1], -0)).toBe(true);
  expect([...part]).toEqual([1, 2]);
  expect(Object.hasOwn(loaded, "nothing")).toBe(true);
  expect(readdirSync(folder)).toEqual(["state.safetensors"]);
});

test("an array is where the format has it: length, header, data at multiples of eight", async () => {
  await writeStateFile(file(), {
    state: { version: 1, x: Float32Array.of(1, 2) },
    about: { step: "7" },
  });
  const bytes = readFileSync(file());
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, unknown>;
  expect(length % 8).toBe(0);
  expect(header["x"]).toEqual({ dtype: "F32", shape: [2], data_offsets: [0, 8] });
  expect(header["__metadata__"]).toMatchObject({ step: "7", unequal: "1" });
  expect(bytes.subarray(8 + length)).toEqual(Buffer.from(Float32Array.of(1, 2).buffer));
});

test("texts about a state are read with it", async () => {
  const about = { step: "12", validation: "0.5" };
  await writeStateFile(file(), { state: { version: 1 }, about });
  expect(await readStateFile(file())).toEqual({ state: { version: 1 }, about });
});

describe("a file that is not whole", () => {
  const invalid = expect.objectContaining({ code: "CHECKPOINT_INVALID" }) as Error;
  let whole: Buffer;
  beforeEach(async () => {
    await saveState(file(), STATE);
    whole = readFileSync(file());
  });
  const expectRefused = async (bytes: Uint8Array): Promise<void> => {
    writeFileSync(file("other"), bytes);
    await expect(loadState(file("other"))).rejects.toThrow(invalid);
  };

  test("is refused at whatever byte it was cut off", async () => {
    const random = createRandom("cut");
    const cuts = [0, 1, 7, 8, 9, 34, 35, 99, 100, whole.length - 1];
    for (let cut = 0; cut < 30; cut++) cuts.push(random.integer(whole.length));
    for (const length of cuts) await expectRefused(whole.subarray(0, length));
  });

  test("is refused whichever bit was flipped", async () => {
    const random = createRandom("flip");
    const places = [0, 3, 7, 8, 20, 36, 98, 99, whole.length - 1];
    for (let flip = 0; flip < 60; flip++) places.push(random.integer(whole.length));
    for (const at of places) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8));
      await expectRefused(bytes);
    }
  });

  test("is refused with bytes added, lost within, or in another order", async () => {
    const half = whole.length >> 1;
    await expectRefused(Buffer.concat([whole, Buffer.of(0)]));
    await expectRefused(Buffer.concat([whole.subarray(0, half), whole.subarray(half + 8)]));
    await expectRefused(Buffer.concat([whole.subarray(half), whole.subarray(0, half)]));
  });

  /** The file with another header, and a checksum that is right for it. */
  function rewritten(change: (header: string) => string): Buffer {
    const length = Number(whole.readBigUInt64LE(0));
    const json = change(
      whole
        .subarray(8, 8 + length)
        .toString()
        .trimEnd(),
    );
    const padded = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(padded.length));
    const bytes = Buffer.concat([size, padded, whole.subarray(8 + length)]);
    bytes.write("0".repeat(64), 35);
    bytes.write(createHash("sha256").update(bytes).digest("hex"), 35);
    return bytes;
  }

  test("is whole if its header is only written again", async () => {
    writeFileSync(
      file("other"),
      rewritten((header) => header),
    );
    expect(await loadState(file("other"))).toEqual(STATE);
  });

  test.each<[string, (header: string) => string]>([
    ["another", (header) => header.replace('"unequal":"1"', '"unequal":"0"')],
    ["none", (header) => header.replace('"unequal":"1",', "")],
    ["a newer", (header) => header.replace('"unequal":"1"', '"unequal":"2"')],
  ])("is told from one of %s version", async (_, change) => {
    writeFileSync(file("other"), rewritten(change));
    await expect(loadState(file("other"))).rejects.toThrow(
      expect.objectContaining({ code: "STATE_INCOMPATIBLE" }) as Error,
    );
  });

  test.each<[string, (header: string) => string]>([
    ["a type that is none", (header) => header.replace('"F64"', '"F16"')],
    [
      "offsets beyond its end",
      (header) => header.replace(/"data_offsets":\[0,/, '"data_offsets":[9e9,'),
    ],
    [
      "offsets that are none",
      (header) => header.replace(/"data_offsets":\[0,\d+\]/, '"data_offsets":"x"'),
    ],
    ["an entry that is none", (header) => header.replace(/"doubles":\{[^}]*\}/, '"doubles":null')],
    ["an array less", (header) => header.replace('"ids"', '"others"')],
    ["a state that is no JSON", (header) => header.replace('"state":"{', '"state":"(')],
    ["no state", (header) => header.replace('"state":', '"other":')],
  ])("with %s is refused, though its checksum is right", async (_, change) => {
    await expectRefused(rewritten(change));
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["text", Buffer.from("step 12\n")],
    ["a file of safetensors that others wrote", Buffer.from("\x02\0\0\0\0\0\0\0{}")],
    [
      "a header longer than anything",
      Buffer.from([...new Uint8Array(8).fill(255), ...Buffer.from("{}")]),
    ],
  ])("%s is refused", async (_, bytes) => {
    await expectRefused(bytes);
  });

  test("is told from one that is not there, and from a folder", async () => {
    for (const none of [file("none"), folder])
      await expect(loadState(none)).rejects.toThrow(
        expect.objectContaining({ code: "OUTPUT_FAILED" }) as Error,
      );
  });
});

test("where it cannot be written nothing is left, and what was there stays", async () => {
  await saveState(file(), STATE);
  await expect(saveState(path.join(folder, "no", "where"), STATE)).rejects.toThrow(
    expect.objectContaining({ code: "OUTPUT_FAILED" }) as Error,
  );
  expect(await loadState(file())).toEqual(STATE);
  expect(readdirSync(folder)).toEqual(["state.safetensors"]);
});
