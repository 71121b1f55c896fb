package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The steps of an epoch allocate nothing on the heap, on any thread, whatever number of distinct items their batches have;
 * an epoch allocates a little before and after its steps. This holds of compiled code: before, objects that do not escape are
 * made all the same. So epochs pass until some in a row have allocated nothing; training that allocates does not get there,
 * however many there are. On scalar kernels: whether C2 boxes vectors of the others is for their benchmarks to say.
 */
final class StepAllocationTest {
    private static final int IN_A_ROW = 10;
    private static final int MOST_EPOCHS = 3000;

    /** An arena, the losses, and the objects of a refresh of means; nothing that grows with the number of steps. */
    private static final long BYTES_OF_EPOCH = 4096;

    /** What the caller and the workers have allocated; itself without an allocation. */
    private static final class Meter implements Trainer.Progress {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] ids = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.equals(Thread.currentThread())
                        || thread.getName().startsWith("dovetail-worker-"))
                .mapToLong(Thread::threadId)
                .toArray();
        private long afterFirstStep;
        private long afterLastStep;

        long bytes() {
            long bytes = 0;
            for (long id : ids) {
                bytes += threads.getThreadAllocatedBytes(id);
            }
            return bytes;
        }

        @Override
        public void step(int step, int steps, long pairs) {
            if (step == 1) {
                afterFirstStep = bytes();
            }
            if (step == steps) {
                afterLastStep = bytes();
            }
        }

        /** Of all steps of an epoch but the first. */
        long bytesOfSteps() {
            return afterLastStep - afterFirstStep;
        }
    }

    @ParameterizedTest(name = "{0} on {1} threads with {2}")
    @CsvSource({
        "dat-paper, 1, layers=16-8",
        "dat-paper, 2, layers=16-8",
        "dat, 1, layers=16-8",
        "twotower, 1, layers=16-8",
        "dat-scaled, 1, sampling=shared",
        "twotower, 1, history-table=item-id",
        "dat, 1, clip=0.01",
        "dat-paper, 1, augmented-input=leave-one-out",
        "dat-paper, 2, dropout=0.2",
    })
    void aStepAllocatesNothing(String name, int threads, String setting) {
        int equals = setting.indexOf('=');
        String augmented = name.startsWith("dat") ? "8" : "0";
        Recipe recipe = Recipes.named(name)
                .withAll(Map.of("layers", "16-8", "embedding", "8", "augmented", augmented))
                .withAll(Map.of("batch", "64", "negatives", "4", "epochs", "1000000"))
                .with(setting.substring(0, equals), setting.substring(equals + 1));
        Dataset data = TestDatasets.planted(200, 300, 4, 12, 5);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(threads)) {
            Trainer trainer = new Trainer(new Engine(Kernels.scalar(), workers), arena, data, recipe, Holdout.VALID);
            Meter meter = new Meter();
            int quiet = 0;
            long ofSteps = 0;
            long ofEpoch = 0;
            for (int epoch = 0; epoch < MOST_EPOCHS && quiet < IN_A_ROW; epoch++) {
                long before = meter.bytes();
                trainer.runEpoch(meter);
                ofEpoch = meter.bytes() - before;
                ofSteps = meter.bytesOfSteps();
                quiet = ofSteps == 0 && ofEpoch <= BYTES_OF_EPOCH ? quiet + 1 : 0;
            }
            assertEquals(IN_A_ROW, quiet, "bytes: " + ofSteps + " of steps, " + ofEpoch + " of the whole epoch");
        }
    }
}
