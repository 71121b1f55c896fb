package io.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.data.TestDatasets;
import io.dovetail.data.Vocabulary;
import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.Workers;
import io.dovetail.model.CountingArena;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EvaluatorTest {
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Engine engine = new Engine(Kernels.best(), workers);

    @AfterEach
    void close() {
        workers.close();
        arena.close();
    }

    /** Whole numbers, so that scores are exact and often tie; a few are no numbers. */
    private Matrix vectors(int rows, int cols, SplittableRandom random, boolean holes) {
        Matrix vectors = Matrix.allocate(arena, rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                vectors.set(i, j, random.nextInt(-2, 3));
            }
            if (holes && random.nextInt(20) == 0) {
                vectors.set(i, 0, Float.NaN);
            }
        }
        return vectors;
    }

    private static int rank(Scope scope, Dataset data, Holdout holdout, int user, Matrix users, Matrix items) {
        Interactions events = data.interactions();
        Set<Integer> history = new HashSet<>();
        int target = -1;
        for (int e = events.start(user); e < events.start(user + 1); e++) {
            if (holdout.fits(events.part(e))) {
                history.add(events.item(e));
            } else if (events.part(e) == holdout.target()) {
                target = events.item(e);
            }
        }
        if (target < 0) {
            return 0;
        }
        int rank = 1;
        for (int item = 0; item < items.rows(); item++) {
            boolean below = score(users, user, items, item) < score(users, user, items, target);
            boolean away = scope == Scope.CATEGORY
                    && data.categories().of(item) != data.categories().of(target);
            rank += item == target || history.contains(item) || below || away ? 0 : 1;
        }
        return rank;
    }

    private static float score(Matrix users, int user, Matrix items, int item) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int vector = 0; vector < users.cols(); vector += items.cols()) {
            float score = 0;
            for (int j = 0; j < items.cols(); j++) {
                score += users.get(user, vector + j) * items.get(item, j);
            }
            greatest = Math.max(greatest, score);
        }
        return greatest;
    }

    @ParameterizedTest
    @CsvSource({"VALID, 1", "TEST, 1", "VALID, 4", "TEST, 2"})
    void ranksEqualThoseByBruteForce(Holdout holdout, int interests) {
        // More users than a block of the evaluator; short logs, so that some have no target.
        Dataset data = TestDatasets.planted(300, 90, 4, 5, 1);
        SplittableRandom random = new SplittableRandom(3);
        for (boolean holes : new boolean[] {false, true}) {
            Matrix users = vectors(300, 3 * interests, random, holes);
            Matrix items = vectors(90, 3, random, holes);
            int[] expected = IntStream.range(0, 300)
                    .map(user -> rank(Scope.CATALOGUE, data, holdout, user, users, items))
                    .toArray();
            assertArrayEquals(expected, new Evaluator(engine, data, holdout).ranks(users, items));
        }
    }

    /** By brute force: those of the category that score at least as much, less the history. */
    @ParameterizedTest
    @CsvSource({"VALID, 1", "TEST, 3"})
    void ranksWithinACategoryEqualThoseByBruteForce(Holdout holdout, int interests) {
        Dataset data = TestDatasets.planted(300, 90, 4, 5, 1);
        SplittableRandom random = new SplittableRandom(5);
        Matrix users = vectors(300, 3 * interests, random, false);
        Matrix items = vectors(90, 3, random, false);
        Evaluator evaluator = new Evaluator(engine, data, holdout);
        int[] ranks = evaluator.ranks(Scope.CATEGORY, UserVectors.of(users), items);
        Matrix ones = Matrix.allocate(arena, 300, 1);
        Matrix counts = Matrix.allocate(arena, 90, 1);
        ones.fill(1);
        Interactions events = data.interactions();
        for (int e = 0; e < events.size(); e++) {
            if (holdout.fits(events.part(e))) {
                counts.set(events.item(e), 0, counts.get(events.item(e), 0) + 1);
            }
        }
        int[] popular = evaluator.popularityRanks(Scope.CATEGORY);
        for (int user = 0; user < 300; user++) {
            assertEquals(rank(Scope.CATEGORY, data, holdout, user, users, items), ranks[user], "user " + user);
            assertEquals(rank(Scope.CATEGORY, data, holdout, user, ones, counts), popular[user], "popularity " + user);
        }
    }

    /** Items 0 to 3 with falling scores, or what the test says. */
    private int rankOf(int[] logged, Part[] parts, float... scores) {
        int[] user = new int[logged.length];
        Dataset data = dataset(1, scores.length, user, logged, parts);
        Matrix users = Matrix.copyOf(arena, new float[][] {{1}});
        Matrix items = Matrix.allocate(arena, scores.length, 1);
        for (int i = 0; i < scores.length; i++) {
            items.set(i, 0, scores[i]);
        }
        return new Evaluator(engine, data, Holdout.TEST).ranks(users, items)[0];
    }

    private static Dataset dataset(int users, int items, int[] user, int[] item, Part[] parts) {
        List<String> names = IntStream.range(0, items).mapToObj(i -> "i" + i).toList();
        long[] times = IntStream.range(0, user.length).asLongStream().toArray();
        return new Dataset(
                "hand-made",
                Vocabulary.of(IntStream.range(0, users).mapToObj(u -> "u" + u).toList()),
                Vocabulary.of(names),
                Interactions.of(users, items, user, item, times, parts),
                List.of(),
                List.of(),
                Categories.of(
                        Vocabulary.of(List.of("even", "odd", "none")),
                        IntStream.range(0, items).map(i -> i % 2).toArray()),
                names);
    }

    @Test
    void anItemOfTheSameScoreCountsAsAbove() {
        assertEquals(3, rankOf(new int[] {1}, new Part[] {Part.TEST}, 2, 1, 1, 0));
    }

    @Test
    void aScoreThatIsNoNumberCountsAsAbove() {
        assertEquals(2, rankOf(new int[] {1}, new Part[] {Part.TEST}, Float.NaN, 1, 0, 0));
        assertEquals(4, rankOf(new int[] {1}, new Part[] {Part.TEST}, 0, Float.NaN, 0, 0));
    }

    @Test
    void theHistoryIsLeftOutOnceHoweverOftenItRepeats() {
        Part[] parts = {Part.TRAIN, Part.TRAIN, Part.VALID, Part.TEST};
        assertEquals(2, rankOf(new int[] {0, 0, 0, 2}, parts, 5, 4, 3, 2));
        assertEquals(1, rankOf(new int[] {0, 1, 0, 2}, parts, 5, 4, 3, 2));
    }

    @Test
    void theTargetIsNeverLeftOut() {
        Part[] parts = {Part.TRAIN, Part.VALID, Part.TEST};
        assertEquals(2, rankOf(new int[] {2, 0, 2}, parts, 5, 4, 3, 2));
    }

    @Test
    void aUserWithoutATargetHasNoRank() {
        assertEquals(0, rankOf(new int[] {2, 0}, new Part[] {Part.TRAIN, Part.VALID}, 5, 4, 3, 2));
    }

    @Test
    void figuresFollowTheirFormulas() {
        Metrics.Accumulator accumulator = new Metrics.Accumulator();
        int[] ranks = {1, 2, 10, 11, 50, 51, 100, 101};
        IntStream.of(ranks).forEach(accumulator::add);
        Metrics metrics = accumulator.metrics();
        assertEquals(8, metrics.users());
        assertEquals(3 / 8.0, metrics.hr10());
        assertEquals(5 / 8.0, metrics.hr50());
        assertEquals(7 / 8.0, metrics.hr100());
        double reciprocal = 1 + 0.5 + 0.1 + 1 / 11.0 + 0.02 + 1 / 51.0 + 0.01 + 1 / 101.0;
        assertEquals(reciprocal / 8, metrics.mrr(), 1e-15);
        // 1 / log2(3) is 0.63093, 1 / log2(11) is 0.28906.
        assertEquals((1 + 0.6309297535714574 + 0.2890648263178879) / 8, metrics.ndcg10(), 1e-15);
        assertTrue(metrics.line().startsWith("HR@10 0.3750  HR@50 0.6250  HR@100 0.8750"), metrics.line());
        assertEquals(new Metrics(0, 0, 0, 0, 0, 0), new Metrics.Accumulator().metrics());
    }

    /** 20 items; item i has 20 - i train events, so that it is the i-th most popular. User u's target is item u. */
    @Test
    void usersAreGroupedByTheirTarget() {
        int count = 20;
        int[] user = new int[count * (count + 1) / 2 + count];
        int[] item = new int[user.length];
        Part[] parts = new Part[user.length];
        int e = 0;
        for (int i = 0; i < count; i++) {
            for (int u = 0; u < count - i; u++) {
                user[e] = count;
                item[e] = i;
                parts[e++] = Part.TRAIN;
            }
        }
        for (int u = 0; u < count; u++) {
            user[e] = u;
            item[e] = u;
            parts[e++] = Part.VALID;
        }
        Dataset data = dataset(count + 1, count, user, item, parts);
        Evaluator evaluator = new Evaluator(engine, data, Holdout.VALID);
        EvaluationReport popularity = evaluator.evaluatePopularity();
        assertEquals(Holdout.VALID, popularity.holdout());
        assertEquals(count, popularity.overall().users());
        assertEquals(0.5, popularity.overall().hr10());
        assertEquals(1, popularity.overall().hr50());
        double mrr = IntStream.rangeClosed(1, count).mapToDouble(r -> 1.0 / r).sum() / count;
        assertEquals(mrr, popularity.overall().mrr(), 1e-15);
        assertEquals(Set.of("even", "odd"), popularity.categories().keySet());
        Metrics odd = Objects.requireNonNull(popularity.categories().get("odd"));
        assertEquals(10, odd.users());
        double oddMrr =
                IntStream.rangeClosed(1, 10).mapToDouble(n -> 0.1 / (2 * n)).sum();
        assertEquals(oddMrr, odd.mrr(), 1e-15);
        assertEquals(10, popularity.cold().users());
        assertEquals(0, popularity.cold().hr10());
        assertEquals(2, popularity.hot().users());
        assertEquals(0.75, popularity.hot().mrr());
        int[] ranks = evaluator.popularityRanks(Scope.CATALOGUE);
        int[] ofOdd = evaluator.ranksIn(CategorySize.MIDDLE, ranks);
        assertEquals(odd, evaluator.report(ofOdd).overall());
        assertEquals(0, ofOdd[0]);
        assertEquals(2, ofOdd[1]);
        assertEquals(
                0,
                evaluator
                        .report(evaluator.ranksIn(CategorySize.SMALL, ranks))
                        .overall()
                        .users());
    }

    @Test
    void ranksAreKeptBySizeOfTheTargetsCategory() {
        int[] category = {0, 0, 0, 0, 1, 1, 1, 2, 3};
        Categories categories = Categories.of(Vocabulary.of(List.of("a", "b", "c", "d")), category);
        assertArrayEquals(
                new CategorySize[] {CategorySize.LARGEST, CategorySize.MIDDLE, CategorySize.SMALL, CategorySize.SMALL},
                CategorySize.of(categories));
        assertArrayEquals(
                new CategorySize[] {CategorySize.LARGEST}, CategorySize.of(Categories.none(3)), "one holds all");
    }

    /** Users and items fill no block of the evaluator, but for one; the dimension fills no vector register. */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 33})
    void ranksAreThoseOfOneWholeProduct(int dimension) {
        Dataset data = TestDatasets.planted(700, 4500, 5, 9, 1);
        SplittableRandom random = new SplittableRandom(7);
        Matrix users = gaussians(700, dimension, random);
        Matrix items = gaussians(4500, dimension, random);
        for (int i = 0; i < 4500; i += 3) {
            items.rows(i, 1).copyFrom(items.rows(i / 2, 1)); // equal vectors in other blocks must tie
        }
        for (Kernels kernels : new Kernels[] {Kernels.best(), Kernels.scalar()}) {
            Evaluator evaluator = new Evaluator(new Engine(kernels, workers), data, Holdout.VALID);
            Matrix scores = Matrix.allocate(arena, 700, 4500);
            kernels.matrices().gemm(workers, Form.NT, 1, users, items, 0, scores, Epilogue.none());
            int[] ranks = evaluator.ranks(users, items);
            assertTrue(evaluator.users().length > 600);
            for (int user : evaluator.users()) {
                assertEquals(rank(data, user, scores), ranks[user]);
            }
        }
    }

    private Matrix gaussians(int rows, int cols, SplittableRandom random) {
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix.set(i, j, (float) random.nextGaussian());
            }
        }
        return matrix;
    }

    private static int rank(Dataset data, int user, Matrix scores) {
        Interactions events = data.interactions();
        Set<Integer> history = new HashSet<>();
        int target = -1;
        for (int e = events.start(user); e < events.start(user + 1); e++) {
            if (Holdout.VALID.fits(events.part(e))) {
                history.add(events.item(e));
            } else if (events.part(e) == Part.VALID) {
                target = events.item(e);
            }
        }
        int rank = 1;
        for (int item = 0; item < scores.cols(); item++) {
            boolean counts = item != target && !history.contains(item);
            rank += counts && scores.get(user, item) >= scores.get(user, target) ? 1 : 0;
        }
        return rank;
    }

    @Test
    void aSampleRanksItsUsersAsAllAreRanked() {
        Dataset data = TestDatasets.planted(300, 90, 4, 9, 1);
        SplittableRandom random = new SplittableRandom(3);
        Matrix users = vectors(300, 3, random, false);
        Matrix items = vectors(90, 3, random, false);
        Evaluator whole = new Evaluator(engine, data, Holdout.TEST);
        int[] all = whole.ranks(users, items);
        Evaluator some = new Evaluator(engine, data, Holdout.TEST, new UserSample(50, 5));
        int[] ranks = some.ranks(users, items);
        assertEquals(50, IntStream.of(ranks).filter(rank -> rank > 0).count());
        for (int user : some.users()) {
            assertEquals(all[user], ranks[user]);
        }
        EvaluationReport report = some.evaluate(users, items);
        assertTrue(report.isSample());
        assertEquals(whole.users().length, report.candidates());
        assertEquals(50, report.overall().users());
        assertEquals(50, some.evaluatePopularity().overall().users());
        assertFalse(whole.evaluate(users, items).isSample());
    }

    @Test
    void aSampleTakesEachUserAsOftenAsAnother() {
        int[] candidates = IntStream.range(0, 20).map(i -> 3 * i).toArray();
        int[] times = new int[60];
        for (int seed = 0; seed < 4000; seed++) {
            int[] drawn = new UserSample(5, seed).draw(candidates);
            assertEquals(5, drawn.length);
            assertArrayEquals(IntStream.of(drawn).sorted().distinct().toArray(), drawn);
            IntStream.of(drawn).forEach(user -> times[user]++);
        }
        // Each is drawn 1000 times in the mean, with a deviation of 27.
        for (int candidate : candidates) {
            assertEquals(1000, times[candidate], 6 * 27);
        }
        assertArrayEquals(candidates, new UserSample(20, 1).draw(candidates));
        assertArrayEquals(candidates, UserSample.all().draw(candidates));
    }

    @Test
    void aSampleOfNobodyIsRefused() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> new UserSample(0, 1));
        assertEquals("users: a sample needs at least 1, is 0", refusal.getMessage());
    }

    @Test
    void memoryDoesNotGrowWithUsersOrItems() {
        CountingArena small = new CountingArena(arena);
        CountingArena large = new CountingArena(arena);
        rankFirst(small, 10, 100);
        rankFirst(large, 5_000, 20_000);
        assertEquals(small.bytes(), large.bytes());
        assertTrue(large.bytes() < workers.threads() * (3L << 20), large.bytes() + " bytes");
    }

    /** The target of each user is item 0, which scores as much as every other. */
    private void rankFirst(CountingArena counting, int users, int items) {
        int[] rows = IntStream.range(0, users).toArray();
        Matrix itemVectors = Matrix.allocate(arena, items, 1);
        UserVectors vectors = new UserVectors() {
            @Override
            public int width() {
                return 1;
            }

            @Override
            public void copy(int[] chunk, Matrix out) {
                out.fill(0);
            }
        };
        int[] ranks = new int[users];
        new TargetRanks(engine, counting, 1, 1)
                .rank(
                        rows,
                        vectors,
                        itemVectors,
                        new TargetRanks.Task() {
                            @Override
                            public int target(int user) {
                                return 0;
                            }

                            @Override
                            public int[] leftOut(int user) {
                                return new int[] {1, items - 1};
                            }
                        },
                        ranks);
        assertTrue(IntStream.of(ranks).allMatch(rank -> rank == items - 2));
    }

    @Test
    void aConstantModelGetsNothing() {
        Dataset data = TestDatasets.planted(50, 200, 4, 9, 1);
        Matrix users = Matrix.allocate(arena, 50, 4);
        Matrix items = Matrix.allocate(arena, 200, 4);
        users.fill(0.5f);
        items.fill(0.5f);
        Metrics metrics =
                new Evaluator(engine, data, Holdout.TEST).evaluate(users, items).overall();
        assertTrue(metrics.users() > 40);
        assertEquals(0, metrics.hr100());
        assertTrue(metrics.mrr() < 1 / 180.0);
    }
}
