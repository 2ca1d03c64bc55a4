import { configDefaults, defineConfig } from "vitest/config";

const conditions = ["@unequal/source"];
const results = process.env.UNEQUAL_TEST_RESULTS;

const ROOTS = ["packages/*/src/**", "test/**"];

function filesOf(kind: string): string[] {
  return ROOTS.map((root) => `${root}/*${kind}.test.ts`);
}

/** `--mode proofs` runs the tests that take longer, and every other mode the others. */
const PROOFS = filesOf(".proof");

export default defineConfig(({ mode }) => {
  const proofs = mode === "proofs";
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: proofs ? PROOFS : filesOf(""),
      exclude: [...configDefaults.exclude, ...(proofs ? [] : PROOFS)],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      pool: "forks",
      // vitest keeps one core to itself, which is half of a small machine
      maxWorkers: "100%",
      reporters:
        results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    },
  };
});
