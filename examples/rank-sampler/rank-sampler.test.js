import { describeSampler } from "@unequal/core/testing";
import { rank } from "./rank-sampler.js";

describeSampler(rank());
