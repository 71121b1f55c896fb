package io.dovetail.jmh;

import io.dovetail.data.Categories;
import io.dovetail.data.ColumnSpec;
import io.dovetail.data.Dataset;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.data.Vocabulary;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.EpochLosses;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import io.dovetail.train.Trainer;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
 * A whole training step of the paper's DAT with S = 4: batch, both towers forward and backward, all losses, Adam. Time per
 * step. Users and items are drawn by Zipf's law, the tables are as large as the paper's Amazon set, and the first layer
 * reads id, one feature and the augmented vector.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class TrainStepBenchmark {
    private static final int STEPS = 48;
    private static final int USERS = 700_000;
    private static final int ITEMS = 250_000;
    private static final int SEGMENTS = 1000;
    private static final int CATEGORIES = 11;

    @Param({"vector"})
    String backend = "";

    @Param({"51", "256", "819", "3277"})
    int positives;

    @Param({"1", "2"})
    int threads;

    private final Arena arena = Arena.ofShared();
    private @Nullable Workers workers;
    private @Nullable Trainer trainer;

    @Setup
    public void setUp() {
        workers = Workers.of(threads);
        Recipe recipe =
                Recipes.paper().with("batch", Integer.toString(positives)).with("epochs", "1000000");
        Engine engine = new Engine(Fixtures.kernels(backend), workers);
        trainer = new Trainer(engine, arena, dataset(STEPS * positives), recipe, Holdout.VALID);
        EpochLosses losses = epoch();
        Fixtures.require(losses.objective() > 0 && losses.objective() < 20, "a sound step");
    }

    @TearDown
    public void tearDown() {
        Objects.requireNonNull(workers).close();
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public EpochLosses epoch() {
        return Objects.requireNonNull(trainer).runEpoch((step, steps, pairs) -> {});
    }

    private static Dataset dataset(int events) {
        Random random = new Random(1);
        int[] user = zipf(random, events, USERS, 0.6);
        Arrays.sort(user);
        int[] item = zipf(random, events, ITEMS, 0.9);
        Part[] parts = new Part[events];
        Arrays.fill(parts, Part.TRAIN);
        int[] category = zipf(random, ITEMS, CATEGORIES, 1.3);
        int[] segment = random.ints(USERS, 0, SEGMENTS).toArray();
        return new Dataset(
                "zipf",
                Vocabulary.of(numbers(USERS)),
                Vocabulary.of(numbers(ITEMS)),
                Interactions.of(USERS, ITEMS, user, item, new long[events], parts),
                List.of(Feature.of("segment", new ColumnSpec.Categorical(1), texts("s", segment))),
                List.of(Feature.of("category", new ColumnSpec.Categorical(1), texts("c", category))),
                Categories.of(
                        Vocabulary.of(IntStream.range(0, CATEGORIES)
                                .mapToObj(c -> "c" + c)
                                .toList()),
                        category),
                numbers(ITEMS));
    }

    /** Draws whose frequencies fall with a power of their rank; ranks lie anywhere. */
    private static int[] zipf(Random random, int count, int values, double exponent) {
        int shift = values > 100 ? 10 : 1;
        double[] sums = new double[values];
        double sum = 0;
        for (int i = 0; i < values; i++) {
            sum += Math.pow(i + shift, -exponent);
            sums[i] = sum;
        }
        int[] valueOfRank = IntStream.range(0, values).toArray();
        for (int i = values - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int value = valueOfRank[i];
            valueOfRank[i] = valueOfRank[j];
            valueOfRank[j] = value;
        }
        int[] draws = new int[count];
        for (int i = 0; i < count; i++) {
            int rank = Arrays.binarySearch(sums, random.nextDouble() * sum);
            draws[i] = valueOfRank[Math.min(values - 1, rank < 0 ? -rank - 1 : rank)];
        }
        return draws;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private static List<String> texts(String prefix, int[] values) {
        return Arrays.stream(values).mapToObj(value -> prefix + value).toList();
    }
}
