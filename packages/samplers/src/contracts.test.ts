import { describeSampler } from "@unequal/core/testing";
import { adaptive, additive, onlineBatchSelection, power, proportional, uniform } from "./index.js";

describeSampler(uniform());
describeSampler(proportional());
describeSampler(proportional({ draw: "multinomial" }));
describeSampler(additive({ of: proportional(), constant: 0.3 }));
describeSampler(adaptive({ of: proportional({ draw: "multinomial" }) }));
describeSampler(power({ of: additive({ of: proportional(), constant: 0.1 }) }));
describeSampler(onlineBatchSelection({ sortEvery: 2 }));
describeSampler(onlineBatchSelection({ pressure: 5, finalPressure: 50, decayEpochs: 1 }));
