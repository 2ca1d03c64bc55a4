export { cnn, embedding, linearModel as linear, mlp } from "@unequal/backends";
