package io.dovetail.index;

import java.util.function.IntPredicate;
import java.util.function.LongToIntFunction;

/**
 * A number of each vector of an index, such as its category or its price in cents, in the order of the rows: predicates on it
 * become {@link RowSet}s without a look-up by id. Takes 4 bytes a row. Immutable; threads may share it.
 */
public final class Attribute {

    private final IvfPqIndex index;
    private final LongToIntFunction byId;
    private final int[] values;

    private Attribute(IvfPqIndex index, LongToIntFunction byId) {
        this.index = index;
        this.byId = byId;
        values = new int[index.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = byId.applyAsInt(index.id(row));
        }
    }

    /**
     * The values of an index's vectors.
     *
     * @param index the index that will be searched
     * @param byId the value of an id; asked once for each id of the index
     * @return the attribute
     */
    public static Attribute of(IvfPqIndex index, LongToIntFunction byId) {
        return new Attribute(index, byId);
    }

    /**
     * The value of a row.
     *
     * @param row in [0, size of the index)
     * @return the value
     */
    public int value(int row) {
        return values[row];
    }

    /**
     * The rows whose value a predicate accepts.
     *
     * @param predicate asked once for each row
     * @return the set
     */
    public RowSet where(IntPredicate predicate) {
        return RowSet.of(index, new Matching(this, predicate));
    }

    private record Matching(Attribute attribute, IntPredicate predicate) implements IdFilter {

        @Override
        public boolean accepts(long id) {
            return predicate.test(attribute.byId.applyAsInt(id));
        }

        @Override
        public boolean acceptsRow(IvfPqIndex searched, int row) {
            return searched == attribute.index ? predicate.test(attribute.values[row]) : accepts(searched.id(row));
        }
    }
}
