package io.dovetail.checks.fuzz;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/**
 * A reader of files, and what to give it.
 *
 * @param name for messages and for the seed
 * @param file where the damaged file is put
 * @param seeds good files
 * @param damage makes bad ones of them
 * @param reading reads the file and does with it what is done with a good one
 * @param factor how many bytes on the heap, and how many off it, may be allocated for each byte of the file, beyond what a good
 *     file takes
 */
record Target(String name, Path file, List<byte[]> seeds, Damage damage, Reading reading, int factor) {

    /** Of a file of numbers. */
    static final int BINARY = 2;

    /** Of a file whose bytes become floats. */
    static final int BYTES = 4;

    /** Of a file that a training goes on from: it makes a step. */
    static final int TRAINING = 16;

    /** Of a text: of a field of some bytes there are strings and entries of tables. */
    static final int TEXT = 32;

    /** Reads a file that may be bad. */
    @FunctionalInterface
    interface Reading {

        /**
         * Reads it.
         *
         * @param arena for what the caller of the reader owns; closed afterwards
         * @throws IOException if the file is refused; the message names it
         */
        void read(Arena arena) throws IOException;
    }
}
