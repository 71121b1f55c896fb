package io.dovetail.data;

import java.util.List;
import java.util.Objects;

/**
 * The one category of each item, which the category alignment loss compares.
 *
 * <p>Immutable and safe to share among threads.
 */
public final class Categories {
    private final Vocabulary names;
    private final int[] category;
    private final int[] items;

    private Categories(Vocabulary names, int[] category) {
        this.names = names;
        this.category = category;
        this.items = new int[names.size()];
        for (int c : category) {
            items[Objects.checkIndex(c, items.length)]++;
        }
    }

    /**
     * Categories by row.
     *
     * @param names the categories' names
     * @param category the category of each item, in {@code [0, names.size())}
     * @return the categories
     * @throws IndexOutOfBoundsException if a category is out of range
     */
    public static Categories of(Vocabulary names, int[] category) {
        return new Categories(names, category.clone());
    }

    /**
     * One category, named {@code all}, for items that have none.
     *
     * @param items number of items
     * @return the single category
     */
    public static Categories none(int items) {
        return new Categories(Vocabulary.of(List.of("all")), new int[items]);
    }

    /** {@return the number of categories: at least 1 if there are items} */
    public int size() {
        return names.size();
    }

    /**
     * The category of an item.
     *
     * @param item the item's row
     * @return the category, in {@code [0, size())}
     */
    public int of(int item) {
        return category[item];
    }

    /** {@return the names and rows of the categories} */
    public Vocabulary names() {
        return names;
    }

    /** {@return the number of items that have a category: all of the data set's} */
    public int items() {
        return category.length;
    }

    /**
     * The number of items in a category.
     *
     * @param of the category
     * @return how many items it has
     */
    public int items(int of) {
        return items[of];
    }
}
