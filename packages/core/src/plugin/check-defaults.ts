import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UnequalError } from "../errors.js";

/** What is read of a zod schema; schemas of other libraries have none of it. */
interface ZodNode {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> & { readonly type: string } };
  readonly safeParse?: (value: unknown) => { readonly success: boolean; readonly data?: unknown };
}

interface Found {
  readonly path: string;
  readonly node: ZodNode;
}

function isNode(value: unknown): value is ZodNode {
  return typeof value === "object" && value !== null && "_zod" in value;
}

/** Lists the schemas that one is made of, with the option that each belongs to. */
function parts({ path, node }: Found): Found[] {
  return Object.entries(node._zod.def).flatMap(([key, value]): Found[] => {
    if (isNode(value)) return [{ path, node: value }];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value)
      .filter((entry): entry is [string, ZodNode] => isNode(entry[1]))
      .map(([name, inner]) => ({ path: key === "shape" ? `${path}.${name}` : path, node: inner }));
  });
}

function collect(found: Found, seen = new Set<ZodNode>()): Found[] {
  if (seen.has(found.node)) return [];
  seen.add(found.node);
  return [found, ...parts(found).flatMap((part) => collect(part, seen))];
}

function transforms(node: ZodNode): boolean {
  return collect({ path: "", node }).some((found) => found.node._zod.def.type === "pipe");
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
  const [entries, others] = [Object.entries(left), Object.entries(right)];
  if (entries.length !== others.length) return false;
  return entries.every(([key, value]) => same(value, (right as Record<string, unknown>)[key]));
}

/** Returns what a schema puts, past its own transforms, in the place of what is missing or wrong; undefined if nothing. */
function standIn({ _zod: { def } }: ZodNode): unknown {
  if (def.type === "default") return def["defaultValue"];
  const instead = def.type === "catch" ? (def["catchValue"] as () => unknown) : undefined;
  return instead?.length === 0 ? instead() : undefined;
}

/**
 * Checks that every default means what the same value means when a user gives it: zod hands a `.default(…)` to the part
 * as it is, though the schema under it makes something else of what is given, such as a function of a schedule.
 * @throws PART_INVALID naming the option
 */
export function checkDefaults(owner: string, schema: StandardSchemaV1 | undefined): void {
  if (!isNode(schema)) return;
  for (const { path, node } of collect({ path: "", node: schema })) {
    const inner = node._zod.def["innerType"];
    const value = standIn(node);
    if (value === undefined || !isNode(inner) || !transforms(inner)) continue;
    const given = inner.safeParse?.(value);
    if (given?.success !== true || same(given.data, value)) continue;
    const { type } = node._zod.def;
    throw new UnequalError(
      "PART_INVALID",
      `${owner}: a default of option "${path.slice(1)}" must mean what the same value means when a user gives it, but .${type}(…) hands it to the part as it is, where a given one is made into something else. ${type === "catch" ? "Leave .catch(…) out: what is wrong should be refused." : "Write .prefault(…), or put .default(…) right after scheduled(…), moment() or periodic()."}`,
    );
  }
}
