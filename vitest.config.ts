import { configDefaults, defineConfig } from "vitest/config";

const conditions = ["@unequal/source"];
const results = process.env.UNEQUAL_TEST_RESULTS;

/** What runs in each mode: everyday tests; proofs, which take longer; and soaks, by hand. */
const SUITES: Readonly<
  Record<string, { readonly kind: string; readonly others: readonly string[] }>
> = {
  test: { kind: "", others: [".proof", ".soak"] },
  proofs: { kind: ".proof", others: [] },
  soak: { kind: ".soak", others: [] },
};
const ROOTS = ["packages/*/src/**", "test/**"];

function filesOf(kind: string): string[] {
  return ROOTS.map((root) => `${root}/*${kind}.test.ts`);
}

export default defineConfig(({ mode }) => {
  const { kind, others } = SUITES[mode] ?? { kind: "", others: [] };
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: filesOf(kind),
      exclude: [...configDefaults.exclude, ...others.flatMap(filesOf)],
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
