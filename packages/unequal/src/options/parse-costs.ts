import { costsOption, type GivenCosts } from "@unequal/core";

/** Reads `backward=2`, `score=5,step=3` or `score=0.1,step=3,background=2`, each key once; undefined if it is none of them. */
export function parseCosts(text: string): GivenCosts | undefined {
  const given: Record<string, number> = {};
  for (const entry of text.split(",")) {
    const [, key = "", value = ""] = /^\s*(\w+)\s*=\s*([^=\s]+)\s*$/.exec(entry) ?? [];
    if (key === "" || Object.hasOwn(given, key)) return undefined;
    given[key] = Number(value);
  }
  return costsOption.safeParse(given).data;
}
