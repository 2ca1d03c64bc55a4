/** Holds what a state may be made of: plain data and typed arrays, so that it can be cloned and stored. */
export type Plain =
  | null
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** Carries what must survive a restart of one part; `version` is the part's own. */
export interface State {
  readonly version: number;
  readonly [key: string]: Plain;
}

/** Gives its state and takes it back: a restored object continues bit for bit. */
export interface Stateful {
  /** Returns a copy of everything that later behaviour depends on; the caller owns it. */
  readonly state: () => State;
  /**
   * Replaces the present state by a copy of `state`.
   * @throws STATE_INCOMPATIBLE if another part or version made it
   */
  readonly restore: (state: State) => void;
}

/** Has a state where it remembers something that later behaviour depends on; else neither of the two. */
export type Remembering = Partial<Stateful>;

/** Like {@link Stateful}, for what lives on an engine and is read back asynchronously. */
export interface StatefulOnEngine {
  readonly state: () => Promise<State>;
  /** @throws STATE_INCOMPATIBLE if another part or version made it */
  readonly restore: (state: State) => Promise<void>;
}
