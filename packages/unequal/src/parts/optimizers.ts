export { adagrad, adam, momentum, rmsprop, sgd } from "@unequal/backends";
