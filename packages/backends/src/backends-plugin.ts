import { definePlugin } from "@unequal/core";
import { cnn } from "./architectures/cnn.js";
import { embedding } from "./architectures/embedding.js";
import { linearModel } from "./architectures/linear.js";
import { mlp } from "./architectures/mlp.js";
import { autoEngine } from "./engines/auto.js";
import { cpu } from "./engines/cpu.js";
import { tensorflowGpu } from "./engines/tensorflow-gpu.js";
import { tensorflow } from "./engines/tensorflow.js";
import { wasm } from "./engines/wasm.js";
import { webgpu } from "./engines/webgpu.js";
import { adagrad } from "./optimizers/adagrad.js";
import { adam } from "./optimizers/adam.js";
import { momentum } from "./optimizers/momentum.js";
import { rmsprop } from "./optimizers/rmsprop.js";
import { sgd } from "./optimizers/sgd.js";

/** Publishes the engines, architectures and optimizers of @unequal/backends. */
export const backendsPlugin = definePlugin({
  name: "@unequal/backends",
  apiVersion: 1,
  parts: [
    adagrad,
    adam,
    autoEngine,
    cnn,
    cpu,
    embedding,
    linearModel,
    mlp,
    momentum,
    rmsprop,
    sgd,
    tensorflow,
    tensorflowGpu,
    wasm,
    webgpu,
  ],
});
