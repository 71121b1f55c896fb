package io.dovetail.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the files of a data set are to be understood; see {@link DatasetReader} for what holds where nothing is declared.
 *
 * @param name what people call the data set; the folder's name if empty
 * @param interactions the columns of the events
 * @param items the columns of the items
 * @param users the columns of the users
 * @param kCore users and items with fewer events are dropped until none is left; 0 keeps all
 * @param unlisted what becomes of an event whose user or item the users' or items' file lacks
 */
public record DatasetSpec(
        Optional<String> name, Events interactions, Side items, Side users, int kCore, Unlisted unlisted) {

    /** Stands for the split's column where leave-last-out is wanted although the data brings a split. */
    public static final String LEAVE_LAST_OUT = "leave-last-out";

    private static final DatasetSpec DEFAULTS =
            new DatasetSpec(Optional.empty(), Events.defaults(), Side.defaults(), Side.defaults(), 0, Unlisted.REFUSE);

    /** What becomes of a user or an item that its file lacks. */
    public enum Unlisted {
        /** The data set is refused. */
        REFUSE,
        /** It is added, with nothing known of it. */
        ADD
    }

    /**
     * The columns of the events.
     *
     * @param user column of the user's id
     * @param item column of the item's id
     * @param time column of the time, a whole number; {@code ts} or {@code pos} if empty, and the order of the lines if
     *     there is none
     * @param split column of the split; {@code split} if empty, and leave-last-out if there is none or if this is
     *     {@link #LEAVE_LAST_OUT}
     * @param rating column of a value that {@code minRating} judges
     * @param minRating events with a smaller rating are left out
     */
    public record Events(
            String user,
            String item,
            Optional<String> time,
            Optional<String> split,
            String rating,
            OptionalDouble minRating) {

        /** {@return the names that need no declaration} */
        public static Events defaults() {
            return new Events("user", "item", Optional.empty(), Optional.empty(), "rating", OptionalDouble.empty());
        }
    }

    /**
     * The columns of the users or of the items.
     *
     * @param id column of the id; the first if empty
     * @param name column of the name for people; {@code name}, {@code title} or {@code description} if empty
     * @param category column of the category, for items only; {@code category} if empty
     * @param columns what becomes of other columns, by name
     * @param vectors files of vectors that were made elsewhere, by the name of the feature
     */
    public record Side(
            Optional<String> id,
            Optional<String> name,
            Optional<String> category,
            Map<String, ColumnSpec> columns,
            Map<String, VectorSource> vectors) {
        /** Copies the maps. */
        public Side {
            columns = Map.copyOf(columns);
            vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
        }

        /** {@return a side of which nothing is declared} */
        public static Side defaults() {
            return new Side(Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Map.of());
        }

        Side withVectors(Map<String, VectorSource> others) {
            return new Side(id, name, category, columns, others);
        }
    }

    /**
     * Vectors of the users or of the items in a file beside the others.
     *
     * @param file name of a {@code .npy} or {@code .fvecs} file
     * @param ids name of a text file with the id of each vector, one a line; if empty the file's own name with the ending
     *     {@code .ids.txt}
     */
    public record VectorSource(String file, Optional<String> ids) {}

    /** Checks the range of {@code kCore}. */
    public DatasetSpec {
        if (kCore < 0) {
            throw new IllegalArgumentException("dataset: kCore is " + kCore + "; it must be 0 or more");
        }
    }

    /** {@return the specification that declares nothing} */
    public static DatasetSpec defaults() {
        return DEFAULTS;
    }

    /**
     * A specification from a tree of maps, as a YAML reader gives it:
     *
     * <pre>{@code
     * name: shop
     * kCore: 5                       # default 0
     * unlisted: add                  # or refuse, the default
     * interactions:
     *   user: customer
     *   item: product
     *   time: bought_at
     *   split: leave-last-out        # or a column
     *   rating: stars
     *   minRating: 4
     * items:
     *   id: sku
     *   name: label
     *   category: department
     *   columns:
     *     ean: ignored               # or categorical, numeric, standardized, multi-valued, vector
     *     brand: {kind: categorical, minCount: 5}
     *     seller: {kind: categorical, hashBuckets: 10000}
     *     price: {kind: numeric, buckets: 20}
     *     weight: {kind: numeric, boundaries: [0.5, 2, 10]}
     *     age: standardized
     *     tags: {kind: multi-valued, separator: "|", weights: ":", minCount: 2}
     *     style: vector
     *   vectors:
     *     text: {file: text.npy, ids: text.ids.txt}
     * users:
     *   id: customer
     *   columns: {}
     * }</pre>
     *
     * @param declaration keys to texts, numbers, lists and maps
     * @return the specification; what is not declared is as in {@link #defaults}
     * @throws IllegalArgumentException if a key is unknown or a value is out of its range; the message has the key's
     *     path, the value and what is possible
     */
    public static DatasetSpec of(Map<String, ?> declaration) {
        return SpecParser.parse(declaration);
    }

    /**
     * A copy with another k-core filter.
     *
     * @param k fewest events, or 0 to keep all
     * @return the copy
     */
    public DatasetSpec withKCore(int k) {
        return new DatasetSpec(name, interactions, items, users, k, unlisted);
    }
}
