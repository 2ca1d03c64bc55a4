import { expect, test } from "vitest";
import { takeRows } from "./take-rows.js";

test.each([[[]], [[3]], [[0, 1, 2, 3, 4]], [[4, 3, 3, 4]], [[1, 2, 0, 1, 4, 2, 3]]])(
  "rows %j come in their order, whether they follow each other or not",
  (ids) => {
    const data = Float32Array.from({ length: 15 }, (_, at) => at);
    const { data: taken, shape } = takeRows(
      { data, shape: [5, 3], dtype: "float32" },
      Uint32Array.from(ids),
    );
    expect(Array.from(taken)).toEqual(ids.flatMap((id) => [3 * id, 3 * id + 1, 3 * id + 2]));
    expect(shape).toEqual([ids.length, 3]);
  },
);
