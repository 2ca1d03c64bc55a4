import { inNode } from "../node/in-node.js";

/** Says how to find an engine that starts, where this program runs. */
export function whichStart(): string {
  return inNode()
    ? "`unequal doctor` shows which start here."
    : 'the backend "auto" takes one that starts here.';
}
