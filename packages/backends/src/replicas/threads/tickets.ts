import type { ReplicaAnswer } from "@unequal/core";

interface Pending {
  readonly resolve: (found: ReplicaAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Keeps the tasks that threads are at, by number. */
export interface Tickets {
  /** Opens as many tasks, numbered from `first` on, whose answers are waited for together. */
  readonly open: (tasks: number) => {
    readonly first: number;
    readonly answers: Promise<readonly ReplicaAnswer[]>;
  };
  readonly answer: (id: number, found: ReplicaAnswer) => void;
  readonly reject: (id: number, error: Error) => void;
  /** Rejects all that are under way. */
  readonly rejectAll: (error: Error) => void;
}

/** Creates a table of tasks; `watch` is told whether any is under way. */
export function createTickets(watch: (busy: boolean) => void): Tickets {
  const pending = new Map<number, Pending>();
  let next = 0;
  const close = (id: number): Pending | undefined => {
    const task = pending.get(id);
    if (pending.delete(id) && pending.size === 0) watch(false);
    return task;
  };
  const open = (): Promise<ReplicaAnswer> =>
    new Promise((resolve, reject) => {
      pending.set((next += 1), { resolve, reject });
    });
  return {
    open: (tasks) => {
      const first = next + 1;
      if (pending.size === 0) watch(true);
      return { first, answers: Promise.all(Array.from({ length: tasks }, open)) };
    },
    answer: (id, found) => close(id)?.resolve(found),
    reject: (id, error) => close(id)?.reject(error),
    rejectAll: (error) => {
      for (const id of [...pending.keys()]) close(id)?.reject(error);
    },
  };
}
