/**
 * Double DQN with a replay buffer (van Hasselt et al. 2016, Schaul et al. 2015): the network is a function with
 * variables, which Unequal's learner trains; weights of the replay go in as coefficients, and the losses that come
 * back with the step are the new priorities.
 */
import * as tf from "@tensorflow/tfjs";
import { createLearner, functionModel } from "@unequal/backends";
import { createRandom } from "@unequal/core";
import { PrioritizedReplay } from "@unequal/samplers";
import { createCartPole } from "./cartpole.mjs";

const [BATCH, DISCOUNT, RATE, HIDDEN] = [64, 0.99, 1e-3, 64];
const [CAPACITY, WARM_UP, TRAIN_EVERY, TARGET_EVERY] = [10_000, 500, 1, 300];
const [FIRST_BETA, LAST_CHANCE, EXPLORE] = [0.4, 0.02, 0.2];

function createNetwork(random) {
  const variable = (rows, columns, scale) =>
    tf.variable(
      tf.tensor2d(
        Float32Array.from({ length: rows * columns }, () => scale * (2 * random.uniform() - 1)),
        [rows, columns],
      ),
    );
  const layers = [
    [4, HIDDEN],
    [HIDDEN, HIDDEN],
    [HIDDEN, 2],
  ].map(([from, to]) => [variable(from, to, Math.sqrt(3 / from)), variable(1, to, 0)]);
  const model = functionModel({
    variables: layers.flat(),
    optimizer: tf.train.adam(RATE),
    forward: ([states]) =>
      layers.reduce((x, [kernel, bias], at) => {
        const z = tf.add(tf.matMul(x, kernel), bias);
        return at < layers.length - 1 ? tf.relu(z) : z;
      }, states),
    // targets [B, 4]: the action as one-hot, then its target value twice; Huber's loss of δ = y − Q(s, a)
    loss: (targets, q) => {
      const [taken, values] = tf.split(targets, 2, 1);
      const delta = tf.sum(tf.mul(taken, tf.sub(values, q)), 1);
      const size = tf.abs(delta);
      const inside = tf.minimum(size, 1);
      return tf.add(tf.mul(tf.square(inside), 0.5), tf.sub(size, inside));
    },
  });
  return { learner: createLearner(model), dispose: () => tf.dispose(layers.flat()) };
}

/** |δ| of Huber's loss: δ²/2 up to 1, |δ| − ½ beyond. */
function errorOf(loss) {
  return loss < 0.5 ? Math.sqrt(2 * loss) : loss + 0.5;
}

function columns(rows) {
  const width = rows[0].length;
  return [{ data: Float32Array.from(rows.flat()), shape: [rows.length, width], dtype: "float32" }];
}

/** Q-values of states, [states][2]. */
async function qValues(learner, states) {
  const targets = columns(states.map(() => [0, 0, 0, 0]));
  const batch = learner.upload({ size: states.length, inputs: columns(states), targets });
  const { embedding } = await learner.compute(["embedding"], batch);
  batch.dispose();
  return states.map((_, at) => [embedding[2 * at], embedding[2 * at + 1]]);
}

/** y = r + γ Q̄(s', argmax Q(s', ·)), Q̄ the network as it was at the last copy; r = 1 where the pole fell. */
async function targetsOf(learner, items, past) {
  const after = items.map(({ next }) => next);
  const chosen = await qValues(learner, after);
  const present = learner.parameters();
  learner.assign(past);
  const values = await qValues(learner, after);
  learner.assign(present);
  present.dispose();
  return items.map(({ action, fallen }, at) => {
    const best = chosen[at][1] > chosen[at][0] ? 1 : 0;
    const y = 1 + (fallen ? 0 : DISCOUNT * values[at][best]);
    return [action === 0 ? 1 : 0, action === 1 ? 1 : 0, y, y];
  });
}

async function train({ learner, replay, past, noise }, beta) {
  const { items, tickets, weights } = replay.sample(BATCH, { beta });
  const targets = columns(await targetsOf(learner, items, past));
  const inputs = columns(items.map(({ state }) => state));
  const batch = learner.upload({ size: BATCH, inputs, targets });
  const rows = Int32Array.from({ length: BATCH }, (_, row) => row);
  const coefficients = Float32Array.from(weights, (weight) => weight / BATCH);
  const { signals } = await learner.step({ batch, rows, coefficients }, { noise, signals: [] });
  batch.dispose();
  replay.update(tickets, Array.from(signals.loss, errorOf));
}

/**
 * Trains for a number of steps of the environment, and returns the return of each episode with the step it ended at.
 * `replay`: options of the buffer; `alpha: 0` replays uniformly.
 */
export async function trainDqn({ replay: options, seed, steps }) {
  const random = createRandom(seed).fork("dqn");
  const environment = createCartPole(random.fork("environment"));
  const { learner, dispose } = createNetwork(random.fork("network"));
  const replay = new PrioritizedReplay({ capacity: CAPACITY, seed, ...options });
  const episodes = [];
  let past = learner.parameters();
  let state = environment.reset();
  let total = 0;
  for (let step = 0; step < steps; step++) {
    const chance = Math.max(LAST_CHANCE, 1 - step / (EXPLORE * steps));
    const [left, right] =
      random.uniform() < chance ? [random.uniform(), 0.5] : (await qValues(learner, [state]))[0];
    const action = right > left ? 1 : 0;
    const { state: next, fallen, over } = environment.step(action);
    replay.add({ state, action, next, fallen });
    total += 1;
    state = next;
    if (over) {
      episodes.push({ step, total });
      total = 0;
      state = environment.reset();
    }
    if (step < WARM_UP || step % TRAIN_EVERY !== 0) continue;
    const beta = FIRST_BETA + ((1 - FIRST_BETA) * step) / steps;
    await train({ learner, replay, past, noise: step }, beta);
    if (step % TARGET_EVERY !== 0) continue;
    past.dispose();
    past = learner.parameters();
  }
  past.dispose();
  dispose();
  return episodes;
}
