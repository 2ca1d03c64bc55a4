import { defineConfig } from "vitest/config";

const conditions = ["@unequal/source"];
const results = process.env.UNEQUAL_TEST_RESULTS;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
  },
});
