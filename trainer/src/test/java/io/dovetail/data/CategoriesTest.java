package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CategoriesTest {
    @Test
    void itemsAreCounted() {
        Categories categories = Categories.of(Vocabulary.of(List.of("cups", "hats")), new int[] {1, 0, 1});
        assertEquals(2, categories.size());
        assertEquals(1, categories.of(0));
        assertEquals(2, categories.items(1));
        assertEquals(3, categories.items());
        assertEquals("hats", categories.names().id(1));
    }

    @Test
    void withoutCategoriesAllItemsAreInOne() {
        Categories none = Categories.none(4);
        assertEquals(1, none.size());
        assertEquals(4, none.items(0));
        assertEquals(0, none.of(3));
    }

    @Test
    void aCategoryOutOfRangeIsRefused() {
        Vocabulary names = Vocabulary.of(List.of("cups"));
        assertThrows(IndexOutOfBoundsException.class, () -> Categories.of(names, new int[] {1}));
    }
}
