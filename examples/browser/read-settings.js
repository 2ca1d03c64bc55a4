import { DEFAULTS } from "./train.js";

/** Reads the page's address: `?backend=wasm&steps=300&gate=always`, and any other of the settings. */
export function readSettings(search) {
  const given = new URLSearchParams(search);
  const settings = Object.entries(DEFAULTS).map(([name, usual]) => {
    const text = given.get(name);
    if (text === null) return [name, usual];
    return [name, typeof usual === "number" ? Number(text) : text];
  });
  return { backend: given.get("backend") ?? "webgpu", ...Object.fromEntries(settings) };
}
