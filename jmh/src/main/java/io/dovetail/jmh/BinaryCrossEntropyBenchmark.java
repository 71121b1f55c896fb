package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** Binary cross-entropy of logits with its gradient. */
public class BinaryCrossEntropyBenchmark extends LossSweepBenchmark {

    /** Names the traffic. */
    public BinaryCrossEntropyBenchmark() {
        super(3, 2, 1, 1e-6);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        return kernels.losses().binaryCrossEntropy(workers, x.matrices[1], x.matrices[0], 0.5f, x.matrices[2]);
    }

    @Override
    double loop(PlainOperands x) {
        return PlainLoops.binaryCrossEntropy(x.matrices[1], x.matrices[0], 0.5f, x.matrices[2]);
    }
}
