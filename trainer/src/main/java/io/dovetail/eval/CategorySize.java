package io.dovetail.eval;

import io.dovetail.data.Categories;
import java.util.stream.IntStream;

/**
 * How large a category is among those of its data set. The category alignment loss draws the small ones towards the largest,
 * so what it does shows where targets are grouped by this.
 */
public enum CategorySize {
    /** The category with the most items, the first of equals. */
    LARGEST("the largest category"),
    /** The others that have at least the mean number of items of all but the largest. */
    MIDDLE("middle categories"),
    /** Those that have fewer. */
    SMALL("small categories");

    private final String title;

    CategorySize(String title) {
        this.title = title;
    }

    /** {@return the name that people read} */
    public String title() {
        return title;
    }

    /**
     * The size of each category.
     *
     * @param categories at least one
     * @return sizes by category
     */
    public static CategorySize[] of(Categories categories) {
        int largest = 0;
        for (int category = 1; category < categories.size(); category++) {
            largest = categories.items(category) > categories.items(largest) ? category : largest;
        }
        int first = largest;
        long rest = (long) categories.items() - categories.items(largest);
        int others = categories.size() - 1;
        return IntStream.range(0, categories.size())
                .mapToObj(category -> category == first
                        ? LARGEST
                        : (long) categories.items(category) * others >= rest ? MIDDLE : SMALL)
                .toArray(CategorySize[]::new);
    }
}
