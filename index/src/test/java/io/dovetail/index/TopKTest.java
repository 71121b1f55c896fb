package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopKTest {

    private record Pair(float score, long id) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 99, 100, 200})
    void keepsTheBestWithTiesBrokenBySmallerId(int k) {
        Random random = new Random(k);
        List<Pair> pairs = new ArrayList<>();
        TopK top = new TopK(200);
        top.clear(k);
        for (int i = 0; i < 100; i++) {
            Pair pair = new Pair(random.nextInt(20), random.nextLong());
            pairs.add(pair);
            top.offer(pair.score(), pair.id());
        }
        top.sort();
        pairs.sort(Comparator.comparingDouble(Pair::score).reversed().thenComparingLong(Pair::id));
        assertEquals(Math.min(k, 100), top.size());
        for (int place = 0; place < top.size(); place++) {
            assertEquals(pairs.get(place), new Pair(top.score(place), top.id(place)));
        }
    }

    /** The worst first, the best first, and the worst first but for one. */
    @ParameterizedTest
    @ValueSource(strings = {"1 2 3 4 5", "5 4 3 2 1", "1 2 4 3 5", "2 1 3 4 5", "1 2 3 5 4", "1 2 2 2 3", "1 1 1 1 1"})
    void isInOrderWhateverTheOrderOfTheOffers(String scores) {
        TopK top = new TopK(10);
        top.clear(5);
        List<Pair> pairs = new ArrayList<>();
        for (String score : scores.split(" ", -1)) {
            Pair pair = new Pair(Float.parseFloat(score), 100 - pairs.size());
            pairs.add(pair);
            top.offer(pair.score(), pair.id());
        }
        top.sort();
        pairs.sort(Comparator.comparingDouble(Pair::score).reversed().thenComparingLong(Pair::id));
        for (int place = 0; place < 5; place++) {
            assertEquals(pairs.get(place), new Pair(top.score(place), top.id(place)));
        }
    }

    @Test
    void startsAnewWhenCleared() {
        TopK top = new TopK(3);
        top.offer(9, 9);
        top.clear(1);
        assertEquals(Float.NEGATIVE_INFINITY, top.threshold());
        top.offer(1, 1);
        assertEquals(1, top.threshold());
        assertEquals(1, top.size());
    }

    @Test
    void refusesWhatItCannotHold() {
        assertThrows(IllegalArgumentException.class, () -> new TopK(0));
        TopK top = new TopK(3);
        assertThrows(IllegalArgumentException.class, () -> top.clear(4));
        assertThrows(IllegalArgumentException.class, () -> top.clear(0));
        assertThrows(IndexOutOfBoundsException.class, () -> top.id(0));
    }
}
