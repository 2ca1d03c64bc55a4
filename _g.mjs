import { build } from "vite"; import { gzipSync } from "node:zlib"; import { writeFileSync } from "node:fs";
// what first chunk is without some modules
const drop = process.argv.slice(2).map((x) => new RegExp(x));
const b = await build({ configFile: false, logLevel: "error", root: "/work/main/test", plugins: [{ name: "drop", enforce: "pre", resolveId(id, from) { const full = id.startsWith(".") && from ? new URL(id, "file://" + from).pathname : id; if (drop.some((d) => d.test(full))) return { id: full, external: true }; return null; } }], resolve: { conditions: ["@unequal/source", "browser", "module", "import"] }, build: { write: false, minify: true, rollupOptions: { input: "/work/main/test/_p.js", external: [/^@tensorflow\//], output: { format: "es" } } } });
const e = b.output.find((o) => o.isEntry); console.log(process.argv.slice(2).join(" "), e.code.length, gzipSync(e.code).length);
