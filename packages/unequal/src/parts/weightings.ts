export { annealed, biased as biasedK, capped, none, unbiased } from "@unequal/samplers";
