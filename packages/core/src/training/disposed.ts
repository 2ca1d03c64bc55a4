import { UnequalError } from "../errors.js";

/** Makes the error of whatever is asked of a trainer after its end. */
export function disposed(): UnequalError {
  return new UnequalError("DISPOSED", "This trainer is disposed. Create a new one.");
}
