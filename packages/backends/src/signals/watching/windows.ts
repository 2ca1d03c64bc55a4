import * as tf from "@tensorflow/tfjs";
import type { OuterProducts } from "../forms/outer-products.js";

/** The window that a convolution slides over its input, an entry for each axis of space. */
export interface WindowShape {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: string;
}

/** What lies under a window at each of its positions: flat places in space, one past the last for the padding. */
export interface Windows {
  /** [positions · taps], the taps of a position side by side. */
  readonly places: Int32Array;
  readonly positions: number;
  readonly taps: number;
  readonly padded: boolean;
}

/** For each output o and tap k of an axis, where in the input it looks; outside of 0 … length − 1 in the padding. */
function looksOf(
  length: number,
  { kernelSize, strides, dilation, padding }: WindowShape,
  axis: number,
) {
  const [size, stride, step] = [kernelSize, strides, dilation].map((each) => each[axis] ?? 1) as [
    number,
    number,
    number,
  ];
  const span = (size - 1) * step + 1;
  const same = padding === "same";
  const outputs = same ? Math.ceil(length / stride) : Math.floor((length - span) / stride) + 1;
  const before = same ? Math.max((outputs - 1) * stride + span - length, 0) >> 1 : 0;
  return Array.from({ length: outputs }, (_, o) =>
    Array.from({ length: size }, (_unused, k) => o * stride + k * step - before),
  );
}

/** Lists what lies under a window as it slides over a space, as tfjs places it. */
export function windowsOver(space: readonly number[], shape: WindowShape): Windows {
  const outside = space.reduce((product, length) => product * length, 1);
  // one axis after the other: the places so far, with the next axis's looks inside
  const rows = space.reduce<number[][]>(
    (places, length, axis) =>
      places.flatMap((taps) =>
        looksOf(length, shape, axis).map((looks) =>
          taps.flatMap((place) =>
            looks.map((look) =>
              place === outside || look < 0 || look >= length ? outside : place * length + look,
            ),
          ),
        ),
      ),
    [[0]],
  );
  const places = Int32Array.from(rows.flat());
  const taps = rows[0]?.length ?? 0;
  return { places, positions: rows.length, taps, padded: places.includes(outside) };
}

/** Lays x [B, …space, C] out as [B, places, C], a place of zeros at the end if there is padding. */
export function layOut(x: tf.Tensor, { padded }: Windows): tf.Tensor3D {
  const flat: tf.Tensor3D = tf.reshape(x, [x.shape[0], -1, x.shape.at(-1) ?? 1]);
  return padded
    ? tf.pad3d(flat, [
        [0, 0],
        [0, 1],
        [0, 0],
      ])
    : flat;
}

/** Makes patches, a_t what lies under a window at position t: x [B, …space, C] → [B, positions, taps · C]. */
export function patches(x: tf.Tensor, windows: Windows): tf.Tensor3D {
  const { places, positions, taps } = windows;
  const flat = layOut(x, windows);
  const [rows, all, channels] = flat.shape;
  // under a window of one place that moves by one lies what is there
  if (taps === 1 && positions === all) return flat;
  const gathered = tf.gather(flat, tf.tensor1d(places, "int32"), 1);
  return tf.reshape(gathered, [rows, positions, taps * channels]);
}

/** Makes the form of a convolution's kernel gradient: a_t the patch of the image at t, and δ [B, …, U]. */
export function patchProducts(
  image: tf.Tensor,
  delta: tf.Tensor,
  shape: WindowShape,
): OuterProducts {
  const windows = windowsOver(image.shape.slice(1, -1), shape);
  return {
    form: "outer-products",
    tensors: [image, delta],
    inputs: windows.taps * (image.shape.at(-1) ?? 1),
    unfold: (rows) => patches(rows, windows),
  };
}
