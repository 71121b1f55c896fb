"""DAT's training step in TensorFlow: the towers and losses compiled by XLA, lazy Adam on the rows of the tables.

usage: python tensorflow_step.py [--threads N] [--positives P,...] [--seconds S] [--json FILE] [--check]
"""

import math

from step import (
    BATCHES, BETA1, BETA2, CATEGORIES, EPSILON, ITEMS, LAYERS, NEGATIVES, RATE, SEGMENTS, USERS, WIDTH,
    Draws, measure, options, result, write,
)

chosen = options(__doc__)

import numpy
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(chosen.threads)
tf.config.threading.set_inter_op_parallelism_threads(chosen.threads)
PAIRS = 1 + NEGATIVES
RANDOM = numpy.random.default_rng(1)


def table(rows, width):
    """Values and both of Adam's moments side by side."""
    data = numpy.zeros((rows, 3 * width), numpy.float32)
    data[:, :width] = RANDOM.normal(0, 0.02, (rows, width))
    return tf.Variable(data)


def weights():
    both = []
    for n, m in LAYERS * 2:
        both += [RANDOM.normal(0, math.sqrt(2 / n), (n, m)), numpy.zeros(m)]
    return [tf.Variable(x.astype(numpy.float32)) for x in both]


def tower(x, w):
    for weight, bias in zip(w[0::2], w[1::2]):
        x = tf.nn.relu(x @ weight + bias)
    return x * tf.math.rsqrt(tf.maximum(tf.reduce_sum(x * x, 1, keepdims=True), 1e-12))


def alignment(pv, category):
    member = tf.one_hot(category, CATEGORIES)
    count = tf.reduce_sum(member, 0)
    mean = tf.matmul(member, pv, transpose_a=True) / tf.maximum(count, 1)[:, None]
    centred = pv - member @ mean
    parts = tf.reshape(member[:, :, None] * centred[:, None, :], (-1, CATEGORIES * WIDTH))
    products = tf.reshape(tf.matmul(parts, centred, transpose_a=True), (CATEGORIES, WIDTH, WIDTH))
    covariance = products / tf.maximum(count - 1, 1)[:, None, None]
    difference = tf.gather(covariance, tf.argmax(count)) - covariance
    return tf.reduce_sum(tf.where((count > 1)[:, None, None], difference, 0) ** 2)


def total(xu, xv, category, w):
    positives = xu.shape[0]
    pu, pv = tower(xu, w[: len(w) // 2]), tower(xv, w[len(w) // 2 :])
    by_positive = tf.reshape(pv, (positives, PAIRS, WIDTH))
    scores = tf.reduce_sum(pu[:, None, :] * by_positive, 2)
    label = tf.broadcast_to(tf.one_hot(0, PAIRS), scores.shape)
    main = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(label, scores))
    augmented = tf.reshape(xv, (positives, PAIRS, -1))[:, 0, 2 * WIDTH :]
    mimic = tf.reduce_sum((xu[:, 2 * WIDTH :] - tf.stop_gradient(by_positive[:, 0])) ** 2)
    mimic += tf.reduce_sum((augmented - tf.stop_gradient(pu)) ** 2)
    return main + 0.5 * mimic / (positives * PAIRS) + alignment(pv, category)


class Step:
    def __init__(self):
        self.tables = [
            table(USERS, 2 * WIDTH), table(SEGMENTS, WIDTH), table(ITEMS, 2 * WIDTH), table(CATEGORIES, WIDTH),
        ]
        self.weights = weights()
        self.mean = [tf.Variable(tf.zeros_like(w)) for w in self.weights]
        self.square = [tf.Variable(tf.zeros_like(w)) for w in self.weights]
        self.count = 0
        self.dense = tf.function(self._dense, jit_compile=True)
        self.step = tf.function(self._step)

    def _dense(self, users, segments, items, categories, category, rate):
        xu = tf.concat([users[:, :WIDTH], segments, users[:, WIDTH:]], 1)
        xv = tf.concat([items[:, :WIDTH], categories, items[:, WIDTH:]], 1)
        with tf.GradientTape() as tape:
            tape.watch([xu, xv])
            loss = total(xu, xv, category, self.weights)
        dxu, dxv, *dw = tape.gradient(loss, [xu, xv, *self.weights])
        for w, g, mean, square in zip(self.weights, dw, self.mean, self.square):
            mean.assign(BETA1 * mean + (1 - BETA1) * g)
            square.assign(BETA2 * square + (1 - BETA2) * g * g)
            w.assign_sub(rate * mean / (tf.sqrt(square) + EPSILON))
        by_place = []
        for dx in (dxu, dxv):
            by_place += [tf.concat([dx[:, :WIDTH], dx[:, 2 * WIDTH :]], 1), dx[:, WIDTH : 2 * WIDTH]]
        return loss, by_place

    def _step(self, users, segments, items, categories, rate):
        read = []
        for data, ids in zip(self.tables, (users, segments, items, categories)):
            rows, inverse = tf.unique(ids)
            read.append((data, rows, inverse, tf.gather(data, rows)))
        values = []
        for (data, _, inverse, state), ids in zip(read, (users, segments, items, categories)):
            width = data.shape[1] // 3
            values.append(tf.ensure_shape(tf.gather(state[:, :width], inverse), (ids.shape[0], width)))
        loss, by_place = self.dense(*values, categories, rate)
        for (data, rows, inverse, state), gradient in zip(read, by_place):
            width = data.shape[1] // 3
            g = tf.math.unsorted_segment_sum(gradient, inverse, tf.shape(rows)[0])
            mean = BETA1 * state[:, width : 2 * width] + (1 - BETA1) * g
            square = BETA2 * state[:, 2 * width :] + (1 - BETA2) * g * g
            value = state[:, :width] - rate * mean / (tf.sqrt(square) + EPSILON)
            data.scatter_update(tf.IndexedSlices(tf.concat([value, mean, square], 1), rows))
        return loss

    def __call__(self, batch):
        self.count += 1
        rate = RATE * math.sqrt(1 - BETA2**self.count) / (1 - BETA1**self.count)
        return self.step(*batch, tf.constant(rate, tf.float32)).numpy()


def check():
    """A step lowers the loss of the batch it has seen: the gradients are automatic, so that is what can go wrong."""
    step, batch = Step(), [tf.constant(ids, tf.int32) for ids in Draws().batch(256)]
    losses = [step(batch) for _ in range(20)]
    assert losses[-1] < losses[0], losses
    print(f"the loss falls from {losses[0]:.4f} to {losses[-1]:.4f}")


def main():
    draws, results = Draws(), []
    step = Step()
    for positives in map(int, chosen.positives.split(",")):
        batches = [tuple(tf.constant(ids, tf.int32) for ids in draws.batch(positives)) for _ in range(BATCHES)]
        times = measure(step, batches, chosen.seconds)
        results.append(result("tensorflow", tf.__version__, chosen.threads, positives, times))
    write(results, chosen.json)


check() if chosen.check else main()
