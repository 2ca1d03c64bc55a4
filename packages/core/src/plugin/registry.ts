import { UnequalError } from "../errors.js";
import {
  isPart,
  isPartFactory,
  type Part,
  type PartFactory,
  type Spec,
  type FactsOf,
} from "./part.js";
import { API_VERSION, isPlugin, type Plugin } from "./plugin.js";
import type { Kind } from "./roles.js";
import { suggest } from "../suggest.js";

/** Shows one registered part and who brought it. */
export interface RegistryEntry {
  readonly kind: Kind;
  readonly name: string;
  readonly plugin: string;
  readonly factory: PartFactory;
}

/** Maps kind and name to a factory, for configs read from files. A value: nothing registers itself. */
export class Registry {
  readonly #entries = new Map<string, RegistryEntry>();

  /** @throws PLUGIN_INVALID, API_VERSION_MISMATCH, DUPLICATE_PART, PART_INVALID */
  constructor(plugins: readonly Plugin[]) {
    // the very same plugin, listed by name and by file for instance, is one
    for (const plugin of new Set(plugins)) this.#register(plugin);
  }

  /** Lists every entry, by kind and name. */
  entries(): readonly RegistryEntry[] {
    return [...this.#entries.values()].sort((a, b) =>
      `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1,
    );
  }

  /** Lists the factories of a kind, by name. */
  factories<K extends Kind>(kind: K): readonly PartFactory<K>[] {
    return this.entries()
      .filter((entry) => entry.kind === kind)
      .map(({ factory }) => factory as unknown as PartFactory<K>);
  }

  /** Turns a spec into a checked part. @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID */
  part<K extends Kind>(kind: K, spec: Spec<K>): Part<K> {
    if (isPart(spec)) return checkedKind(kind, spec);
    if (typeof spec === "string") return this.#factory(kind, spec)();
    if (!isNamed(spec)) {
      throw new UnequalError(
        "PART_INVALID",
        `A ${kind} must be a name, an object with a name and options, or a part made in code, but is of type ${typeof spec}.`,
      );
    }
    const { name, ...options } = spec;
    return (this.#factory(kind, name) as unknown as (o: unknown) => Part<K>)(options);
  }

  /** Tells what a part is, without setting it up. @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID */
  readonly factsOf: FactsOf = (kind, spec) => this.part(kind, spec).facts(this.factsOf);

  #factory<K extends Kind>(kind: K, name: string): PartFactory<K> {
    const entry = this.#entries.get(`${kind} ${name}`);
    if (entry !== undefined) return entry.factory as unknown as PartFactory<K>;
    const all = this.entries();
    const elsewhere = all.find((other) => other.name === name);
    const names = all.filter((other) => other.kind === kind).map((other) => other.name);
    const hint =
      elsewhere === undefined
        ? suggest(name, names)
        : `; "${name}" is a ${elsewhere.kind}: name it there`;
    throw new UnequalError(
      "UNKNOWN_NAME",
      `There is no ${kind} "${name}"${hint}. Registered: ${names.join(", ") || "none"}.`,
    );
  }

  #register(plugin: Plugin): void {
    if (!isPlugin(plugin)) {
      throw new UnequalError(
        "PLUGIN_INVALID",
        "A plugin must be made by definePlugin({ name, apiVersion, parts }). Export that value.",
      );
    }
    if (plugin.apiVersion !== API_VERSION) {
      throw new UnequalError(
        "API_VERSION_MISMATCH",
        `Plugin "${plugin.name}" is written for apiVersion ${plugin.apiVersion}, but this @unequal/core speaks ${API_VERSION}. Install a version of the plugin made for it.`,
      );
    }
    for (const factory of plugin.parts) this.#add(plugin, factory);
  }

  #add(plugin: Plugin, factory: PartFactory): void {
    if (!isPartFactory(factory)) {
      throw new UnequalError(
        "PART_INVALID",
        `Plugin "${plugin.name}" lists a part that is not made by a define function.`,
      );
    }
    const { kind } = factory;
    const { name } = factory.definition;
    const key = `${kind} ${name}`;
    const owner = this.#entries.get(key);
    if (owner !== undefined) {
      if (owner.factory === factory && owner.plugin === plugin.name) return;
      const who =
        owner.plugin === plugin.name
          ? `by two different copies of the plugin "${plugin.name}", as where it is listed by name and by file, or installed twice`
          : `by both "${owner.plugin}" and "${plugin.name}"`;
      throw new UnequalError(
        "DUPLICATE_PART",
        `The ${kind} "${name}" is registered ${who}. List only one of them.`,
      );
    }
    this.#entries.set(key, { kind, name, plugin: plugin.name, factory });
  }
}

function isNamed(spec: unknown): spec is { readonly name: string } {
  return typeof (spec as { name?: unknown } | null | undefined)?.name === "string";
}

function checkedKind<K extends Kind>(kind: K, part: Part): Part<K> {
  if (part.kind === kind) return part as Part<K>;
  throw new UnequalError(
    "PART_INVALID",
    `A ${kind} is wanted here, but "${part.name}" is a ${part.kind}.`,
  );
}
