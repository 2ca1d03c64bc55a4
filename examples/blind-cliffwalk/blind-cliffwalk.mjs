/**
 * The Blind Cliffwalk of Schaul et al. 2015 (§3.1, figure 1, appendix B.1): n states in a row, in each of which one of
 * two actions goes on and the other ends the episode; only the last right action is rewarded. The replay memory holds
 * the transitions of all 2ⁿ action sequences, so that one of 2ⁿ⁺¹ − 2 transitions carries the reward. Q-learning on
 * a table replays one transition at a time until the mean squared error of Q is below 10⁻³.
 */
import { createRandom } from "@unequal/core";
import { PrioritizedReplay } from "@unequal/samplers";

const STEP = 1 / 4;
const ERROR = 1e-3;
const GIVE_UP = 20_000_000;

/** Every transition of every sequence of n actions until it ends: { state, right, last }, 2ⁿ⁺¹ − 2 of them. */
function memoryOf(n, random) {
  const sequences = random.shuffle(Uint32Array.from({ length: 2 ** n }, (_, bits) => bits));
  const memory = [];
  for (const bits of sequences)
    for (let state = 0; state < n; state++) {
      const right = ((bits >> state) & 1) === 1;
      memory.push({ state, right, rewarded: right && state === n - 1 });
      if (!right) break;
    }
  return memory;
}

/** Q-values, two for each state (the wrong action, the right one), and how far they are from the truth. */
function createTable(n, random) {
  const discount = 1 - 1 / n;
  const gaussian = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const q = Float64Array.from({ length: 2 * n }, () => 0.1 * gaussian());
  const truth = q.map((_, at) => (at % 2 === 1 ? discount ** (n - 1 - (at >> 1)) : 0));
  const place = ({ state, right }) => 2 * state + (right ? 1 : 0);
  const target = ({ state, right, rewarded }) => {
    if (rewarded) return 1;
    return right ? discount * Math.max(q[2 * state + 2], q[2 * state + 3]) : 0;
  };
  let squares = q.reduce((sum, value, at) => sum + (value - truth[at]) ** 2, 0);
  const delta = (transition) => target(transition) - q[place(transition)];
  return {
    error: () => squares / q.length,
    delta,
    /** Learns from a transition, and returns its TD error. */
    learn: (transition) => {
      const at = place(transition);
      const tdError = delta(transition);
      squares -= (q[at] - truth[at]) ** 2;
      q[at] += STEP * tdError;
      squares += (q[at] - truth[at]) ** 2;
      return tdError;
    },
    /** By how much learning from a transition would lower the sum of squared errors. */
    improvement: (transition) => {
      const at = place(transition);
      const after = q[at] + STEP * delta(transition);
      return (q[at] - truth[at]) ** 2 - (after - truth[at]) ** 2;
    },
  };
}

function uniformly(memory, random) {
  return (table) => table.learn(memory[random.integer(memory.length)]);
}

/** Picks the transition that lowers the error most, in hindsight: transitions alike need to be tried only once. */
function greedily(memory) {
  const unlike = [...new Map(memory.map((each) => [`${each.state} ${each.right}`, each])).values()];
  return (table) => {
    const best = unlike.reduce((a, b) => (table.improvement(b) > table.improvement(a) ? b : a));
    table.learn(best);
  };
}

function byPriority(variant, memory, seed) {
  const replay = new PrioritizedReplay({ capacity: memory.length, variant, seed });
  for (const transition of memory) replay.add(transition);
  return (table) => {
    const { items, tickets } = replay.sample(1, { beta: 0 });
    replay.update(tickets, [table.learn(items[0])]);
  };
}

/** The ways to replay, in the order of the paper's figure. */
export const REPLAYS = {
  uniform: (memory, { random }) => uniformly(memory, random),
  "rank-based": (memory, { seed }) => byPriority("rank", memory, seed),
  proportional: (memory, { seed }) => byPriority("proportional", memory, seed),
  "greedy oracle": (memory) => greedily(memory),
};

/** Counts the updates that a replay needs with n states; the same seed means the same memory and the same first Q. */
export function updatesNeeded(name, n, seed) {
  const random = createRandom(seed).fork(`${n} states`);
  const memory = memoryOf(n, random.fork("memory"));
  const table = createTable(n, random.fork("table"));
  const replay = REPLAYS[name](memory, { random: random.fork("replay"), seed });
  let updates = 0;
  while (table.error() > ERROR && updates < GIVE_UP) {
    replay(table);
    updates += 1;
  }
  return updates;
}
