package io.dovetail.jmh;

import io.dovetail.kernels.AdamStep;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** An update of dense weights. */
public class AdamBenchmark extends MemorySweepBenchmark {
    private static final AdamStep STEP = new AdamStep(1e-3f, 0.9f, 0.999f, 1e-8f, 0.01f, 10);

    /** Names the traffic. */
    public AdamBenchmark() {
        super(4, 4, 3, 1e-6);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.optimizers().adam(workers, STEP, x.matrices[1], x.matrices[3], x.matrices[0], x.matrices[2]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.adam(STEP, x.matrices[1], x.matrices[3], x.matrices[0], x.matrices[2]);
        return 0;
    }
}
