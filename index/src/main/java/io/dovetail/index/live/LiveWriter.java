package io.dovetail.index.live;

import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What writing changes: the segment, its log, the manifest. Every write goes the same way: memory is made sure of, the log
 * is written, the segment is changed, a view is published. Not thread-safe: who calls holds the write lock.
 */
final class LiveWriter implements Closeable {

    /** What there was at a moment: the view is pinned by the reader that was given. */
    record Frozen(View view, Drift drift, Mark mark) {}

    /** Ids that are carried over in one record. */
    private static final int CARRIED = 1 << 14;

    private final LiveDirectory directory;
    private final Durability durability;
    private final LogStorage storage;
    private final Readers readers;
    private final List<Mark> marks = new ArrayList<>();
    private Segment segment;
    private UpdateLog log;
    private Manifest manifest;

    /**
     * Goes on where a log ends.
     *
     * @param directory the files
     * @param loaded what they hold; the segment is closed with this writer
     * @param durability when to force
     * @param storage opens logs
     * @throws IOException if the log is damaged or cannot be written
     */
    LiveWriter(LiveDirectory directory, LiveDirectory.Loaded loaded, Durability durability, LogStorage storage)
            throws IOException {
        this.directory = directory;
        this.durability = durability;
        this.storage = storage;
        manifest = loaded.manifest();
        segment = loaded.segment();
        log = UpdateLog.resume(loaded.log(), durability, storage);
        readers = new Readers(segment.view(log.sequence()));
    }

    Readers readers() {
        return readers;
    }

    boolean contains(long id) {
        return segment.contains(id);
    }

    int pending() {
        return segment.pending();
    }

    Drift drift() {
        return manifest.drift().plus(segment.drift());
    }

    long generation() {
        return manifest.generation();
    }

    float usualDistance() {
        return manifest.usualDistance();
    }

    void put(long[] ids, Matrix vectors) throws IOException {
        readers.view(); // throws if closed
        segment.reserve(ids.length);
        note(ids);
        log.put(log.sequence() + 1, ids, vectors);
        segment.put(ids, vectors);
        publish();
        if (segment.wantsSort()) {
            segment.sort();
            publish();
        }
    }

    /** Removes those that are there. {@return how many} */
    int remove(long[] ids) throws IOException {
        readers.view(); // throws if closed
        long[] there = Arrays.stream(ids).filter(segment::contains).distinct().toArray();
        if (there.length > 0) {
            segment.reserve(0);
            note(there);
            log.remove(log.sequence() + 1, there);
            segment.remove(there);
            publish();
        }
        return there.length;
    }

    void force() throws IOException {
        readers.view(); // throws if closed
        log.force();
    }

    Mark mark(LiveIndex owner) {
        Mark mark = new Mark(owner);
        marks.add(mark);
        return mark;
    }

    boolean remembers(Mark mark) {
        return marks.contains(mark);
    }

    void forget(Mark mark) {
        marks.remove(mark);
    }

    /** Marks this moment and keeps what there is for a reader. */
    Frozen freeze(LiveIndex owner, Reader reader) {
        readers.view(); // throws if closed
        segment.sort(); // so that its drift counts all of it
        publish();
        return new Frozen(readers.pin(reader), drift(), mark(owner));
    }

    private void note(long[] ids) {
        for (Mark mark : marks) {
            mark.add(ids);
        }
    }

    private void publish() {
        readers.publish(segment.view(log.sequence()));
    }

    /**
     * Puts a generation in place, with what was written since a mark on top of it. Its file is there; what it needs besides
     * is written first, then the manifest, and then it is published. If anything fails before, all stays as it was.
     *
     * @param next the generation; freed if this fails
     * @param after the manifest that names it
     * @param mark since when writes are carried over
     * @throws IOException if writing fails
     */
    void install(Generation next, Manifest after, Mark mark) throws IOException {
        Segment fresh = new Segment(next, after.usualDistance());
        UpdateLog freshLog = null;
        try {
            freshLog = UpdateLog.create(
                    directory.log(after.generation()),
                    next.index().dimension(),
                    after.generation(),
                    log.sequence(),
                    durability,
                    storage);
            carry(mark.written(), fresh, freshLog);
            fresh.sort();
            freshLog.force();
            after.write(directory.path());
        } catch (Throwable thrown) {
            fresh.discard();
            abandon(after.generation(), freshLog, thrown);
            throw thrown;
        }
        Segment old = segment;
        UpdateLog oldLog = log;
        segment = fresh;
        log = freshLog;
        manifest = after;
        publish();
        old.close();
        oldLog.close();
    }

    private void carry(long[] ids, Segment to, UpdateLog toLog) throws IOException {
        long[] present = new long[CARRIED];
        long[] gone = new long[CARRIED];
        try (Arena arena = Arena.ofConfined()) {
            Matrix vectors = Matrix.allocate(
                    arena,
                    Math.min(CARRIED, ids.length),
                    to.generation().index().dimension());
            for (int from = 0; from < ids.length; from += CARRIED) {
                int puts = 0;
                int removals = 0;
                for (int i = from; i < Math.min(ids.length, from + CARRIED); i++) {
                    if (segment.copy(ids[i], vectors, puts)) {
                        present[puts++] = ids[i];
                    } else if (to.contains(ids[i])) {
                        gone[removals++] = ids[i];
                    }
                }
                if (puts > 0) {
                    to.reserve(puts);
                    long[] some = Arrays.copyOf(present, puts);
                    toLog.put(log.sequence(), some, vectors.rows(0, puts));
                    to.put(some, vectors.rows(0, puts));
                }
                if (removals > 0) {
                    long[] some = Arrays.copyOf(gone, removals);
                    toLog.remove(log.sequence(), some);
                    to.remove(some);
                }
            }
        }
    }

    /** Clears up after an installation that failed. */
    private void abandon(long generation, @Nullable UpdateLog freshLog, Throwable cause) {
        try {
            if (freshLog != null) {
                freshLog.close();
            }
            if (Manifest.read(directory.path()).generation() == generation) {
                // It was renamed but could not be forced: a loss of power could bring back either. Both sets of files
                // say the
                // same, as long as nothing is added to one of them.
                log.refuse(new IOException("the directory could not be forced to the disk", cause));
            } else {
                directory.delete(generation);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
            log.refuse(e);
        }
    }

    /** Ends the log, and waits for the searches under way. Idempotent. */
    @Override
    public void close() throws IOException {
        try (UpdateLog closing = log) {
            if (readers.isOpen()) {
                segment.close();
                closing.end();
            }
        } finally {
            readers.close();
        }
    }
}
