export { convolutionFilterGradient, convolutionInputGradient } from "./convolution";
export { depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise";
export { gemm, gemmScratch, packedBytes } from "./gemm";
export { gruBackward, gruForward } from "./gru";
export { lstmBackward, lstmForward } from "./lstm";
export { maxPoolGradient } from "./pooling";
export { segmentSum } from "./segments";
export { adam, momentum, rmsProp } from "./updates";
