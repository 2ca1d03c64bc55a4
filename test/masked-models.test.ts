import { beforeAll, describe, test } from "vitest";
import { expectMasked } from "./engines/expect-masked.js";
import { maskedModels } from "./engines/masked-models.js";
import { ENGINES, startEngine } from "./start-engine.js";

describe.each(ENGINES)("on %s", (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(Object.entries(maskedModels))(
    "%s: steps and signals of the masked loss are those of one written out",
    (_, make) => expectMasked(make, { tolerance: 1e-4 }),
  );
});
