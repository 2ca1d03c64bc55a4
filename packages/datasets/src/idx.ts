import { UnequalError } from "@unequal/core";

/** Unsigned bytes with their shape, as an IDX file holds them. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the type, the number of axes, their lengths
 * (big-endian), the data, which is viewed, not copied.
 *
 * @throws DATASET_INVALID if it is something else, or cut short
 */
export function readIdx(bytes: Uint8Array, file: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const axes = bytes[3] ?? 0;
  const header = 4 + 4 * axes;
  if (bytes.length < header || view.getUint16(0) !== 0 || bytes[2] !== UNSIGNED_BYTES) {
    throw new UnequalError(
      "DATASET_INVALID",
      `${file} must be an IDX file of unsigned bytes, but does not begin like one. Unpack it, or download it again.`,
    );
  }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== header + size) {
    throw new UnequalError(
      "DATASET_INVALID",
      `${file} of shape [${shape.join(", ")}] must hold ${size} bytes, but holds ${bytes.length - header}. Download it again.`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}
