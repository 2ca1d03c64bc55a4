import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // the page can lie in any folder of a server
  base: "./",
  // TensorFlow.js alone is larger than what vite warns of
  build: { chunkSizeWarningLimit: 5000 },
});
