package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A kind of file that tables come in. {@code .tsv}, {@code .csv} and {@code .jsonl} are built in; others are found by
 * {@link java.util.ServiceLoader}, so that their dependencies stay out of those who need none of them. Implementations hold
 * no state.
 */
public interface TableFormat {
    /** {@return the ending of the files, as {@code .parquet}} */
    String ending();

    /**
     * Opens a table.
     *
     * @param file the file, or the folder of its parts where the format has such
     * @return its rows, to be closed
     * @throws IOException if it cannot be read
     */
    TableRows open(Path file) throws IOException;
}
