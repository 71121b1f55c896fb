package io.dovetail.jmh;

import io.dovetail.data.Categories;
import io.dovetail.data.ColumnSpec;
import io.dovetail.data.Dataset;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.data.Vocabulary;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.EpochLosses;
import io.dovetail.train.Recipe;
import io.dovetail.train.Trainer;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole training step: batch, both towers forward and backward, all losses, Adam. Time per step of 256 positives; with
 * {@code dat-paper} these are 1,280 pairs (S = 4).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class TrainStepBenchmark {
    private static final int STEPS = 40;
    private static final int BATCH = 256;
    private static final int USERS = 700_000;
    private static final int ITEMS = 250_000;
    private static final int CATEGORIES = 11;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"dat-paper", "dat"})
    String recipe = "";

    @Param({"1", "2"})
    int threads;

    private final Arena arena = Arena.ofShared();
    private Workers workers = Workers.of(1);
    private Trainer trainer =
            new Trainer(new Engine(Kernels.scalar(), workers), arena, dataset(8, 8), Recipe.paper(), Holdout.VALID);

    @Setup
    public void setUp() {
        workers.close();
        workers = Workers.of(threads);
        Kernels kernels = "scalar".equals(backend) ? Kernels.scalar() : Kernels.vector();
        Recipe settings =
                Recipe.named(recipe).with("batch", Integer.toString(BATCH)).with("epochs", "1000000");
        trainer = new Trainer(new Engine(kernels, workers), arena, dataset(USERS, ITEMS), settings, Holdout.VALID);
        EpochLosses losses = epoch();
        if (!(losses.objective() > 0 && losses.objective() < 20)) {
            throw new IllegalStateException("a loss of " + losses.objective() + " is no loss of a sound step");
        }
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public EpochLosses epoch() {
        return trainer.runEpoch((step, steps, pairs) -> {});
    }

    /** Uniform events, exactly {@link #STEPS} batches of them; the tables are as large as the paper's Amazon set. */
    private static Dataset dataset(int users, int items) {
        Random random = new Random(1);
        int events = STEPS * BATCH;
        int[] user = random.ints(events, 0, users).sorted().toArray();
        int[] item = random.ints(events, 0, items).toArray();
        Part[] parts = new Part[events];
        Arrays.fill(parts, Part.TRAIN);
        int[] category = IntStream.range(0, items)
                .map(i -> Math.min(CATEGORIES - 1, (int) (CATEGORIES * Math.pow(random.nextDouble(), 2))))
                .toArray();
        List<String> categories = Arrays.stream(category).mapToObj(c -> "c" + c).toList();
        List<String> segments =
                random.ints(users, 0, 1000).mapToObj(s -> "s" + s).toList();
        return new Dataset(
                "uniform",
                Vocabulary.of(numbers(users)),
                Vocabulary.of(numbers(items)),
                Interactions.of(users, items, user, item, new long[events], parts),
                List.of(Feature.of("segment", new ColumnSpec.Categorical(1), segments)),
                List.of(Feature.of("category", new ColumnSpec.Categorical(1), categories)),
                Categories.of(
                        Vocabulary.of(IntStream.range(0, CATEGORIES)
                                .mapToObj(c -> "c" + c)
                                .toList()),
                        category),
                numbers(items));
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }
}
