// tsyringe looks for it as it is loaded. A bundler runs what a module imports of CommonJS after what it imports of ES
// modules, so that it needs a module of its own, before the one that imports tsyringe.
import "reflect-metadata/lite";
