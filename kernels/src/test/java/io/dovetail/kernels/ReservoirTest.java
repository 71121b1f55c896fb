package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReservoirTest {

    @ParameterizedTest
    @CsvSource({"1,1", "1,1000", "10,5", "10,10", "100,10000", "1000,1999", "5000,10000", "10000,10000"})
    void the_best_are_kept_in_order_whatever_the_order_of_offers(int limit, int offers) {
        Reservoir reservoir = new Reservoir();
        for (int round = 0; round < 3; round++) {
            Random random = new Random(limit + round);
            float[] scores = new float[offers];
            for (int i = 0; i < offers; i++) {
                // Few values for ties, both signs; ascending in the last round: the worst case for a threshold.
                scores[i] = round == 2 ? i : random.nextInt(offers) / 2 - offers / 4;
            }
            reservoir.clear(limit, offers);
            for (int row = 0; row < offers; row++) {
                long key = Reservoir.key(scores[row], row);
                if (reservoir.wants(key)) {
                    reservoir.add(key);
                }
            }
            int[] expected = IntStream.range(0, offers)
                    .boxed()
                    .sorted((a, b) -> scores[a] == scores[b] ? a - b : Float.compare(scores[b], scores[a]))
                    .mapToInt(Integer::intValue)
                    .limit(limit)
                    .toArray();
            assertEquals(expected.length, reservoir.sortBest());
            int[] found =
                    IntStream.range(0, expected.length).map(reservoir::row).toArray();
            assertArrayEquals(expected, found, () -> Arrays.toString(scores));
            assertEquals(scores[expected[0]], reservoir.score(0));
        }
    }

    @Test
    void it_wants_everything_until_it_is_full() {
        Reservoir reservoir = new Reservoir();
        reservoir.clear(1, 1000);
        assertEquals(Float.NEGATIVE_INFINITY, reservoir.threshold());
        assertTrue(reservoir.wants(Reservoir.key(Float.NEGATIVE_INFINITY, 5)));
        reservoir.add(Reservoir.key(1, 2));
        reservoir.add(Reservoir.key(0, 3));
        reservoir.keepBest();
        assertEquals(1, reservoir.threshold());
        assertFalse(reservoir.wants(Reservoir.key(1, 3)));
        assertTrue(reservoir.wants(Reservoir.key(1, 1)));
    }

    @Test
    void a_reservoir_that_cannot_be_is_refused() {
        Reservoir reservoir = new Reservoir();
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> reservoir.clear(0, 5))
                .getMessage());
        assertTrue(message.contains("the best 0 of at most 5"), message);
        assertThrows(IllegalArgumentException.class, () -> reservoir.clear(1 << 30, 1 << 30));
        reservoir.clear(3, 0);
        assertEquals(0, reservoir.sortBest());
        assertThrows(IndexOutOfBoundsException.class, () -> reservoir.row(0));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,3", "3,64", "100,1000", "100,100000", "128,257", "1000,5000"})
    void both_kernels_find_what_a_full_sort_finds_in_any_order(int wanted, int count) {
        Random random = new Random(wanted + count);
        for (Order order : Order.values()) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = order.value(random, i, count);
            }
            int base = 7;
            int[] expected = IntStream.range(0, count)
                    .filter(i -> !Float.isNaN(values[i]))
                    .boxed()
                    .sorted((a, b) -> Float.compare(values[b], values[a]))
                    .mapToInt(i -> base + i)
                    .limit(wanted)
                    .toArray();
            for (SearchKernels kernels :
                    List.of(Kernels.scalar().search(), Kernels.vector().search())) {
                assertArrayEquals(expected, best(kernels, values, base, wanted), order + " of " + count);
            }
        }
    }

    /** Orders that are hard on a threshold. Sorting is stable: of equal scores the first comes first. */
    private enum Order {
        RANDOM,
        ASCENDING,
        DESCENDING,
        EQUAL,
        EXTREMES,
        NANS,
        DENORMALS;

        private static final float[] EXTREME = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MAX_VALUE
        };

        float value(Random random, int i, int count) {
            return switch (this) {
                case RANDOM -> (float) random.nextGaussian();
                case ASCENDING -> i;
                case DESCENDING -> count - i;
                case EQUAL -> -3;
                case EXTREMES -> EXTREME[random.nextInt(EXTREME.length)];
                case NANS -> Float.NaN;
                case DENORMALS -> random.nextInt(1000) * Float.MIN_VALUE;
            };
        }
    }

    /** In two parts, so that the threshold of the first meets the rows of the second, and these go first. */
    private static int[] best(SearchKernels kernels, float[] values, int base, int wanted) {
        try (Arena arena = Arena.ofConfined()) {
            Framed framed = new Framed(arena, 1);
            Matrix scores = framed.zeros(1, values.length);
            MemorySegment.copy(values, 0, scores.data(), Matrix.FLOAT, 0, values.length);
            int half = values.length / 2;
            Reservoir reservoir = new Reservoir();
            reservoir.clear(wanted, values.length);
            kernels.offer(scores.columns(half, values.length - half), values.length - half, base + half, reservoir);
            kernels.offer(scores, half, base, reservoir);
            int[] rows = new int[reservoir.sortBest()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = reservoir.row(i);
                assertEquals(values[rows[i] - base], reservoir.score(i));
            }
            framed.assertIntact();
            return rows;
        }
    }
}
