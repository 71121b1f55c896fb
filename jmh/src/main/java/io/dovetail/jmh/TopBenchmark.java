package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Reservoir;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The best 100 of 1,000,000 scores, beside reading them once, which is the limit. With one array its 4 MB stay in the
 * third-level cache; with sixteen, taken in turn, each comes from memory.
 *
 * <p>Ascending scores all reach the threshold of those before; the first threshold, from a sample, spares most.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class TopBenchmark {
    private static final int COUNT = 1_000_000;
    private static final int K = 100;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"1", "16"})
    int arrays = 0;

    @Param({"random", "ascending"})
    String order = "";

    private final Arena arena = Arena.ofShared();
    private final Reservoir best = new Reservoir();
    private Matrix[] scores = {};
    private SearchKernels kernels = Kernels.scalar().search();
    private int next = 0;

    @Setup
    public void setUp() {
        Random random = new Random(1);
        scores = new Matrix[arrays];
        for (int i = 0; i < arrays; i++) {
            float[] values = new float[COUNT];
            for (int j = 0; j < COUNT; j++) {
                values[j] = random.nextFloat();
            }
            if (order.equals("ascending")) {
                Arrays.sort(values);
            }
            scores[i] = Matrix.allocate(arena, 1, COUNT);
            MemorySegment.copy(values, 0, scores[i].data(), Matrix.FLOAT, 0, COUNT);
        }
        kernels = Fixtures.kernels(backend).search();
        next = arrays - 1;
        float[] expected = scores[0].toArray()[0];
        Arrays.sort(expected);
        int found = best();
        Fixtures.require(found == K && best.score(K - 1) == expected[COUNT - K], "offer");
        Fixtures.requireNoAllocation("offer", this::best);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    private Matrix nextScores() {
        next = (next + 1) % arrays;
        return scores[next];
    }

    /** The best 100, in order. */
    @Benchmark
    public int best() {
        best.clear(K, COUNT);
        kernels.offer(nextScores(), COUNT, 0, best);
        return best.sortBest();
    }

    /** The sum of the scores: what reading costs, whatever the backend. */
    @Benchmark
    public float read() {
        return sum(nextScores().data());
    }

    private static float sum(MemorySegment data) {
        int lanes = FLOATS.length();
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int i = 0; i + 4 * lanes <= COUNT; i += 4 * lanes) {
            sum0 = sum0.add(load(data, i));
            sum1 = sum1.add(load(data, i + lanes));
            sum2 = sum2.add(load(data, i + 2 * lanes));
            sum3 = sum3.add(load(data, i + 3 * lanes));
        }
        return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
    }

    private static FloatVector load(MemorySegment data, int i) {
        return FloatVector.fromMemorySegment(FLOATS, data, (long) i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
