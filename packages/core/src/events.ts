import { EventEmitter } from "eventemitter3";
import type { EventData, EventSource, EventType, Listener } from "./contracts/events.js";
import { reasonOf, UnequalError } from "./errors.js";
import { suggest } from "./suggest.js";

/** Lists every event, for listeners that want all of them. */
export const EVENT_TYPES = Object.keys({
  "run:start": 1,
  "epoch:start": 1,
  "step:start": 1,
  "schedule:switched": 1,
  "rate:lowered": 1,
  "costs:calibrated": 1,
  "scoring:switched": 1,
  "checkpoint:saved": 1,
  "part:figures": 1,
  "batch:scored": 1,
  "batch:selected": 1,
  "step:end": 1,
  "epoch:end": 1,
  "evaluation:end": 1,
  "plugin:failed": 1,
  warning: 1,
  "run:end": 1,
} satisfies Record<EventType, 1>) as readonly EventType[];

/**
 * Checks what is about to be listened to, and by what.
 * @throws UNKNOWN_NAME with the nearest known event; OPTION_INVALID if the listener is no function
 */
export function checkSubscription(type: unknown, listener: unknown): void {
  const name = String(type);
  if (!(EVENT_TYPES as readonly string[]).includes(name)) {
    throw new UnequalError(
      "UNKNOWN_NAME",
      `There is no event "${name}"${suggest(name, EVENT_TYPES)}. Events: ${EVENT_TYPES.join(", ")}.`,
    );
  }
  if (typeof listener === "function") return;
  throw new UnequalError(
    "OPTION_INVALID",
    `What listens to "${name}" must be a function, but is ${listener === null ? "null" : typeof listener}. Give (event) => …`,
  );
}

/**
 * Carries the events of one trainer. Each listener gets data of its own, made only if it listens;
 * one that throws is isolated and reported as `plugin:failed`.
 */
export class EventBus implements EventSource {
  readonly #emitter = new EventEmitter();
  readonly #position: () => { readonly step: number; readonly seconds: number };

  constructor(
    position: () => { readonly step: number; readonly seconds: number } = () => ({
      step: 0,
      seconds: 0,
    }),
  ) {
    this.#position = position;
  }

  /**
   * Subscribes; returns the function that unsubscribes. Listeners are called in the order they came.
   * @throws UNKNOWN_NAME, OPTION_INVALID
   */
  on<T extends EventType>(type: T, listener: Listener<T>): () => void {
    checkSubscription(type, listener);
    this.#emitter.on(type, listener);
    return () => this.#emitter.off(type, listener);
  }

  /** Tells whether anyone listens to an event. */
  heard(type: EventType): boolean {
    return this.#emitter.listenerCount(type) > 0;
  }

  /** Emits an event: `data` is called once for each listener. */
  emit<T extends EventType>(type: T, data: () => EventData[T]): void {
    for (const listener of this.#emitter.listeners(type) as ((event: object) => unknown)[]) {
      try {
        const event = { type, ...this.#position(), ...structuredClone(data()) };
        const returned = listener(event);
        if (returned instanceof Promise) this.#watch(type, returned);
      } catch (error) {
        this.#failed(type, error);
      }
    }
  }

  /** Unsubscribes everyone. */
  dispose(): void {
    this.#emitter.removeAllListeners();
  }

  #watch(event: EventType, promise: Promise<unknown>): void {
    promise.catch((error: unknown) => {
      this.#failed(event, error);
    });
  }

  #failed(event: EventType, error: unknown): void {
    if (event === "plugin:failed") return;
    const message = reasonOf(error);
    this.emit("plugin:failed", () => ({ event, message }));
  }
}
