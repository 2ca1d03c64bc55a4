import { DEFAULTS, LIMITS } from "./train.js";

/** What the address may say in addition to what a training is made of. */
const ENGINES = ["auto", "webgpu", "wasm", "cpu"];

function readNumber(name, text) {
  const { least, most = Infinity, whole = true } = LIMITS[name];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "a whole number" : "a number";
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new Error(`In the address, ${name} must be ${kind} ${range}, but is "${text}".`);
}

function readChoice(name, text, choices) {
  if (choices.includes(text)) return text;
  throw new Error(`In the address, ${name} must be ${choices.join(", ")}, but is "${text}".`);
}

function readSetting([name, usual], texts) {
  if (texts.length === 0) return [name, usual];
  if (texts.length > 1) throw new Error(`In the address, ${name} must be there once.`);
  const [text] = texts;
  const choices = LIMITS[name]?.choices ?? (name === "backend" ? ENGINES : undefined);
  return [name, choices ? readChoice(name, text, choices) : readNumber(name, text)];
}

/**
 * Reads the page's address: `?backend=wasm&steps=300&gate=always`, and any other of the settings. Throws where one of
 * them is out of its range; `unknown` are the names that are none, which links from elsewhere may bring along.
 */
export function readSettings(search) {
  const given = new URLSearchParams(search);
  const usual = Object.entries({ backend: "auto", ...DEFAULTS });
  const settings = Object.fromEntries(
    usual.map(([name, value]) => readSetting([name, value], given.getAll(name))),
  );
  if (settings.batchSize > settings.presample)
    throw new Error(
      `In the address, batchSize must be at most presample, but they are ${settings.batchSize} and ${settings.presample}.`,
    );
  const unknown = [...new Set(given.keys())].filter((name) => !(name in settings));
  return { settings, unknown };
}
