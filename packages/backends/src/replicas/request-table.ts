import type { ReplicaAnswer } from "@unequal/core";
import type { TaskAnswer } from "./messages.js";

interface Entry {
  readonly parts: (TaskAnswer | undefined)[];
  readonly resolve: (answer: ReplicaAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Keeps the requests under way. */
export interface RequestTable {
  /** Opens a request of so many parts; its promise settles after those of all requests before it. */
  readonly open: (parts: number) => {
    readonly id: number;
    readonly answer: Promise<ReplicaAnswer>;
  };
  readonly answer: (id: number, part: number, found: TaskAnswer) => void;
  readonly reject: (id: number, error: Error) => void;
  /** Rejects all that are under way. */
  readonly rejectAll: (error: Error) => void;
}

function joined(parts: readonly Float32Array[]): Float32Array {
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

function join(parts: readonly TaskAnswer[]): ReplicaAnswer {
  const names = Object.keys(parts[0]?.signals ?? {});
  return {
    signals: Object.fromEntries(
      names.map((name) => [
        name,
        joined(parts.map(({ signals }) => signals[name] ?? new Float32Array())),
      ]),
    ),
    weights: joined(parts.map(({ weights }) => weights)),
    scoredAt: parts[0]?.scoredAt ?? 0,
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
  };
}

/** Creates a table of requests; `watch` is told whether any is under way. */
export function createRequestTable(watch: (busy: boolean) => void): RequestTable {
  const entries = new Map<number, Entry>();
  let ids = 0;
  let last: Promise<unknown> = Promise.resolve();
  const close = (id: number): Entry | undefined => {
    const entry = entries.get(id);
    if (entries.delete(id) && entries.size === 0) watch(false);
    return entry;
  };
  return {
    open: (count) => {
      const id = (ids += 1);
      const found = new Promise<ReplicaAnswer>((resolve, reject) => {
        entries.set(id, { parts: new Array<undefined>(count).fill(undefined), resolve, reject });
      });
      if (entries.size === 1) watch(true);
      const answer = Promise.allSettled([last, found]).then(() => found);
      last = answer.catch(() => undefined);
      return { id, answer };
    },
    answer: (id, part, found) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.parts[part] = found;
      if (entry.parts.every((each): each is TaskAnswer => each !== undefined))
        close(id)?.resolve(join(entry.parts));
    },
    reject: (id, error) => close(id)?.reject(error),
    rejectAll: (error) => {
      for (const id of [...entries.keys()]) close(id)?.reject(error);
    },
  };
}
