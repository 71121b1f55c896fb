package io.dovetail.index;

/** Counting sort: rows by the number of their group, those of a group in their own order. */
final class RowOrder {

    private RowOrder() {}

    /**
     * Where each group begins.
     *
     * @param groupOfRow numbers in [0, groups)
     * @param groups number of groups
     * @return groups + 1 ascending numbers
     */
    static int[] starts(int[] groupOfRow, int groups) {
        int[] sizes = KMeans.sizes(groupOfRow, groups);
        int[] starts = new int[groups + 1];
        for (int group = 0; group < groups; group++) {
            starts[group + 1] = starts[group] + sizes[group];
        }
        return starts;
    }

    /**
     * The rows in order.
     *
     * @param groupOfRow numbers of groups
     * @param starts where each group begins
     * @return at each place the row that belongs there
     */
    static int[] byGroup(int[] groupOfRow, int[] starts) {
        int[] next = starts.clone();
        int[] order = new int[groupOfRow.length];
        for (int row = 0; row < order.length; row++) {
            order[next[groupOfRow[row]]++] = row;
        }
        return order;
    }
}
