/**
 * CartPole-v1: a pole on a cart that is pushed left or right; a reward of 1 for every step until the pole leans by more
 * than 12°, the cart leaves the track, or 500 steps are over. Barto, Sutton & Anderson 1983, with the constants and the
 * Euler steps of OpenAI Gym.
 */
const [GRAVITY, CART, POLE, HALF_LENGTH, FORCE, SECONDS] = [9.8, 1, 0.1, 0.5, 10, 0.02];
const [TRACK, LEAN, LONGEST] = [2.4, (12 * Math.PI) / 180, 500];

/** Starts an episode; the state is [x, ẋ, θ, θ̇]. */
export function createCartPole(random) {
  let state = [0, 0, 0, 0];
  let steps = 0;
  return {
    reset: () => {
      steps = 0;
      state = state.map(() => 0.1 * random.uniform() - 0.05);
      return state;
    },
    /** Pushes left (0) or right (1): `fallen` ends the episode for good, `over` also where time is up. */
    step: (action) => {
      const [x, velocity, angle, spin] = state;
      const force = action === 1 ? FORCE : -FORCE;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const push = (force + POLE * HALF_LENGTH * spin ** 2 * sin) / (CART + POLE);
      const turn =
        (GRAVITY * sin - cos * push) / (HALF_LENGTH * (4 / 3 - (POLE * cos ** 2) / (CART + POLE)));
      const pull = push - (POLE * HALF_LENGTH * turn * cos) / (CART + POLE);
      state = [
        x + SECONDS * velocity,
        velocity + SECONDS * pull,
        angle + SECONDS * spin,
        spin + SECONDS * turn,
      ];
      steps += 1;
      const fallen = Math.abs(state[0]) > TRACK || Math.abs(state[2]) > LEAN;
      return { state, fallen, over: fallen || steps === LONGEST };
    },
  };
}
