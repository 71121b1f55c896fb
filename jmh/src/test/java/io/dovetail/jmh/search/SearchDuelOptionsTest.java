package io.dovetail.jmh.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchDuelOptionsTest {

    @Test
    void allVectorsComeBeforeAnyFilter() {
        SearchDuelOptions several = SearchDuelOptions.parse("--json", "a/faiss.json", "--accept", "0.01,1,0.5");
        assertEquals(List.of("1", "0.5", "0.01"), List.copyOf(several.accepted().keySet()));
        assertEquals(Path.of("a/faiss-0.01.json"), several.json("0.01"));
        assertEquals(
                Path.of("a.json"), SearchDuelOptions.parse("--json", "a.json").json("1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1.5", "NaN", "half", ""})
    void refusesSharesThatAreNone(String share) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> SearchDuelOptions.parse("--json", "a.json", "--accept", share));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("--accept: "), () -> "" + refused);
    }

    @Test
    void saysWhatTheVectorsAre() {
        assertTrue(SearchDuelOptions.parse("--json", "a.json").data().endsWith("all of length 1."));
        assertTrue(SearchDuelOptions.parse("--json", "a.json", "--lengths", "0.5")
                .data()
                .endsWith("standard deviation of 0.5."));
        assertEquals(
                "Vectors of words.fvecs.",
                SearchDuelOptions.parse("--json", "a.json", "--base", "b/words.fvecs")
                        .data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.5", "NaN", "Infinity", "long"})
    void refusesLengthsThatAreNone(String lengths) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> SearchDuelOptions.parse("--json", "a.json", "--lengths", lengths));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("--lengths: "), () -> "" + refused);
    }
}
