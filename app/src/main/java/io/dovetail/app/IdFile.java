package io.dovetail.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Text files of ids: a whole number of 64 bits on each line; empty lines do not count. */
final class IdFile {

    private IdFile() {}

    /**
     * Reads ids.
     *
     * @throws UserException if there is no such file, or a line is no id
     */
    static long[] read(Path file) throws IOException {
        long[] ids = new long[64];
        int size = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String text = line.strip();
                if (!text.isEmpty()) {
                    if (size == ids.length) {
                        ids = Arrays.copyOf(ids, 2 * size);
                    }
                    ids[size++] = parse(file, number, text);
                }
            }
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such file; give a text file with an id on each line");
        } catch (MalformedInputException e) {
            throw new UserException(file + ": is no text in UTF-8; give a text file with an id on each line");
        }
        return Arrays.copyOf(ids, size);
    }

    private static long parse(Path file, int line, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
            throw new UserException(
                    file + ", line " + line + ": '" + shown + "' is no id; give one whole number a line, such as 4711");
        }
    }
}
