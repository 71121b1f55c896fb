package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VocabularyTest {
    @Test
    void rowsFollowTheOrderOfFirstAppearance() {
        Vocabulary.Builder builder = new Vocabulary.Builder();
        assertEquals(0, builder.add("pear"));
        assertEquals(1, builder.add("apple"));
        assertEquals(0, builder.add("pear"));
        assertEquals(List.of("pear", "apple"), builder.build().ids());
    }

    @Test
    void everyIdLeadsToItsRowAndBack() {
        List<String> ids =
                IntStream.range(0, 10_000).mapToObj(i -> "id" + 7 * i).toList();
        Vocabulary vocabulary = Vocabulary.of(ids);
        assertEquals(ids.size(), vocabulary.size());
        for (int row = 0; row < ids.size(); row++) {
            assertEquals(row, vocabulary.row(vocabulary.id(row)));
        }
    }

    @Test
    void anUnknownIdIsMissing() {
        assertEquals(Vocabulary.MISSING, Vocabulary.of(List.of("a")).row("b"));
        assertEquals(Vocabulary.MISSING, Vocabulary.of(List.of()).row(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,a", "a,b,a", "b,a,a"})
    void aRepeatedIdIsRefusedByName(String repeated) {
        List<String> ids = List.of(repeated.split(",", -1));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(ids))
                .getMessage());
        assertTrue(message.contains("'a' comes twice"), message);
    }

    @Test
    void manyStringsOfAnyScriptKeepTheirRows() {
        Vocabulary.Builder builder = new Vocabulary.Builder();
        for (int i = 0; i < 100_000; i++) {
            assertEquals(i, builder.add(odd(i)));
        }
        Vocabulary vocabulary = builder.build();
        for (int i = 0; i < 100_000; i++) {
            assertEquals(i, vocabulary.row(odd(i)));
            assertEquals(odd(i), vocabulary.id(i));
            assertEquals(odd(i), vocabulary.ids().get(i));
        }
        assertEquals(Vocabulary.MISSING, vocabulary.row("é100000"));
        assertThrows(IndexOutOfBoundsException.class, () -> vocabulary.id(100_000));
    }

    private static String odd(int i) {
        return switch (i % 4) {
            case 0 -> "é" + i;
            case 1 -> i == 1 ? "" : "\uD83D\uDE80" + i;
            case 2 -> "x".repeat(i % 97) + i;
            default -> Integer.toString(i);
        };
    }
}
