package io.dovetail.kernels;

/** Checks of lists of rows, in a form that the compiler vectorises: one list may hold the histories of a whole batch. */
final class RowLists {

    private RowLists() {}

    /**
     * Where a list leaves a matrix.
     *
     * @param rows the list, at least {@code to} long
     * @param from first entry to look at
     * @param to entry after the last
     * @param bound number of rows of the matrix
     * @return index of the first entry outside {@code [0, bound)}, or -1
     */
    static int firstOutside(int[] rows, int from, int to, int bound) {
        int signs = 0; // a row or its distance from the last row is negative if it lies outside
        for (int i = from; i < to; i++) {
            signs |= rows[i] | (bound - 1 - rows[i]);
        }
        if (signs < 0) {
            for (int i = from; i < to; i++) {
                if (rows[i] < 0 || rows[i] >= bound) {
                    return i;
                }
            }
        }
        return -1;
    }
}
