const NAMES = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
] as const;

type WasmFiles = Readonly<Record<(typeof NAMES)[number], string>>;

/**
 * Says where each file of the wasm engine is: in a folder, or all in the one that a bundler gave a name of its own, since
 * training takes only that with SIMD.
 */
export function wasmFiles(path: string): WasmFiles {
  const one = /\.wasm(?:[?#].*)?$/.test(path) || /^(?:blob|data):/.test(path);
  const folder = path.endsWith("/") ? path : `${path}/`;
  return Object.fromEntries(
    NAMES.map((name) => [name, one ? path : `${folder}${name}`]),
  ) as WasmFiles;
}
