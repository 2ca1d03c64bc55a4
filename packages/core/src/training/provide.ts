import { UnequalError } from "../errors.js";
import { TOKENS, type Token } from "./tokens.js";

type Tokens = typeof TOKENS;
type Bound<K extends keyof Tokens> = Tokens[K] extends Token<infer T> ? T : never;

/** Wraps what is bound to a token; made by {@link wrap}. */
export interface Wrapping<T> {
  readonly token: Token<T>;
  readonly around: (inner: T) => T;
}

/** Replaces a binding of the composition root, `[TOKENS.clock, myClock]`, or wraps it, `wrap(TOKENS.clock, (inner) => …)`. */
export type Provision = {
  readonly [K in keyof Tokens]: readonly [Tokens[K], Bound<K>] | Wrapping<Bound<K>>;
}[keyof Tokens];

/**
 * Wraps what is bound: `around` gets the usual value, or the one provided before, and returns what takes its place. It is
 * called once for each trainer.
 *
 * @example createTrainer({ …, provide: [wrap(TOKENS.scoring, (inner) => cachedScoring(inner))] })
 */
export function wrap<T>(token: Token<T>, around: (inner: T) => NoInfer<T>): Wrapping<T> {
  return { token, around };
}

const NAMES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(TOKENS).map(([name, token]) => [token, `TOKENS.${name}`]),
);

function refuse(what: string): never {
  throw new UnequalError("OPTION_INVALID", `createTrainer: ${what}`);
}

/** Says what came instead of a value that can be bound; undefined where it can be. */
function fault(token: unknown, value: unknown): string | undefined {
  if (value === undefined && token === TOKENS.scorer) return undefined;
  if (typeof value !== "object" || value === null)
    return typeof value === "function" ? "a function" : String(value);
  return "then" in value ? "a promise" : undefined;
}

function isReplacement(provision: Provision): provision is Extract<Provision, readonly unknown[]> {
  return Array.isArray(provision);
}

function checkProvision(given: unknown, at: number): void {
  const form = "`[TOKENS.name, value]` or `wrap(TOKENS.name, (inner) => value)`";
  const replaces = Array.isArray(given) && given.length === 2;
  if (!replaces && typeof (given as Partial<Wrapping<never>> | null)?.around !== "function")
    refuse(`\`provide[${at}]\` must be ${form}, but is not.`);
  const [token, value] = replaces
    ? (given as readonly unknown[])
    : [(given as Wrapping<unknown>).token];
  const name = NAMES.get(token);
  if (name === undefined)
    refuse(
      `\`provide[${at}]\` must name a token, but names ${String(token)}. There are ${[...NAMES.values()].join(", ")}.`,
    );
  const came = replaces ? fault(token, value) : undefined;
  if (came !== undefined)
    refuse(
      `${name} must be bound to an object, but \`provide[${at}]\` gives ${came}. To wrap what is bound give \`wrap(${name}, (inner) => value)\`.`,
    );
}

/** Checks what is provided, as far as it can be before anything is bound. @throws OPTION_INVALID */
export function checkProvisions(provide: unknown): void {
  if (provide === undefined) return;
  if (!Array.isArray(provide))
    refuse("`provide` must be a list, such as `[[TOKENS.clock, myClock]]`, but is not.");
  provide.forEach(checkProvision);
}

/** Lists the tokens that values are provided for: those that are replaced, and those that are wrapped. */
export function providedTokens(provide: readonly Provision[] = []): {
  readonly replaced: ReadonlySet<unknown>;
  readonly named: ReadonlySet<unknown>;
} {
  const replaced = new Set(provide.filter(isReplacement).map(([token]) => token));
  const named = new Set(
    provide.map((each) => (isReplacement(each) ? each[0] : (each.token as unknown))),
  );
  return { replaced, named };
}

/** Calls what wraps, and checks what it returns. @throws OPTION_INVALID */
function wrapped<T>({ token, around }: Wrapping<T>, inner: T): T {
  const value = around(inner);
  const came = fault(token, value);
  if (came !== undefined)
    refuse(
      `wrap(${NAMES.get(token)}, …) must return what is bound instead, an object, but returned ${came}.`,
    );
  return value;
}

/** Returns how a token's value is made: the usual one, unless it is replaced, with all that wraps it, in the order given. */
export function makerOf<T>(
  provide: readonly Provision[] = [],
  token: Token<T>,
  usual: () => T,
): () => T {
  return provide.reduce<() => T>((inner, each) => {
    if (isReplacement(each)) return each[0] === token ? () => each[1] as T : inner;
    const wrapping = each as unknown as Wrapping<T>;
    return wrapping.token === token ? () => wrapped(wrapping, inner()) : inner;
  }, usual);
}
