export {
  activeEngine as active,
  autoEngine as auto,
  cpu,
  tensorflow,
  tensorflowGpu,
  wasm,
  webgpu,
} from "@unequal/backends";
