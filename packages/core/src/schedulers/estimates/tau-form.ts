import { z } from "zod";

/** The option that tells τ of the slides from its square root, which the paper's algorithm and the authors' code use. */
export const formOption = z.enum(["slides", "paper"]);

/** Names a form of τ. */
export type TauForm = z.infer<typeof formOption>;

/** Writes τ in a form: itself, or √τ. */
export function inForm(tau: number, form: TauForm): number {
  return form === "paper" ? Math.sqrt(tau) : tau;
}
