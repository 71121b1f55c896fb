package io.dovetail.data;

import java.util.List;
import java.util.Objects;

/**
 * One column of the users or of the items, as rows of an embedding table.
 *
 * <p>Row 0 stands for what is missing or unknown. Entity {@code n} has the rows {@code value(e)} for {@code e} in
 * {@code [start(n), start(n + 1))}: exactly one if the feature is single-valued, one or more distinct ones if it is
 * {@link Kind#MULTI_VALUED}. An entity without a value has row 0 alone, so a mean over rows is always defined.
 *
 * <p>Immutable and safe to share among threads.
 */
public final class Feature {
    /** How the text of a column is understood. */
    public enum Kind {
        /** One of a set of values. */
        CATEGORICAL,
        /** A number, in buckets. */
        NUMERIC,
        /** A list of values. */
        MULTI_VALUED
    }

    private final String name;
    private final FeatureEncoder encoder;
    private final int[] start;
    private final int[] value;

    Feature(String name, FeatureEncoder encoder, int[] start, int[] value) {
        this.name = name;
        this.encoder = encoder;
        this.start = start;
        this.value = value;
    }

    /**
     * A feature of a column in memory.
     *
     * @param name the name of the column
     * @param spec what the texts mean
     * @param texts the text of each entity; empty where it is missing
     * @return the feature
     * @throws IllegalArgumentException if the column is to be ignored
     */
    public static Feature of(String name, ColumnSpec spec, List<String> texts) {
        return FeatureBuilder.feature(name, spec, texts);
    }

    /** {@return the name of the column} */
    public String name() {
        return name;
    }

    /** {@return how the text of the column is understood} */
    public Kind kind() {
        return encoder.kind();
    }

    /** {@return the number of rows of the embedding table, with row 0} */
    public int cardinality() {
        return encoder.cardinality();
    }

    /** {@return the number of entities: of users or of items} */
    public int entities() {
        return start.length - 1;
    }

    /**
     * Where the values of an entity begin.
     *
     * @param entity in {@code [0, entities()]}; the last gives the number of all values
     * @return the first value
     */
    public int start(int entity) {
        return start[entity];
    }

    /**
     * The row of a value.
     *
     * @param index in {@code [0, start(entities()))}
     * @return row of the embedding table, in {@code [0, cardinality())}
     */
    public int value(int index) {
        return value[index];
    }

    /**
     * The rows of an entity that is not in the data set.
     *
     * @param raw the text of its field; empty if it is missing
     * @return one or more rows; 0 for what is unknown. Never fails.
     */
    public int[] encode(String raw) {
        return encoder.encode(raw);
    }

    /**
     * What a row of the embedding table stands for, for people.
     *
     * @param row in {@code [0, cardinality())}
     * @return a value, or the interval of a bucket; empty for row 0
     */
    public String text(int row) {
        return encoder.text(Objects.checkIndex(row, cardinality()));
    }

    /**
     * Where the buckets of a number begin: row 1 is below the first boundary, row b + 1 from the b-th on.
     *
     * @return ascending boundaries; none unless the kind is {@link Kind#NUMERIC}
     */
    public double[] boundaries() {
        return encoder instanceof FeatureEncoder.Numeric numeric ? numeric.boundaries() : new double[0];
    }

    /**
     * Which row of an earlier feature's table stands for what a row of this one does: the same value; of numbers, whose
     * intervals may have moved, the one in which the middle of the interval lies.
     *
     * @param earlier a feature of the same kind
     * @return for each row the earlier row, or {@link Vocabulary#MISSING}
     */
    public int[] originsIn(Feature earlier) {
        return encoder.originsIn(earlier.encoder);
    }

    FeatureEncoder encoder() {
        return encoder;
    }
}
