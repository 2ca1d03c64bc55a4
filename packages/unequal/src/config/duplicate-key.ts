const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Finds a key that an object of a valid JSON text has twice, of which `JSON.parse` would keep the last; undefined if none. */
export function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":") last = JSON.parse(token) as string;
    else if (open.at(-1)?.has(last)) return last;
    else open.at(-1)?.add(last);
  }
  return undefined;
}
