/**
 * Makes an order of candidates of what each pass over the dataset deals: `idsOf(pass)` returns all ids, each once, and the
 * same whenever it is asked. So how far it is says all that there is to save.
 */
export function orderOfPasses(size, idsOf) {
  const dealt = new Map();
  let place = 0;
  const passAt = (at) => Math.floor(at / size);
  const idsOfPass = (pass) => {
    if (!dealt.has(pass)) dealt.set(pass, idsOf(pass));
    return dealt.get(pass);
  };
  const peek = (count, skip = 0) => {
    const places = Array.from({ length: count }, (_, at) => place + skip + at);
    return {
      ids: Uint32Array.from(places, (at) => idsOfPass(passAt(at))[at % size]),
      keys: Uint32Array.from(places, passAt),
    };
  };
  return {
    peek,
    next: (count) => {
      const candidates = peek(count);
      place += count;
      for (const pass of dealt.keys()) if (pass < passAt(place)) dealt.delete(pass);
      return candidates;
    },
    passes: () => passAt(place),
    state: () => ({ version: 1, place }),
    restore: (state) => {
      place = state.place;
      dealt.clear();
    },
  };
}

/**
 * Returns the ids of a pass in blocks of `block` that follow each other in a file: blocks in random order, and the examples
 * of `together` blocks mixed. `random` is that of the pass.
 */
export function idsInBlocks({ size, block, together, random }) {
  const blocks = random.shuffle(Uint32Array.from({ length: Math.ceil(size / block) }, (_, b) => b));
  const ids = [];
  for (let first = 0; first < blocks.length; first += together) {
    const mixed = [...blocks.subarray(first, first + together)].flatMap((b) =>
      Array.from({ length: Math.min(block, size - b * block) }, (_, at) => b * block + at),
    );
    ids.push(...random.shuffle(Uint32Array.from(mixed)));
  }
  return Uint32Array.from(ids);
}
