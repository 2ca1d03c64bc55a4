export {
  all,
  always,
  any,
  never,
  not,
  recorded,
  tau,
  totalVariation,
  warmUp,
  windowGate as window,
} from "@unequal/core";
