/** Makes what is true at its 1st, 10th, 100th … call: so that what happens again and again is told now and then. */
export function rarely(): () => boolean {
  let calls = 0;
  let next = 1;
  return () => {
    calls += 1;
    if (calls < next) return false;
    next *= 10;
    return true;
  };
}
