export { el2n, gradientNorm, grand, loss, rhoLoss, upperBound } from "@unequal/samplers";
