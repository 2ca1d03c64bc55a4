/**
 * The rooms of each package, lowest first: a file imports only files of its own room and of rooms before it. A room is a folder, without
 * those inside it, or a file that stands by itself.
 */
export const ROOMS = {
  core: [
    "errors.ts",
    "suggest.ts",
    "altered.ts",
    "contracts",
    "state",
    "events.ts",
    "random",
    "arrays",
    "drawing",
    "gain",
    "system-clock.ts",
    "plugin",
    "schedules",
    "schedulers/estimates",
    "schedulers/gates",
    "schedulers/sizers",
    "schedulers/rates",
    "schedulers",
    "training/pools",
    "training/scoring",
    "training/draws",
    "training/candidates",
    "training/estimates",
    "training/checks",
    "training/costs",
    "training/step",
    "training",
    "testing",
    "index.ts",
  ],
  samplers: [
    "draws",
    "memory",
    "priorities",
    "weightings",
    "scorers",
    "samplers",
    "mining",
    "estimators",
    "replay",
    "parts.ts",
    "samplers-plugin.ts",
    "index.ts",
  ],
  "wasm-training": ["engine", "kernels", "recurrent", "optimizers", "install.ts", "index.ts"],
  backends: [
    "node",
    "optimizers",
    "architectures",
    "heads",
    "signals/forms",
    "signals/watching",
    "signals/layers",
    "signals",
    "models",
    "replicas/copies",
    "replicas/transport",
    "replicas/threads",
    "replicas",
    "create-learner.ts",
    "engines",
    "parts.ts",
    "backends-plugin.ts",
    "replica-thread",
    "index.ts",
  ],
  datasets: [""],
  checkpoints: [
    "files",
    "format",
    "checkpoint-folder.ts",
    "differences.ts",
    "saved-run.ts",
    "write-run.ts",
    "open-checkpoints.ts",
    "browser.ts",
    "index.ts",
  ],
  "setup-tensorflow": [
    "node-util-shim.ts",
    "native-engines.ts",
    "setup-error.ts",
    "text",
    "programs",
    "python",
    "binding",
    "setup-tensorflow.ts",
    "print-setup.ts",
    "index.ts",
    "command-line.ts",
    "bin.ts",
  ],
  unequal: [
    "text",
    "options",
    "defaults",
    "reporters",
    "fit",
    "importance-training.ts",
    "parts",
    "index.ts",
    "config",
    "runs",
    "doctor",
    "commands",
    "command-line.ts",
    "bin.ts",
  ],
};

const escaped = (path) => path.replace(/[.\\/]/g, "\\$&");

/** A pattern for the files of a room. */
const filesOf = (source, room) =>
  `^${escaped(source)}\\/${room.endsWith(".ts") ? `${escaped(room)}$` : `${room && `${escaped(room)}\\/`}[^/]+\\.ts$`}`;

/** Forbids, of the files below a folder, those in no room, and imports of rooms above; files that import each other in a circle. */
export function rulesOf(source, rooms) {
  const above = rooms.slice(0, -1).map((room, at) => ({
    name: `${source}: ${room} imports no room above it`,
    severity: "error",
    from: { path: filesOf(source, room) },
    to: { path: rooms.slice(at + 1).map((other) => filesOf(source, other)) },
  }));
  return [
    {
      name: "no circles",
      severity: "error",
      from: { path: `^${escaped(source)}\\/` },
      to: { circular: true },
    },
    {
      name: `${source}: every file is in a room`,
      severity: "error",
      from: { path: `^${escaped(source)}\\/`, pathNot: rooms.map((room) => filesOf(source, room)) },
      to: {},
    },
    ...above,
  ];
}

/** What both the check and its test go by: type imports count, tests do not. */
export const CRUISE_OPTIONS = {
  tsPreCompilationDeps: true,
  doNotFollow: { path: "node_modules" },
  exclude: { path: "\\.test\\.ts$" },
};

export default {
  forbidden: Object.entries(ROOMS).flatMap(([name, rooms]) =>
    rulesOf(`packages/${name}/src`, rooms),
  ),
  options: CRUISE_OPTIONS,
};
