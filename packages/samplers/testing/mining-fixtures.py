"""Writes mining-fixtures.json: the triplets that pytorch-metric-learning mines in random embeddings.

    python3 -m venv /tmp/mining && /tmp/mining/bin/pip install torch pytorch-metric-learning
    /tmp/mining/bin/python packages/samplers/testing/mining-fixtures.py
    npx prettier --write packages/samplers/testing/mining-fixtures.json

Embeddings are rounded to four digits, in float64; distances are LpDistance(power=2) of the normalised embeddings.
"""

import json
import random
from pathlib import Path

import torch
from pytorch_metric_learning import __version__
from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.miners import BatchHardMiner, TripletMarginMiner

CASES = 20
distance = LpDistance(power=2)


def case(seed):
    rng = random.Random(seed)
    size, width = rng.randint(6, 14), rng.randint(2, 5)
    # A row in six has a class of its own; the others share two to four.
    classes = rng.randint(2, 4)
    labels = [100 + row if rng.random() < 1 / 6 else rng.randrange(classes) for row in range(size)]
    spread = rng.choice([0.3, 1, 3])
    embeddings = [
        [round(spread * rng.gauss(0, 1) + (label % width == at), 4) for at in range(width)]
        for label in labels
    ]
    margin = rng.choice([0.05, 0.2, 0.5, 1])
    # As float32, which the embeddings are read into, and then exactly so as float64.
    z, y = torch.tensor(embeddings, dtype=torch.float32).double(), torch.tensor(labels)

    def mined(miner):
        anchors, positives, negatives = miner(z, y)
        return sorted(zip(anchors.tolist(), positives.tolist(), negatives.tolist()))

    def by_margin(kind):
        return mined(TripletMarginMiner(margin=margin, type_of_triplets=kind, distance=distance))

    return {
        "embeddings": embeddings,
        "labels": labels,
        "margin": margin,
        "batch-hard": mined(BatchHardMiner(distance=distance)),
        "all-triplets": by_margin("all"),
        "hard-triplets": by_margin("hard"),
        "semi-hard": by_margin("semihard"),
    }


out = Path(__file__).with_name("mining-fixtures.json")
fixtures = {"source": f"pytorch-metric-learning {__version__}", "cases": [case(seed) for seed in range(CASES)]}
out.write_text(json.dumps(fixtures, separators=(",", ":")) + "\n")
print(out.stat().st_size, "bytes;", "triplets:", {k: sum(len(c[k]) for c in fixtures["cases"]) for k in ("batch-hard", "all-triplets", "hard-triplets", "semi-hard")})
