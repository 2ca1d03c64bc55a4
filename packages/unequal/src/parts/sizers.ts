export { auto, constantTime, constantVariance, fixed } from "@unequal/core";
