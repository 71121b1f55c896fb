package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CandidatesTest {

    @ParameterizedTest
    @CsvSource({"1,1", "1,1000", "10,5", "10,10", "100,10000", "1000,1999", "5000,10000", "10000,10000"})
    void keepsTheBestInOrderWhateverTheOrderOfOffers(int limit, int offers) {
        Candidates candidates = new Candidates();
        for (int round = 0; round < 3; round++) {
            Random random = new Random(limit + round);
            float[] scores = new float[offers];
            for (int i = 0; i < offers; i++) {
                // Few values for ties, both signs; ascending in the last round: the worst case for a threshold.
                scores[i] = round == 2 ? i : random.nextInt(offers) / 2 - offers / 4;
            }
            candidates.clear(limit, offers);
            for (int row = 0; row < offers; row++) {
                long key = Candidates.key(scores[row], row);
                if (candidates.wants(key)) {
                    candidates.add(key);
                }
            }
            int[] expected = IntStream.range(0, offers)
                    .boxed()
                    .sorted((a, b) -> scores[a] == scores[b] ? a - b : Float.compare(scores[b], scores[a]))
                    .mapToInt(Integer::intValue)
                    .limit(limit)
                    .toArray();
            assertEquals(expected.length, candidates.sortBest());
            int[] found =
                    IntStream.range(0, expected.length).map(candidates::row).toArray();
            assertArrayEquals(expected, found, () -> Arrays.toString(scores));
            assertEquals(scores[expected[0]], candidates.score(0));
        }
    }

    @Test
    void wantsEverythingUntilItIsFull() {
        Candidates candidates = new Candidates();
        candidates.clear(1, 1000);
        assertEquals(Float.NEGATIVE_INFINITY, candidates.threshold());
        assertTrue(candidates.wants(Candidates.key(Float.NEGATIVE_INFINITY, 5)));
        candidates.add(Candidates.key(1, 2));
        candidates.add(Candidates.key(0, 3));
        candidates.keepBest();
        assertEquals(1, candidates.threshold());
        assertFalse(candidates.wants(Candidates.key(1, 3)));
        assertTrue(candidates.wants(Candidates.key(1, 1)));
    }
}
