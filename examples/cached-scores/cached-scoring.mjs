/** Copies rows of signals, each [rows · D], that belong to one example. */
function signalsOf({ ids, signals }, row) {
  const slice = (values) => {
    const width = values.length / ids.length;
    return values.slice(row * width, (row + 1) * width);
  };
  return Object.fromEntries(Object.entries(signals).map(([name, values]) => [name, slice(values)]));
}

/** Lays values of one example after the other: [rows · D]. */
function joined(examples, name) {
  const width = examples[0].signals[name].length;
  const values = new Float32Array(examples.length * width);
  examples.forEach(({ signals }, row) => values.set(signals[name], row * width));
  return values;
}

/** Picks rows of what scoring is asked for. */
function pick({ ids, keys, scoredAt }, rows, signals) {
  const of = (values) => Uint32Array.from(rows, (row) => values[row]);
  return { ids: of(ids), keys: of(keys), signals, scoredAt };
}

/**
 * Remembers the signals of an example for `updates` updates, so that a pool costs passes of the model only for what is not
 * remembered. The pool states the age of its oldest signal: then the trainer draws by scores mixed with their mean, and
 * corrects what it estimates, as with every old score.
 *
 * Needs a `fixed` dataset, whose examples are the same in every pass. Candidates of a first stage, whose losses have its
 * weights in them, are not remembered.
 */
export function cachedScoring(inner, { updates }) {
  const known = new Map();

  const isKnown = (id, { signals, scoredAt }) => {
    const age = scoredAt - (known.get(id)?.scoredAt ?? -Infinity);
    return age >= 0 && age <= updates && signals.every((name) => name in known.get(id).signals);
  };

  const remember = ({ pool }) =>
    pool.ids.forEach((id, row) =>
      known.set(id, {
        weight: pool.weights[row],
        label: pool.labels?.[row],
        signals: signalsOf(pool, row),
        scoredAt: pool.scoredAt,
      }),
    );

  const poolOf = ({ ids, keys, signals }) => {
    const examples = Array.from(ids, (id) => known.get(id));
    const labelled = examples.every(({ label }) => label !== undefined);
    return {
      ids,
      keys,
      weights: Float32Array.from(examples, ({ weight }) => weight),
      ...(labelled && { labels: Int32Array.from(examples, ({ label }) => label) }),
      signals: Object.fromEntries(signals.map((name) => [name, joined(examples, name)])),
      scoredAt: Math.min(...examples.map(({ scoredAt }) => scoredAt)),
    };
  };

  const submit = async (request) => {
    if (request.signals.length === 0 || request.weights !== undefined) return inner.submit(request);
    const missing = [...request.ids.keys()].filter((row) => !isKnown(request.ids[row], request));
    let durations = { load: 0, score: 0 };
    if (missing.length > 0) {
      const found = await inner.submit(pick(request, missing, request.signals));
      remember(found);
      durations = found.durations;
      found.dispose();
    }
    const loaded = [];
    return {
      pool: poolOf(request),
      durations,
      // the rows that are drawn come onto the engine when they are
      load: async (rows) => {
        const drawn = await inner.submit(pick(request, rows, []));
        loaded.push(drawn);
        return drawn.load(Int32Array.from(rows.keys()));
      },
      dispose: () => loaded.forEach((drawn) => drawn.dispose()),
    };
  };

  // what a checkpoint needs to go on: one array of each kind, by example
  const state = () => {
    const examples = [...known.values()];
    const names = Object.keys(examples[0]?.signals ?? {});
    return {
      version: 1,
      ids: Uint32Array.from(known.keys()),
      weights: Float32Array.from(examples, ({ weight }) => weight),
      labels: Float64Array.from(examples, ({ label }) => label ?? NaN),
      scoredAt: Uint32Array.from(examples, ({ scoredAt }) => scoredAt),
      signals: Object.fromEntries(names.map((name) => [name, joined(examples, name)])),
    };
  };

  const restore = (saved) => {
    known.clear();
    saved.ids.forEach((id, row) =>
      known.set(id, {
        weight: saved.weights[row],
        label: Number.isNaN(saved.labels[row]) ? undefined : saved.labels[row],
        signals: signalsOf(saved, row),
        scoredAt: saved.scoredAt[row],
      }),
    );
  };
  return { submit, dispose: () => inner.dispose(), state, restore };
}
