import { build } from "vite"; import { gzipSync } from "node:zlib"; import { writeFileSync } from "node:fs";
writeFileSync("/work/main/test/_p.js", `import { ImportanceTraining } from "unequal"; globalThis.X = ImportanceTraining;`);
const b = await build({ configFile: false, logLevel: "error", root: "/work/main/test", resolve: { conditions: ["@unequal/source", "browser", "module", "import"] }, build: { write: false, minify: true, rollupOptions: { input: "/work/main/test/_p.js", external: [/^@tensorflow\//], output: { format: "es" } } } });
let total = 0;
for (const o of b.output) { const g = gzipSync(o.code ?? "").length; total += g; console.log(o.fileName, o.isEntry, (o.code ?? "").length, g); }
const e = b.output.find((o) => o.isEntry); const sums = {}; for (const [f, m] of Object.entries(e.modules)) if (m.renderedLength > 1800 && /packages/.test(f)) console.log(String(m.renderedLength).padStart(8), f.replace(/.*packages./, ""));
for (const [f, m] of Object.entries(e.modules)) { const g = f.includes("node_modules") ? f.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)[1] : f.replace(/.*packages\//, "").split("/").slice(0, 3).join("/"); sums[g] = (sums[g] ?? 0) + m.renderedLength; }
for (const [k, v] of Object.entries(sums).sort((a, b) => b[1] - a[1]).slice(0, 14)) console.log(String(v).padStart(8), k);
