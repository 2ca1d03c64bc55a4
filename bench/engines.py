"""Trains on PyTorch as bench/engines.ts asks on stdin, a line for a line. See engines/protocol.ts."""

import json
import os
import sys
import time
import traceback

BATCH = 64
CANDIDATES = 3 * BATCH
WARM_UPS = 5


def reply(answer):
    print(json.dumps(answer), flush=True)


try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    reply({"absent": f"{sys.executable}: {error}"})
    sys.exit()


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 128, batch_first=True)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Block(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(before), nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        changes = before != channels
        self.project = nn.Conv2d(before, channels, 1, stride, bias=False) if changes else None

    def forward(self, x):
        active = F.relu(self.norm1(x))
        shortcut = x if self.project is None else self.project(active)
        return shortcut + self.conv2(F.relu(self.norm2(self.conv1(active))))


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20_000, 64)
        self.head = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x):
        return self.head(self.words(x).mean(1))


def mlp():
    return nn.Sequential(
        *(nn.Linear(784, 512), nn.ReLU()),
        *(nn.Linear(512, 512), nn.ReLU()),
        nn.Linear(512, 10),
    )


def cnn():
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU()),
        *(nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, 2), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(64 * 5 * 5, 128), nn.ReLU()),
        nn.Linear(128, 10),
    )


def wrn(depth, width):
    blocks, before = [], 16
    for channels, stride in [(16 * width, 1), (32 * width, 2), (64 * width, 2)]:
        for at in range((depth - 4) // 6):
            blocks.append(Block(before, channels, stride if at == 0 else 1))
            before = channels
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False),
        *blocks,
        *(nn.BatchNorm2d(before), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        nn.Linear(before, 10),
    )


# model, shape of an input, classes
RECIPES = {
    "mlp": (mlp, [784], 10),
    "cnn": (cnn, [1, 28, 28], 10),
    "lstm": (Lstm, [49, 16], 10),
    "wrn-16-1": (lambda: wrn(16, 1), [3, 32, 32], 10),
    "wrn-28-2": (lambda: wrn(28, 2), [3, 32, 32], 10),
    "embedding": (Words, [200], 2),
}


class Workload:
    def __init__(self, name):
        torch.manual_seed(1)
        build, shape, classes = RECIPES[name]
        self.model = build().to(DEVICE)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001)
        shape = [16 * BATCH, *shape]
        # examples wait in the host's memory, as the trainer's do; a batch is on the device
        self.xs = torch.randint(20_000, shape) if name == "embedding" else torch.rand(shape)
        self.ys = torch.randint(classes, [16 * BATCH])
        self.x, self.y = self.xs[:BATCH].to(DEVICE), self.ys[:BATCH].to(DEVICE)

    def train(self, x, y, coefficients):
        self.model.train()
        self.optimizer.zero_grad()
        losses = F.cross_entropy(self.model(x), y, reduction="none")
        loss = (coefficients * losses).sum()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def step(self):
        return self.train(self.x, self.y, 1 / BATCH)

    @torch.inference_mode()
    def score(self, x, y):
        """The upper bound of the gradient norms: that of the gradient by the logits."""
        self.model.eval()
        p = F.softmax(self.model(x), 1)
        return (p - F.one_hot(y, p.shape[1])).norm(dim=1)

    def importance(self):
        rows = torch.randperm(len(self.ys))[:CANDIDATES]
        x, y = self.xs[rows].to(DEVICE), self.ys[rows].to(DEVICE)
        scores = self.score(x, y)
        p = scores / scores.sum()
        drawn = torch.multinomial(p, BATCH, replacement=True)
        return self.train(x[drawn], y[drawn], 1 / (BATCH * CANDIDATES * p[drawn]))

    @torch.inference_mode()
    def forward(self):
        self.model.eval()
        return F.softmax(self.model(self.x), 1)[0, 0].item()


def load(name):
    workload = Workload(name)
    for _ in range(WARM_UPS - 1):
        workload.step()
        workload.forward()
    loss = workload.step()
    for _ in range(3):
        workload.importance()
    reply({"loss": loss, "warmUps": WARM_UPS})
    return workload


def timed(run):
    run()  # brings back what the other engines have displaced from the caches
    started = time.perf_counter()
    run()
    reply({"ms": 1000 * (time.perf_counter() - started)})


torch.set_num_threads(os.cpu_count())
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
device = torch.cuda.get_device_name() if DEVICE == "cuda" else f"{torch.get_num_threads()} threads"
hardware = "gpu" if DEVICE == "cuda" else "cpu"
reply({"version": f"torch {torch.__version__}, {device}", "hardware": hardware})
workload = None
for line in sys.stdin:
    try:
        request, *model = line.split()
        if request == "load":
            workload = load(*model)
        else:
            timed(getattr(workload, request))
    except Exception:
        reply({"error": traceback.format_exc()})
