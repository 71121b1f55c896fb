package io.dovetail.kernels;

/** The tiles that are used, each made once. */
final class Gram {

    /** Eight columns of a panel against two vectors of columns of another: rows of the left operand are {@link #COLUMN} apart. */
    static final GramKernel OF_TWO = GramTile.of(1, GramTile.COLS, 2);

    /** As {@link #OF_TWO}, against one vector of columns. */
    static final GramKernel OF_ONE = GramTile.of(1, GramTile.COLS, 1);

    /** Eight rows against a panel. */
    static final GramKernel OF_ROWS = GramTile.of(0, 1, 2);

    /** Bytes from one column of a panel to the next. */
    static final long COLUMN = Float.BYTES;

    private Gram() {}
}
