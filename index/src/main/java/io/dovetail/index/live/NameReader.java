package io.dovetail.index.live;

import io.dovetail.index.file.CorruptFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Names and the log that they are read from. Not thread-safe, but for the names. */
final class NameReader implements Closeable {

    private final Names names = new Names();
    private final LogReader log;

    /**
     * Reads all names of a log.
     *
     * @param file the log
     * @throws CorruptFileException if it is damaged
     * @throws IOException if it cannot be read
     */
    NameReader(Path file) throws IOException {
        log = new LogReader(file, LogFormat.OF_NAMES, LogFormat.OF_NAMES);
        try {
            catchUp();
        } catch (Throwable thrown) {
            log.close();
            throw thrown;
        }
    }

    Names names() {
        return names;
    }

    LogReader log() {
        return log;
    }

    /** Reads the names that are new. */
    void catchUp() throws IOException {
        log.read(new LogReader.Sink() {
            @Override
            public void names(byte[] more) throws IOException {
                try {
                    names.add(more);
                } catch (IllegalArgumentException e) {
                    throw damaged("record " + log.records(), "distinct names", String.valueOf(e.getMessage()));
                }
                if (names.size() != log.sequence()) {
                    throw damaged(
                            "record " + log.records(),
                            log.sequence() + " names up to here",
                            Integer.toString(names.size()));
                }
            }
        });
    }

    /**
     * Makes sure that an index belongs to these names.
     *
     * @param view what the index holds, seen before the last reading of names
     * @throws CorruptFileException if it holds an id that has no name
     */
    void check(View view) throws CorruptFileException {
        OptionalLong nameless = view.idOutside(names.size());
        if (nameless.isPresent()) {
            throw damaged(
                    "end", "a name for each id of the index", names.size() + " and none for " + nameless.getAsLong());
        }
    }

    private CorruptFileException damaged(String place, String expected, String found) {
        return new CorruptFileException(log.path(), place, expected, found, "restore the directory from a copy");
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
