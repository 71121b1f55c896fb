package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** Scores as probabilities. */
public class SigmoidBenchmark extends LossSweepBenchmark {

    /** Names the traffic. */
    public SigmoidBenchmark() {
        super(2, 1, 1, 1e-6);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.losses().sigmoid(workers, x.matrices[1], x.matrices[0]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.sigmoid(x.matrices[1], x.matrices[0]);
        return 0;
    }
}
