package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShortListTest {
    private static final int[] WANTED = {1, 2, 7, 11, 15, 16, 17, 40, 101, 256, 500};

    private final SearchKernels scalar = Kernels.scalar().search();
    private final SearchKernels vector = Kernels.vector().search();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private void check(Matrix scores, int count, int wanted) {
        Reservoir reservoir = new Reservoir();
        reservoir.clear(wanted, count);
        for (int i = 0; i < count; i++) {
            long key = Reservoir.key(scores.get(0, i), i);
            if (!Float.isNaN(scores.get(0, i)) && reservoir.wants(key)) {
                reservoir.add(key);
            }
        }
        int size = reservoir.sortBest();
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            ShortList list = new ShortList();
            kernels.select(scores, count, wanted, list);
            assertEquals(size, list.size(), () -> wanted + " of " + count);
            for (int rank = 0; rank < size; rank++) {
                assertEquals(reservoir.row(rank), list.place(rank));
                assertEquals(reservoir.score(rank), list.score(rank));
            }
            int[] places = new int[count];
            int found = kernels.selectPlaces(scores, count, wanted, list, places);
            int[] best = Arrays.copyOf(places, found);
            assertEquals(size, Arrays.stream(best).distinct().count(), () -> wanted + " of " + count);
            assertArrayEquals(
                    IntStream.range(0, size).mapToDouble(reservoir::score).toArray(),
                    Arrays.stream(best)
                            .mapToDouble(place -> scores.get(0, place))
                            .boxed()
                            .sorted(Comparator.reverseOrder())
                            .mapToDouble(score -> score)
                            .toArray(),
                    0,
                    () -> wanted + " of " + count);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 15, 16, 21, 31, 33, 63, 64, 65, 70, 128, 130, 250, 256, 257, 447, 448, 1000})
    void holds_what_a_reservoir_does(int count) {
        Random random = new Random(count);
        Matrix scores = Matrix.allocate(arena, 1, count + 5);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < scores.cols(); i++) {
                scores.set(0, i, (float) random.nextGaussian());
            }
            for (int wanted : WANTED) {
                check(scores, count, wanted);
            }
        }
    }

    @Test
    void takes_equal_scores_by_place_and_no_nan() {
        float[] values = {1, Float.NaN, 0f, -0f, 2, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 1};
        Random random = new Random(3);
        Matrix scores = Matrix.allocate(arena, 1, 300);
        for (int distinct = 1; distinct <= values.length; distinct++) {
            for (int i = 0; i < scores.cols(); i++) {
                scores.set(0, i, values[random.nextInt(distinct)]);
            }
            for (int wanted : WANTED) {
                check(scores, 300, wanted);
                check(scores, 40, wanted);
            }
        }
        scores.data().fill((byte) 0xff); // NaN, all of them
        check(scores, 300, 7);
        check(scores, 40, 7);
        for (int i = 0; i < 100; i++) {
            scores.set(0, i, -i % 3); // fewer than wanted are numbers
        }
        scores.set(0, 250, -1);
        check(scores, 300, 16);
    }

    @Test
    void keeps_nothing_of_the_selection_before() {
        Matrix scores = Matrix.allocate(arena, 1, 200);
        for (int i = 0; i < 200; i++) {
            scores.set(0, i, i);
        }
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            ShortList list = new ShortList();
            kernels.select(scores, 200, 150, list);
            kernels.select(scores, 5, 11, list);
            assertEquals(5, list.size());
            assertEquals(4, list.place(0));
            assertThrows(IndexOutOfBoundsException.class, () -> list.place(5));
            assertThrows(IndexOutOfBoundsException.class, () -> list.score(-1));
        }
    }

    @Test
    void refuses_what_is_not_there() {
        Matrix scores = Matrix.allocate(arena, 1, 20);
        ShortList list = new ShortList();
        assertThrows(IllegalArgumentException.class, () -> vector.select(scores, 21, 1, list));
        assertThrows(IllegalArgumentException.class, () -> vector.select(scores, -1, 1, list));
        assertThrows(IllegalArgumentException.class, () -> vector.select(scores, 20, 0, list));
        int[] places = new int[20];
        assertThrows(IllegalArgumentException.class, () -> vector.selectPlaces(scores, 21, 1, list, places));
        assertThrows(IllegalArgumentException.class, () -> vector.selectPlaces(scores, -1, 1, list, places));
        assertThrows(IllegalArgumentException.class, () -> vector.selectPlaces(scores, 20, 0, list, places));
        assertThrows(IllegalArgumentException.class, () -> vector.selectPlaces(scores, 20, 5, list, new int[19]));
    }
}
