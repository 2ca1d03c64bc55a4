/**
 * What prioritized replay costs with a million items: drawing 256 and updating 256, on the sum tree of ours, by a linear
 * scan, and by a cumulative sum that is made anew for each batch and searched. Where Python with PyTorch is there
 * (PYTHON names it, default python3), torch.multinomial too, which also reads all probabilities for each batch.
 *
 * node --import tsx --conditions=@unequal/source bench/replay.ts [pairs]
 */
import { spawnSync } from "node:child_process";
import { createRandom } from "@unequal/core";
import { PrioritizedReplay } from "@unequal/samplers";
import { compare, report } from "./measure.js";

const ITEMS = 1_000_000;
const COUNT = 256;
const pairs = Number(process.argv[2] ?? 100);
const random = createRandom("replay");
const errors = Float64Array.from({ length: ITEMS }, () => random.uniform());
const ALPHA = 0.6;

function buffer(variant: "proportional" | "rank"): () => void {
  const replay = new PrioritizedReplay<number>({ capacity: ITEMS, variant });
  const tickets = Array.from(errors, (_, item) => replay.add(item));
  replay.update(tickets, errors);
  return () => {
    const { tickets: drawn } = replay.sample(COUNT, { beta: 0.4 });
    replay.update(
      drawn,
      drawn.map(() => random.uniform()),
    );
  };
}

const priorities = errors.map((error) => error ** ALPHA);

/** Draws with a point each, and gives the drawn rows new priorities. */
function update(draw: (point: number) => number, total: number): void {
  const rows = Int32Array.from({ length: COUNT }, () => draw(random.uniform() * total));
  for (const row of rows) priorities[row] = random.uniform() ** ALPHA;
}

function totalOf(): number {
  let total = 0;
  for (let row = 0; row < ITEMS; row++) total += priorities[row] as number;
  return total;
}

function linearScan(): void {
  update((point) => {
    let sum = 0;
    let row = 0;
    while (row < ITEMS - 1 && (sum += priorities[row] as number) <= point) row++;
    return row;
  }, totalOf());
}

const cumulative = new Float64Array(ITEMS);
function binarySearch(): void {
  let total = 0;
  for (let row = 0; row < ITEMS; row++) cumulative[row] = total += priorities[row] as number;
  update((point) => {
    let [low, high] = [0, ITEMS - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }, total);
}

const TORCH = `
import sys, time, torch
torch.manual_seed(0)
p = torch.rand(${ITEMS}, dtype=torch.float64) ** ${ALPHA}
for line in sys.stdin: pass
times = []
for _ in range(${pairs} + 5):
    start = time.perf_counter()
    rows = torch.multinomial(p, ${COUNT}, replacement=True)
    p[rows] = torch.rand(${COUNT}, dtype=torch.float64) ** ${ALPHA}
    times.append(1000 * (time.perf_counter() - start))
times = sorted(times[5:])
print(torch.__version__, times[len(times) // 2])
`;

const proportional = buffer("proportional");
const rank = buffer("rank");
const options = { pairs, warmUps: 3 };
report(
  "sum tree / linear scan",
  await compare({ ...options, ours: proportional, theirs: linearScan }),
);
report(
  "sum tree / cumulative sum",
  await compare({ ...options, ours: proportional, theirs: binarySearch }),
);
report("ranks / linear scan", await compare({ ...options, ours: rank, theirs: linearScan }));
const torch = spawnSync(process.env.PYTHON ?? "python3", ["-c", TORCH], {
  encoding: "utf8",
  input: "",
});
console.log(
  torch.status === 0
    ? `torch.multinomial, in a process of its own: torch ${torch.stdout.trim().replace(" ", ", median ")} ms`
    : "torch.multinomial: left out, no Python with PyTorch here",
);
