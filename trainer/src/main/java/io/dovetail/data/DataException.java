package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Path;

/** Something is wrong with a user's data; the message names the place, what is wrong and what to do. */
public final class DataException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 60;

    private DataException(String message) {
        super(message);
    }

    /**
     * Something is wrong with a file as a whole.
     *
     * @param file the file
     * @param fault what is wrong, without a full stop
     * @param remedy what to do about it
     * @return the exception, to be thrown
     */
    public static DataException of(Path file, String fault, String remedy) {
        return new DataException(file + ": " + fault + "; " + remedy);
    }

    /**
     * Something is wrong with a line.
     *
     * @param file the file
     * @param line the line or row, counted from 1
     * @param fault what is wrong, without a full stop
     * @param remedy what to do about it
     * @return the exception, to be thrown
     */
    public static DataException of(Path file, long line, String fault, String remedy) {
        return new DataException(file + ":" + line + ": " + fault + "; " + remedy);
    }

    /**
     * Something is wrong with a value.
     *
     * @param file the file
     * @param line the line or row, counted from 1
     * @param column the name of the column
     * @param value the value; only the beginning of a long one is quoted
     * @param fault what is wrong: goes on after the value, as "is not a number"
     * @param remedy what to do about it
     * @return the exception, to be thrown
     */
    public static DataException of(Path file, long line, String column, String value, String fault, String remedy) {
        return of(file, line, "column '" + column + "': '" + shorten(value) + "' " + fault, remedy);
    }

    private static String shorten(String value) {
        return value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "...";
    }
}
