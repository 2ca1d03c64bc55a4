import { open } from "node:fs/promises";

const BYTES = 4;

/**
 * A dataset in a file of float32, each row an example: its class, then its features. Reads `block` rows at a time, and keeps
 * `kept` blocks in memory, the latest used.
 */
export async function openFileDataset(path, { size, features, classes, block, kept }) {
  const file = await open(path);
  const width = features + 1;
  const blocks = new Map();
  let reads = 0;

  const readBlock = async (at) => {
    reads += 1;
    const rows = Math.min(block, size - at * block);
    const bytes = new Uint8Array(rows * width * BYTES);
    await file.read(bytes, 0, bytes.length, at * block * width * BYTES);
    return new Float32Array(bytes.buffer);
  };

  const blockOf = (at) => {
    const values = blocks.get(at) ?? readBlock(at);
    blocks.delete(at);
    blocks.set(at, values);
    if (blocks.size > kept) blocks.delete(blocks.keys().next().value);
    return values;
  };

  const take = async (ids) => {
    const x = new Float32Array(ids.length * features);
    const y = new Float32Array(ids.length * classes);
    for (const [row, id] of ids.entries()) {
      const values = await blockOf(Math.floor(id / block));
      const from = (id % block) * width;
      y[row * classes + values[from]] = 1;
      x.set(values.subarray(from + 1, from + width), row * features);
    }
    return {
      size: ids.length,
      inputs: [{ data: x, shape: [ids.length, features], dtype: "float32" }],
      targets: [{ data: y, shape: [ids.length, classes], dtype: "float32" }],
    };
  };
  return { size, fixed: true, take, reads: () => reads, close: () => file.close() };
}
