import { cpu } from "@unequal/backends";
import { describeDifferential } from "./describe-differential.js";

describeDifferential(cpu());
