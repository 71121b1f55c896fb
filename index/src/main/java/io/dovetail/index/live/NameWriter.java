package io.dovetail.index.live;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Hands out ids to names. A new name is on the disk before its id is known to anybody. Not thread-safe: who writes holds a lock.
 */
final class NameWriter implements Closeable {

    /** Names of a record. */
    private static final int STEP = 1 << 16;

    private final Names names;
    private final UpdateLog log;

    private NameWriter(Names names, UpdateLog log) {
        this.names = names;
        this.log = log;
    }

    /**
     * A new log without names, forced.
     *
     * @param file the log, which must not exist
     * @param storage opens it
     * @throws IOException if it cannot be written
     */
    static NameWriter create(Path file, LogStorage storage) throws IOException {
        UpdateLog log =
                UpdateLog.create(file, LogFormat.OF_NAMES, LogFormat.OF_NAMES, 0, Durability.EACH_WRITE, storage);
        try {
            log.force();
            return new NameWriter(new Names(), log);
        } catch (Throwable thrown) {
            log.close();
            throw thrown;
        }
    }

    /**
     * Goes on where a log ends.
     *
     * @param reader has read it; may be closed afterwards
     * @param storage opens it
     * @throws io.dovetail.index.file.CorruptFileException if what is behind its last whole record had been forced
     * @throws IOException if it cannot be written
     */
    static NameWriter resume(NameReader reader, LogStorage storage) throws IOException {
        return new NameWriter(reader.names(), UpdateLog.resume(reader.log(), Durability.EACH_WRITE, storage));
    }

    Names names() {
        return names;
    }

    /**
     * Gives an id to each name that has none.
     *
     * @param wanted names
     * @throws IllegalArgumentException if one of them can be no name
     * @throws IOException if they cannot be logged: those of the last {@value #STEP} that it was tried with have no id
     */
    void add(Iterable<String> wanted) throws IOException {
        Iterator<String> rest = wanted.iterator();
        Set<String> fresh = new LinkedHashSet<>();
        while (rest.hasNext()) {
            String name = rest.next();
            if (names.id(name) == Names.NONE) {
                fresh.add(name);
            }
            if (!fresh.isEmpty() && (fresh.size() == STEP || !rest.hasNext())) {
                log(fresh);
                fresh.clear();
            }
        }
    }

    private void log(Set<String> fresh) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String name : fresh) {
            bytes.writeBytes(Names.checked(name));
            bytes.write(0);
        }
        names.reserve(fresh.size(), bytes.size());
        log.names(names.size() + (long) fresh.size(), bytes.toByteArray());
        names.add(bytes.toByteArray());
    }

    /** Says in the log that it is whole. */
    void end() throws IOException {
        log.end();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
