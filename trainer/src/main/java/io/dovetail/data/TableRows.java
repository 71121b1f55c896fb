package io.dovetail.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A table, row by row, as a {@link TableFormat} opens it. Not thread-safe. */
public interface TableRows extends Closeable {
    /** {@return the names of the columns} */
    List<String> header();

    /**
     * The fields of the next row as texts: empty where nothing is known, the values of a list separated by commas, and
     * those of a map as {@code key:value}.
     *
     * @return one field for each column, or fewer or more if the row is wrong; an empty list at the end
     * @throws IOException if the file cannot be read
     */
    List<String> next() throws IOException;

    /** {@return the number of the row that was read last, in the way that people find it: lines of text from 1} */
    long line();
}
