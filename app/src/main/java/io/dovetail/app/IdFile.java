package io.dovetail.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Text files of ids: a whole number of 64 bits on each line; empty lines do not count. */
final class IdFile {

    private IdFile() {}

    /**
     * Reads ids.
     *
     * @throws UserException if there is no such file, or a line is no id
     */
    static long[] read(Path file) throws IOException {
        LongStream.Builder ids = LongStream.builder();
        LineFile.read(file, "an id", (number, line) -> {
            String text = line.strip();
            if (!text.isEmpty()) {
                ids.add(parse(file, number, text));
            }
        });
        return ids.build().toArray();
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
