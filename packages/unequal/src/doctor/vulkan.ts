import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** What a Linux machine has of Vulkan, which the engine webgpu runs on there. */
export interface Vulkan {
  /** Whether the loader, libvulkan.so.1, was found. */
  readonly loader: boolean;
  /** Files that name the drivers. */
  readonly drivers: readonly string[];
}

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/usr/local/lib",
];
const DRIVERS = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];

function filesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => path.join(folder, name));
}

/** Looks for Vulkan's loader and drivers; undefined on systems that do not use them. */
export function findVulkan(): Vulkan | undefined {
  if (process.platform !== "linux") return undefined;
  const { LD_LIBRARY_PATH = "", VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
  const libraries = [...LD_LIBRARY_PATH.split(":").filter((folder) => folder !== ""), ...LIBRARIES];
  const named = VK_DRIVER_FILES ?? VK_ICD_FILENAMES;
  return {
    loader: libraries.some((folder) => existsSync(path.join(folder, "libvulkan.so.1"))),
    drivers:
      named?.split(":").filter((file) => existsSync(file)) ??
      DRIVERS.flatMap(filesOf).filter((file) => file.endsWith(".json")),
  };
}
