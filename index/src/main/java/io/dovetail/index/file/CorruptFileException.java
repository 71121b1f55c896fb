package io.dovetail.index.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file is damaged, cut short, of another kind, or too new. The message names the place and a remedy. */
public final class CorruptFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what is wrong.
     *
     * @param path the file
     * @param place where in the file, for example {@code "section 'codes' at byte 128"}
     * @param expected what should be there
     * @param found what is there
     * @param remedy what the reader can do about it
     */
    public CorruptFileException(Path path, String place, String expected, String found, String remedy) {
        super(path + ": " + place + ": expected " + expected + ", found " + found + "; " + remedy);
    }
}
