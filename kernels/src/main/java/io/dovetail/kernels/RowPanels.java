package io.dovetail.kernels;

/** Rows in the layout of {@link SearchKernels#panelDots}. */
public final class RowPanels {

    /** Rows of a panel. */
    public static final int PANEL = 16;

    private RowPanels() {}

    /**
     * Lays rows out for {@link SearchKernels#panelDots}: in panels of {@value #PANEL} rows, in which a column of all rows
     * is one row of the result. Rows beyond the last are NaN, so that no score of theirs is ever selected.
     *
     * @param rows (n, d)
     * @param from first row
     * @param to end of the rows, at least from
     * @param panels (P d, {@value #PANEL}) receives the panels
     * @param first panel to begin with
     */
    public static void pack(Matrix rows, int from, int to, Matrix panels, int first) {
        int d = rows.cols();
        for (int row = from; row < from + count(to - from) * PANEL; row++) {
            int panel = first + (row - from) / PANEL;
            for (int j = 0; j < d; j++) {
                panels.set(panel * d + j, (row - from) % PANEL, row < to ? rows.get(row, j) : Float.NaN);
            }
        }
    }

    /**
     * How many panels rows fill.
     *
     * @param rows number of rows
     * @return the number of panels
     */
    public static int count(int rows) {
        return (rows + PANEL - 1) / PANEL;
    }
}
