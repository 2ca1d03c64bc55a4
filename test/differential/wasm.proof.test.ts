import { wasm } from "@unequal/backends";
import { describeDifferential } from "./describe-differential.js";

describeDifferential(wasm());
