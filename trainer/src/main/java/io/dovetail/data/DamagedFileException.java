package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Path;

/** The compressed stream of a file is damaged or cut short; the message names the file and the remedy. */
final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final String REMEDY = "fetch the file again";

    private final transient Path file;
    private final String fault;

    DamagedFileException(Path file, String fault, IOException cause) {
        super(file + ": " + fault + "; " + REMEDY, cause);
        this.file = file;
        this.fault = fault;
    }

    /** The same, for those who know how far they came. */
    DataException at(long line) {
        return DataException.of(file, line, fault, REMEDY);
    }
}
