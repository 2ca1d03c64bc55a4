/** Activations of recurrent layers that the kernels have, numbered as in simd/vector.ts. */
const ACTIVATIONS: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  hardSigmoid: 4,
};

/** Numbers of a layer's activation and recurrent activation. */
export interface ActivationNumbers {
  readonly activation: number;
  readonly recurrentActivation: number;
}

/** Returns the number of an activation by its class name in TensorFlow.js; undefined for one that the kernels lack. */
export function activationNumber(className: string): number | undefined {
  return ACTIVATIONS[className];
}
