"""DAT's training step in PyTorch, as fast as we could make it: hand-derived gradients, compiled, lazy Adam on rows.

usage: python torch_step.py [--threads N] [--positives P,...] [--seconds S] [--json FILE] [--check]
"""

import math

from step import (
    BATCHES, BETA1, BETA2, CATEGORIES, EPSILON, ITEMS, LAYERS, NEGATIVES, RATE, SEGMENTS, USERS, WIDTH,
    Draws, measure, options, result, write,
)

chosen = options(__doc__)

import torch
import torch.nn.functional as F

torch.set_num_threads(chosen.threads)
torch.manual_seed(1)
PAIRS = 1 + NEGATIVES


class Table:
    """Rows of values and both of Adam's moments side by side, so that a row is read and written once a step."""

    def __init__(self, rows, width):
        self.rows, self.width = rows, width
        self.data = torch.zeros(rows, 3 * width)
        self.data[:, :width].normal_(0, 0.02)
        self.seen = torch.zeros(rows, dtype=torch.int64)

    def read(self, ids):
        """Values of ids; remembers the distinct rows. Of equal ids the place written last stands for all."""
        places = torch.arange(ids.numel())
        self.seen[ids] = places
        first = self.seen[ids]
        chosen_rows = first == places
        self.inverse = (torch.cumsum(chosen_rows, 0) - 1)[first]
        self.ids = ids[chosen_rows]
        self.state = self.data.index_select(0, self.ids)
        return self.state[:, : self.width].index_select(0, self.inverse)

    def update(self, gradient, rate):
        """A step of Adam on the rows of the last read, from gradients by place."""
        sums = torch.ops.aten.embedding_dense_backward(gradient, self.inverse, self.ids.numel(), -1, False)
        adam(self.state, sums, rate)
        self.data.index_copy_(0, self.ids, self.state)


def adam(state, gradient, rate):
    width = gradient.shape[1]
    value, mean, square = state[:, :width], state[:, width : 2 * width], state[:, 2 * width :]
    mean.lerp_(gradient, 1 - BETA1)
    square.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
    value.addcdiv_(mean, square.sqrt().add_(EPSILON), value=-rate)


def forward(x, w):
    layers = [x]
    for weight, bias in zip(w[0::2], w[1::2]):
        layers.append(torch.relu(F.linear(layers[-1], weight, bias)))
    inverse_norm = torch.rsqrt(layers[-1].square().sum(1, keepdim=True).clamp(min=1e-12))
    return layers, inverse_norm, layers[-1] * inverse_norm


def backward(layers, inverse_norm, p, dp, w):
    """The gradients of the input, and of weights and biases in their order."""
    d = inverse_norm * (dp - p * (p * dp).sum(1, keepdim=True))
    gradients = []
    for i in reversed(range(len(layers) - 1)):
        d = torch.ops.aten.threshold_backward(d, layers[i + 1], 0)
        gradients[:0] = [d.t() @ layers[i], d.sum(0)]
        d = d @ w[2 * i]
    return d, gradients


def alignment(pv, category):
    """The category alignment loss and its gradient: one product for all covariances, by sums in the largest category."""
    member = F.one_hot(category, CATEGORIES).to(pv.dtype)
    count = member.sum(0)
    mean = (member.t() @ pv) / count.clamp(min=1)[:, None]
    centred = pv - mean.index_select(0, category)
    parts = (member[:, :, None] * centred[:, None, :]).view(-1, CATEGORIES * WIDTH)
    degrees = (count - 1).clamp(min=1)[:, None, None]
    covariance = (parts.t() @ centred).view(CATEGORIES, WIDTH, WIDTH) / degrees
    largest = F.one_hot(count.argmax(), CATEGORIES).to(pv.dtype)[:, None, None]
    difference = ((largest * covariance).sum(0) - covariance) * (count > 1)[:, None, None]
    by_covariance = 2 * (largest * difference.sum(0) - difference) * 2 / degrees
    return difference.square().sum(), ((centred @ by_covariance.permute(1, 0, 2).reshape(WIDTH, -1)).view(-1, CATEGORIES, WIDTH) * member[:, :, None]).sum(1)


