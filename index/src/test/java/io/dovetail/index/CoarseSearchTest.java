package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against all lists in the order of their scores, of which many are equal: elements are small whole numbers. */
final class CoarseSearchTest {
    private static final int LISTS = 70; // no multiple of a panel
    private static final int DIMENSION = 3;

    private final Arena arena = Arena.ofConfined();
    private final Matrix centroids = whole(LISTS, 1);
    private final Matrix query = whole(1, 2);
    private final CoarseSearch search = searchOf(centroids);

    @AfterEach
    void close() {
        arena.close();
    }

    private Matrix whole(int rows, long seed) {
        Random random = new Random(seed);
        Matrix matrix = Matrix.allocate(arena, rows, DIMENSION);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < DIMENSION; col++) {
                matrix.set(row, col, random.nextInt(-2, 3));
            }
        }
        return matrix;
    }

    private CoarseSearch searchOf(Matrix centroids) {
        CoarseQuantizer oneGroup = new CoarseQuantizer(centroids, centroids.rows(0, 1), new int[] {0, LISTS});
        CoarsePanels panels = new CoarsePanels(oneGroup, arena);
        return new CoarseSearch(panels, LISTS, Kernels.best().search(), CoarseSearch.scratch(panels), arena);
    }

    private float score(int list) {
        float sum = 0;
        for (int j = 0; j < DIMENSION; j++) {
            sum += query.get(0, j) * centroids.get(list, j);
        }
        return sum;
    }

    /** The scores of all lists, the greatest first. */
    private float[] descending() {
        return descending(IntStream.range(0, LISTS).toArray());
    }

    private float[] descending(int[] lists) {
        float[] scores = new float[lists.length];
        for (int i = 0; i < lists.length; i++) {
            scores[i] = -score(lists[i]);
        }
        Arrays.sort(scores);
        for (int i = 0; i < lists.length; i++) {
            scores[i] = 0 - scores[i];
        }
        return scores;
    }

    private int[] chosen(int from, int to) {
        int[] lists = IntStream.range(from, to).map(search::list).toArray();
        assertEquals(lists.length, Arrays.stream(lists).distinct().count());
        for (int place = from; place < to; place++) {
            assertEquals(score(search.list(place)), search.score(place));
        }
        return lists;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 17, 40, 69, 70})
    void the_best_lists_are_chosen(int wanted) {
        assertEquals(wanted, search.choose(query, wanted, null));
        assertArrayEquals(Arrays.copyOf(descending(), wanted), descending(chosen(0, wanted)));
        assertEquals(descending()[0], search.bestScore());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9, 20, 39})
    void the_best_of_the_chosen_come_forward_and_none_is_lost(int count) {
        int wanted = 40;
        search.choose(query, wanted, null);
        int[] before = chosen(0, wanted);

        search.bringForward(count);

        assertArrayEquals(Arrays.copyOf(descending(), count), descending(chosen(0, count)));
        int[] after = chosen(0, wanted);
        Arrays.sort(before);
        Arrays.sort(after);
        assertArrayEquals(before, after);
    }

    @Test
    void lists_that_reach_a_score_are_added_up_to_a_number_the_best_of_them() {
        search.choose(query, 3, null);
        int[] first = chosen(0, 3);
        float least = descending()[20];
        int reach = (int)
                IntStream.range(0, LISTS).filter(list -> score(list) >= least).count();

        assertEquals(reach, search.chooseFrom(query, least, least, LISTS));
        assertArrayEquals(first, chosen(0, 3));
        assertArrayEquals(Arrays.copyOf(descending(), reach), descending(chosen(0, reach)));

        search.choose(query, 3, null);
        assertEquals(11, search.chooseFrom(query, least, least, 11));
        assertArrayEquals(first, chosen(0, 3));
        assertArrayEquals(Arrays.copyOf(descending(), 11), descending(chosen(0, 11)));
    }
}
