export { cosine, exponential, linear, steps } from "@unequal/core";
