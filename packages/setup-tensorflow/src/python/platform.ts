import { setupFailed } from "../setup-error.js";

/** What differs between the systems that a binding can be built on. */
export interface Platform {
  /** What the linker and the loader ask for, and the library of Python's TensorFlow that it is. */
  readonly libraries: Readonly<Record<string, string>>;
  /** The C++ compiler that is called unless CXX names another. */
  readonly compiler: string;
  /** The command that installs make and the compiler. */
  readonly tools: string;
  /** Where the binding finds the folder of the links, for the linker. */
  readonly runPaths: readonly string[];
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, Platform>>> = {
  linux: {
    libraries: {
      "libtensorflow.so": "libtensorflow_cc.so.2",
      "libtensorflow_cc.so.2": "libtensorflow_cc.so.2",
      "libtensorflow_framework.so": "libtensorflow_framework.so.2",
      "libtensorflow_framework.so.2": "libtensorflow_framework.so.2",
    },
    compiler: "g++",
    tools: "apt-get install build-essential",
    runPaths: [],
  },
  darwin: {
    libraries: {
      "libtensorflow.2.dylib": "libtensorflow_cc.2.dylib",
      "libtensorflow_cc.2.dylib": "libtensorflow_cc.2.dylib",
      "libtensorflow_framework.2.dylib": "libtensorflow_framework.2.dylib",
    },
    compiler: "c++",
    tools: "xcode-select --install",
    runPaths: ["@loader_path/../../deps/lib"],
  },
};

/** Returns what to build with on a system. @throws SetupError where a binding cannot be built against Python's TensorFlow */
export function platformOf(name: NodeJS.Platform): Platform {
  return (
    PLATFORMS[name] ??
    setupFailed(
      `The binding can be built on Linux and macOS, but this is ${name}. On Windows work in WSL, or choose the backend wasm.`,
    )
  );
}
