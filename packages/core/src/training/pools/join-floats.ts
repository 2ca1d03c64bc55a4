/** Joins arrays one after the other; one alone is returned itself. */
export function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  if (parts.length < 2) return first;
  const out = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
