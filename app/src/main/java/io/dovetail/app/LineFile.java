package io.dovetail.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text files with one thing on each line. */
final class LineFile {

    /** Receives lines. */
    @FunctionalInterface
    interface Sink {
        void line(int number, String text);
    }

    private LineFile() {}

    /**
     * Reads names, each as it stands.
     *
     * @throws UserException if there is no such file, it is no text, or a line is empty
     */
    static List<String> names(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        read(file, "a name", (number, text) -> {
            if (text.isEmpty()) {
                throw new UserException(file + ", line " + number + ": is empty; give a name on each line");
            }
            names.add(text);
        });
        return names;
    }

    /**
     * Reads lines, counted from 1.
     *
     * @param what should be on each, in words
     * @throws UserException if there is no such file, or it is no text
     */
    static void read(Path file, String what, Sink sink) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                sink.line(++number, line);
            }
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such file; give a text file with " + what + " on each line");
        } catch (MalformedInputException e) {
            throw new UserException(file + ": is no text in UTF-8; give a text file with " + what + " on each line");
        }
    }
}
