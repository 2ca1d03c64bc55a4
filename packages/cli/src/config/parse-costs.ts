import { costsOption, type GivenCosts } from "@unequal/core";

/** Reads `backward=2`, `score=5,step=3` or `score=0.1,step=3,beside=2`; undefined if it is none of them. */
export function parseCosts(text: string): GivenCosts | undefined {
  const entries = text.split(",").map((entry) => entry.split("="));
  const given = Object.fromEntries(
    entries.map(([key = "", value = ""]) => [key.trim(), Number(value)]),
  );
  return costsOption.safeParse(given).data;
}
