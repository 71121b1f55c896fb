"""What the peers of a training step share: the data, the measuring and the file of results.

The step is that of TrainStepBenchmark: the paper's DAT with S = 4 negatives, 700,000 users, 250,000 items, 1,000 segments
of users, 11 categories of items; ids and augmented vectors of 32, towers of 96-256-128-32. A peer gets its batches ready
made, while ours draws its negatives within the step.
"""

import argparse
import json
import os
import time

USERS, ITEMS, SEGMENTS, CATEGORIES = 700_000, 250_000, 1_000, 11
NEGATIVES, WIDTH = 4, 32
LAYERS = ((3 * WIDTH, 256), (256, 128), (128, 32))
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
BATCHES = 24


def options(description):
    """Reads the command line and sets what a library reads from the environment, so call it before its import."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--positives", default="51,256,819,3277", help="sizes of a batch, with commas between")
    parser.add_argument("--seconds", type=float, default=6, help="how long each size is measured")
    parser.add_argument("--json", help="where the results go; without it they are printed only")
    parser.add_argument("--check", action="store_true", help="compare gradients with automatic ones, measure nothing")
    chosen = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(chosen.threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return chosen


class Draws:
    """Users, their segments, items and their categories, by Zipf's law with the exponents of TrainStepBenchmark."""

    def __init__(self, seed=1):
        import numpy

        self.random = numpy.random.default_rng(seed)
        self.numpy = numpy
        self.user = self._zipf(USERS, 0.6)
        self.item = self._zipf(ITEMS, 0.9)
        self.segment_of = self.random.integers(0, SEGMENTS, USERS)
        self.category_of = self._zipf(CATEGORIES, 1.3)(ITEMS)

    def _zipf(self, values, exponent):
        shift = 10 if values > 100 else 1
        sums = self.numpy.cumsum((self.numpy.arange(values) + shift) ** -float(exponent))
        place = self.random.permutation(values)
        return lambda count: place[
            self.numpy.searchsorted(sums, self.random.random(count) * sums[-1]).clip(0, values - 1)
        ]

    def batch(self, positives):
        """Ids as int64: users (P), their segments (P), items (P * 5, the positive first), their categories."""
        users = self.user(positives)
        negatives = self.random.integers(0, ITEMS, (positives, NEGATIVES))
        items = self.numpy.concatenate([self.item(positives)[:, None], negatives], axis=1).reshape(-1)
        return users, self.segment_of[users], items, self.category_of[items]


def measure(step, batches, seconds, iterations=5):
    """Mean microseconds of a step in each of some iterations, as JMH measures, after two rounds of warm-up."""
    for batch in batches * 2:
        step(batch)
    means = []
    for _ in range(iterations):
        steps, start = 0, time.perf_counter()
        while steps < 2 or time.perf_counter() < start + seconds / iterations:
            step(batches[steps % len(batches)])
            steps += 1
        means.append((time.perf_counter() - start) / steps * 1e6)
    return means


def result(peer, version, threads, positives, times):
    """A result in the form of JMH's JSON: this process is one fork."""
    middle = sorted(times)[len(times) // 2]
    print(
        f"{peer} {version}, {threads} threads, {positives} positives: {middle / 1e3:.3f} ms,"
        f" {positives * (1 + NEGATIVES) / middle * 1e6:,.0f} pairs/s",
        flush=True,
    )
    return {
        "benchmark": "io.dovetail.jmh.TrainStepBenchmark.epoch",
        "mode": "avgt",
        "threads": 1,
        "forks": 1,
        "peer": f"{peer} {version}",
        "params": {"backend": peer, "positives": str(positives), "threads": str(threads)},
        "primaryMetric": {"scoreUnit": "us/op", "rawData": [[round(t, 1) for t in times]]},
        "secondaryMetrics": {},
    }


def write(results, path):
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(results, file)