def gradients(xu, xv, category, w):
    """All losses, and the gradients of both inputs and of all weights."""
    positives = xu.shape[0]
    pairs = positives * PAIRS
    user, item = w[: len(w) // 2], w[len(w) // 2 :]
    user_layers, user_norm, pu = forward(xu, user)
    item_layers, item_norm, pv = forward(xv, item)
    by_positive = pv.view(positives, PAIRS, WIDTH)
    scores = (pu[:, None, :] * by_positive).sum(2)
    label = (torch.arange(PAIRS) == 0).to(scores.dtype).expand(positives, PAIRS)
    main = F.binary_cross_entropy_with_logits(scores, label)
    ds = ((torch.sigmoid(scores) - label) / pairs)[:, :, None]
    aligned, dpv = alignment(pv, category)
    dpv = dpv + (ds * pu[:, None, :]).view(pairs, WIDTH)
    dpu = (ds * by_positive).sum(1)
    mimic_user = xu[:, 2 * WIDTH :] - by_positive[:, 0]
    mimic_item = xv.view(positives, PAIRS, -1)[:, 0, 2 * WIDTH :] - pu
    loss = main + 0.5 * (mimic_user.square().sum() + mimic_item.square().sum()) / pairs + aligned
    dxu, user_gradients = backward(user_layers, user_norm, pu, dpu, user)
    dxv, item_gradients = backward(item_layers, item_norm, pv, dpv, item)
    dxu = torch.cat([dxu[:, : 2 * WIDTH], dxu[:, 2 * WIDTH :] + mimic_user / pairs], 1)
    more = F.pad((mimic_item / pairs)[:, None, :], (2 * WIDTH, 0, 0, PAIRS - 1))
    dxv = dxv + more.view(pairs, 3 * WIDTH)
    return loss, dxu, dxv, user_gradients + item_gradients


def weights():
    """Views of one vector: all weights and biases of both towers."""
    flat = torch.zeros(2 * sum(n * m + m for n, m in LAYERS))
    views, at = [], 0
    for _ in range(2):
        for n, m in LAYERS:
            views.append(flat[at : at + n * m].view(m, n).normal_(0, math.sqrt(2 / n)))
            views.append(flat[at + n * m : at + n * m + m])
            at += n * m + m
    return flat, views


class Step:
    def __init__(self):
        self.users, self.items = Table(USERS, 2 * WIDTH), Table(ITEMS, 2 * WIDTH)
        self.segments, self.categories = Table(SEGMENTS, WIDTH), Table(CATEGORIES, WIDTH)
        self.flat, self.weights = weights()
        self.mean, self.square = torch.zeros_like(self.flat), torch.zeros_like(self.flat)
        self.count = 0
        self.core = torch.compile(self.dense, dynamic=False)

    def dense(self, users, segments, items, categories, category, rate):
        """From rows of the tables to gradients by place, and Adam on the weights."""
        xu = torch.cat([users[:, :WIDTH], segments, users[:, WIDTH:]], 1)
        xv = torch.cat([items[:, :WIDTH], categories, items[:, WIDTH:]], 1)
        loss, dxu, dxv, dw = gradients(xu, xv, category, self.weights)
        g = torch.cat([x.reshape(-1) for x in dw])
        self.mean.mul_(BETA1).add_(g, alpha=1 - BETA1)
        self.square.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        self.flat.sub_(rate * self.mean / (self.square.sqrt() + EPSILON))
        return (
            loss,
            torch.cat([dxu[:, :WIDTH], dxu[:, 2 * WIDTH :]], 1), dxu[:, WIDTH : 2 * WIDTH].contiguous(),
            torch.cat([dxv[:, :WIDTH], dxv[:, 2 * WIDTH :]], 1), dxv[:, WIDTH : 2 * WIDTH].contiguous(),
        )

    def __call__(self, batch):
        user, segment, item, category = batch
        self.count += 1
        rate = RATE * math.sqrt(1 - BETA2**self.count) / (1 - BETA1**self.count)
        with torch.no_grad():
            tables = (self.users, self.segments, self.items, self.categories)
            values = [table.read(ids) for table, ids in zip(tables, batch)]
            loss, *by_place = self.core(*values, category, torch.tensor(rate))
            for table, gradient in zip(tables, by_place):
                table.update(gradient, rate)
        return loss


def check():
    """Hand-derived against automatic gradients, in double precision."""
    batch = [torch.from_numpy(ids) for ids in Draws().batch(64)]
    w = [x.double().requires_grad_() for x in weights()[1]]
    xu = torch.randn(64, 3 * WIDTH, dtype=torch.double, requires_grad=True)
    xv = torch.randn(64 * PAIRS, 3 * WIDTH, dtype=torch.double, requires_grad=True)
    _, dxu, dxv, dw = gradients(xu, xv, batch[3], w)
    pu, pv = forward(xu, w[:6])[2], forward(xv, w[6:])[2]
    scores = (pu[:, None, :] * pv.view(64, PAIRS, WIDTH)).sum(2)
    label = torch.zeros_like(scores)
    label[:, 0] = 1
    loss = F.binary_cross_entropy_with_logits(scores, label)
    loss = loss + 0.5 / scores.numel() * (xu[:, 2 * WIDTH :] - pv[::PAIRS].detach()).square().sum()
    loss = loss + 0.5 / scores.numel() * (xv[::PAIRS, 2 * WIDTH :] - pu.detach()).square().sum()
    groups = [pv[batch[3] == c] for c in range(CATEGORIES)]
    largest = max(groups, key=len)
    for group in groups:
        if len(group) > 1:
            loss = loss + (torch.cov(largest.t()) - torch.cov(group.t())).square().sum()
    for mine, expected in zip([dxu, dxv, *dw], torch.autograd.grad(loss, [xu, xv, *w])):
        torch.testing.assert_close(mine, expected, rtol=1e-9, atol=1e-12)
    print("the gradients agree")


def main():
    draws, results = Draws(), []
    step = Step()
    for positives in map(int, chosen.positives.split(",")):
        batches = [tuple(map(torch.from_numpy, draws.batch(positives))) for _ in range(BATCHES)]
        times = measure(step, batches, chosen.seconds)
        results.append(result("torch", torch.__version__, chosen.threads, positives, times))
    write(results, chosen.json)


check() if chosen.check else main()
