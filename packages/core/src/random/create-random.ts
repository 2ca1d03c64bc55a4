import { sha256 } from "@noble/hashes/sha2.js";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { Random } from "../contracts/random.js";
import { restored } from "../state/restored.js";

function initialState(path: string): number[] {
  const digest = sha256(new TextEncoder().encode(path));
  const words = new DataView(digest.buffer, digest.byteOffset, 16);
  return [0, 4, 8, 12].map((offset) => words.getInt32(offset));
}

function generator(from: string): Random {
  let path = from;
  let source = xoroshiro128plusFromState(initialState(path));
  const integer = (bound: number): number => uniformInt(source, 0, bound - 1);
  return {
    uniform: () => uniformFloat64(source),
    integer,
    seed: () => uniformInt(source, 1, 0x7fffffff),
    shuffle: (array) => {
      for (let last = array.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const held = array[last] as number;
        array[last] = array[other] as number;
        array[other] = held;
      }
      return array;
    },
    fork: (role) => generator(`${path}/${role}`),
    state: () => ({ version: 1, path, words: [...source.getState()] }),
    restore: (state) => {
      const saved = restored<{ path: string; words: number[] }>(state, 1, `random "${path}"`);
      const { words } = saved;
      // later forks are those of the generator that was saved
      ({ path } = saved);
      source = xoroshiro128plusFromState(words);
    },
  };
}

/**
 * Creates the root generator of a run: xoroshiro128+, seeded with 128 bits of SHA-256 of the path
 * `seed/role/…`, so that what one role draws never moves what another draws.
 *
 * @see Blackman & Vigna, Scrambled Linear Pseudorandom Number Generators, 2021
 */
export function createRandom(seed: number | string): Random {
  return generator(String(seed));
}
