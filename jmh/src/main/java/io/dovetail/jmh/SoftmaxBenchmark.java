package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** Soft-max cross-entropy of in-batch logits with its gradient. */
public class SoftmaxBenchmark extends LossSweepBenchmark {

    /** Names the traffic. */
    public SoftmaxBenchmark() {
        super(2, 1, 1, 1e-6);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        return kernels.losses().softmaxCrossEntropy(workers, x.matrices[1], x.targets, 0.5f, x.matrices[0]);
    }

    @Override
    double loop(PlainOperands x) {
        return PlainLoops.softmaxCrossEntropy(x.matrices[1], x.targets, 0.5f, x.matrices[0], x.rows, x.cols);
    }
}
