package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqMerger;
import io.dovetail.index.Vectors;
import io.dovetail.index.events.CompactionEvent;
import io.dovetail.index.events.SwapEvent;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An IVF-PQ index in a directory that is changed while it is searched, by one process at a time. {@code docs/live.md} says
 * what searches see and what is durable when.
 *
 * <p>All methods may be called from any thread. Searches take no lock. Writes exclude each other; {@link #compact} and
 * {@link #swap} exclude each other, run on the caller's thread, and hold up writes only while they change over. A write that
 * throws {@link IOException} has changed nothing that a search could see. Writing to a closed index throws
 * {@link IllegalStateException}, and so does searching it.
 */
public final class LiveIndex extends ViewedIndex implements AutoCloseable {

    /** A step of writing. */
    @FunctionalInterface
    private interface Step<T, E extends Exception> {
        T run() throws E;
    }

    private final LiveDirectory directory;
    private final WriterLock lock;
    private final Recovery recovery;
    private final LiveWriter writer;
    private final ReentrantLock maintaining = new ReentrantLock(); // taken before the other, if both are
    private final ReentrantLock writing = new ReentrantLock();
    private long lastGeneration; // a number is used once, even if that fails

    private LiveIndex(LiveDirectory directory, Kernels kernels, WriterLock lock, Recovery recovery, LiveWriter writer) {
        super(writer.readers(), kernels);
        this.directory = directory;
        this.lock = lock;
        this.recovery = recovery;
        this.writer = writer;
        lastGeneration = writer.generation();
    }

    /**
     * Makes a live index of a built one.
     *
     * @param directory where to keep it; made if need be, and must not hold a live index
     * @param file what {@link io.dovetail.index.IvfPqBuilder} wrote; it is copied
     * @param durability when writes are forced to the disk
     * @param kernels how to compute
     * @return the index, to be closed
     * @throws IOException if the directory holds a live index, another writes to it, or the disk fails
     */
    public static LiveIndex create(Path directory, Path file, Durability durability, Kernels kernels)
            throws IOException {
        Files.createDirectories(directory);
        LiveDirectory files = new LiveDirectory(directory);
        WriterLock lock = WriterLock.take(directory);
        try (lock) {
            files.prepare();
            write(files, file, durability, kernels);
        }
        return open(files, durability, kernels, LogStorage.files());
    }

    /** Writes the first generation, the manifest last. */
    static void write(LiveDirectory files, Path file, Durability durability, Kernels kernels) throws IOException {
        copy(file, files.index(1));
        Generation generation = Generation.open(files.index(1), kernels);
        try {
            int dimension = generation.index().dimension();
            try (UpdateLog log = UpdateLog.create(files.log(1), dimension, 1, 0, durability, LogStorage.files())) {
                log.force();
            }
            new Manifest(1, generation.usualDistance(), new Drift(0, 0)).write(files.path());
        } finally {
            generation.free();
        }
    }

    /**
     * Opens a live index to write to it, as it was after the last write that returned.
     *
     * @param directory where it is
     * @param durability when writes are forced to the disk
     * @param kernels how to compute
     * @return the index, to be closed
     * @throws io.dovetail.index.file.CorruptFileException if a file is damaged; says where
     * @throws IOException if there is no live index, it is a {@link NamedLiveIndex}, another process writes to it, or the disk
     *     fails
     */
    public static LiveIndex open(Path directory, Durability durability, Kernels kernels) throws IOException {
        return open(directory, durability, kernels, LogStorage.files());
    }

    static LiveIndex open(Path directory, Durability durability, Kernels kernels, LogStorage storage)
            throws IOException {
        LiveDirectory files = new LiveDirectory(directory);
        files.checkHoldsIndex();
        if (files.hasNames()) {
            throw new IOException(directory + ": its vectors have names; open it by NamedLiveIndex.open");
        }
        return open(files, durability, kernels, storage);
    }

    static LiveIndex open(LiveDirectory files, Durability durability, Kernels kernels, LogStorage storage)
            throws IOException {
        WriterLock lock = WriterLock.take(files.path());
        try {
            return open(files, durability, kernels, storage, lock);
        } catch (Throwable thrown) {
            lock.close();
            throw thrown;
        }
    }

    private static LiveIndex open(
            LiveDirectory files, Durability durability, Kernels kernels, LogStorage storage, WriterLock lock)
            throws IOException {
        Manifest manifest = Manifest.read(files.path());
        LiveDirectory.Loaded loaded = files.load(manifest, kernels);
        try (LogReader log = loaded.log()) {
            files.clear(manifest); // not before what it names has been read: it could be wrong
            Recovery recovery = new Recovery(log.records(), log.tailBytes());
            LiveWriter writer = new LiveWriter(files, loaded, durability, storage);
            return new LiveIndex(files, kernels, lock, recovery, writer);
        } catch (Throwable thrown) {
            loaded.segment().discard();
            throw thrown;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (InputStream source = Files.newInputStream(from)) {
            copy(source, to);
        }
    }

    private static void copy(InputStream source, Path to) throws IOException {
        try (ReplacedFile file = new ReplacedFile(to)) {
            source.transferTo(file.out());
            file.commit();
        } catch (IOException e) {
            throw unwritten(to, e);
        }
    }

    private static IOException unwritten(Path file, IOException cause) {
        return new IOException(
                file + ": could not be written (" + cause.getMessage()
                        + "), and all stays as it was; if the disk is full, free some space and try again",
                cause);
    }

    /** {@return the number of the last write; each is one more than the one before} */
    public long sequence() {
        return readers.view().sequence();
    }

    /** {@return what opening found in the log} */
    public Recovery recovery() {
        return recovery;
    }

    /**
     * Whether there is a vector of this id.
     *
     * @param id an external id
     * @return true if there is
     */
    public boolean contains(long id) {
        return writing(() -> writer.contains(id));
    }

    /**
     * How many rows of memory a compaction would tidy up: vectors written since the last one, and vectors of the file that
     * were replaced or removed.
     *
     * @return at least 0
     */
    public int pending() {
        return writing(writer::pending);
    }

    /** {@return how well the lists fit the vectors that were written since they were trained} */
    public Drift drift() {
        return writing(writer::drift);
    }

    /**
     * Adds a vector of a new id.
     *
     * @param id an external id
     * @param vector (1, dimension), finite
     * @throws IllegalArgumentException if there is a vector of this id, or the vector does not fit
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public void add(long id, Matrix vector) throws IOException {
        long[] ids = {id};
        check(1, vector);
        writing(() -> {
            if (writer.contains(id)) {
                throw new IllegalArgumentException(
                        "add: there is a vector of id " + id + " already; upsert replaces it");
            }
            writer.put(ids, vector);
            return ids;
        });
    }

    /**
     * Adds a vector, in place of the one of this id if there is one.
     *
     * @param id an external id
     * @param vector (1, dimension), finite
     * @throws IllegalArgumentException if the vector does not fit
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public void upsert(long id, Matrix vector) throws IOException {
        upsert(new long[] {id}, vector);
    }

    /**
     * Adds vectors, in place of those of these ids if there are any: all in one write, which searches see whole.
     *
     * @param ids external ids; of one that stands twice the last vector counts
     * @param vectors one per id, finite; neither may change meanwhile
     * @throws IllegalArgumentException if the vectors do not fit, or there are none, or too many for a write of 1 GiB
     * @throws IOException if they cannot be logged; nothing is changed
     */
    public void upsert(long[] ids, Matrix vectors) throws IOException {
        check(ids.length, vectors);
        writing(() -> {
            writer.put(ids, vectors);
            return ids;
        });
    }

    /**
     * Removes the vector of an id.
     *
     * @param id an external id
     * @return whether there was one; if not, nothing is written
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public boolean remove(long id) throws IOException {
        return remove(new long[] {id}) == 1;
    }

    /**
     * Removes vectors: all in one write, which searches see whole.
     *
     * @param ids external ids, unique or not, there or not
     * @return how many vectors there were
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public int remove(long[] ids) throws IOException {
        return writing(() -> writer.remove(ids));
    }

    /**
     * Forces what was written to the disk.
     *
     * @throws IOException if that fails; writes are refused from then on, until {@link #compact} has begun a new log
     */
    public void flush() throws IOException {
        writing(() -> {
            writer.force();
            return writer;
        });
    }

    /**
     * Copies all vectors that are there now: to train anew, or to look at.
     *
     * @param arena owner of the copy
     * @return the vectors and their ids
     */
    public Contents contents(Arena arena) {
        Reader reader = readers.register();
        try {
            return Contents.of(readers.pin(reader), arena);
        } finally {
            readers.unpin(reader);
            readers.deregister(reader);
        }
    }

    /**
     * Remembers this moment for a later {@link #swap(Path, Mark)}. Take it before you read what the file is to hold.
     *
     * @return the moment, to be closed
     */
    public Mark mark() {
        return writing(() -> writer.mark(this));
    }

    void forget(Mark mark) {
        writing.lock();
        try {
            writer.forget(mark);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writes all that is there into a new file, with the centroids and codebooks of the old one, and goes on with that and an
     * empty log. Does nothing if there are no vectors, since a file holds at least one.
     *
     * <p>Runs on this thread. Searches and writes go on; writes wait only while the ids that were written meanwhile are
     * carried over. Returns when the memory of the old file is free, or 10 seconds later if a search takes that long.
     *
     * @param workers who computes
     * @throws IOException if writing fails: the index goes on as before
     */
    public void compact(Workers workers) throws IOException {
        CompactionEvent event = new CompactionEvent();
        maintaining.lock();
        Reader reader = readers.register();
        try {
            event.begin();
            event.pending = pending();
            LiveWriter.Frozen frozen = writing(() -> writer.freeze(this, reader));
            try (Mark mark = frozen.mark()) {
                if (frozen.view().size() > 0) {
                    Manifest after = new Manifest(++lastGeneration, writer.usualDistance(), frozen.drift());
                    write(frozen.view(), workers, directory.index(after.generation()));
                    readers.unpin(reader);
                    install(Generation.open(directory.index(after.generation()), kernels), after, mark);
                    event.file = directory.index(after.generation()).toString();
                    event.vectors = frozen.view().size();
                    event.commit();
                }
            }
        } finally {
            readers.unpin(reader);
            readers.deregister(reader);
            maintaining.unlock();
        }
    }

    private static void write(View view, Workers workers, Path file) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Contents live = Contents.ofLive(view, arena);
            new IvfPqMerger(view.generation().index(), workers)
                    .write(Contents.generationRows(view), live.vectors(), live.ids(), file);
        } catch (IOException e) {
            throw unwritten(file, e);
        }
    }

    /**
     * Puts another built file in place of all that is there: {@link #swap(Path, Mark)} with a mark of now.
     *
     * @param file what {@link io.dovetail.index.IvfPqBuilder} wrote; it is copied
     * @throws IllegalArgumentException if its dimension or fingerprint is another
     * @throws IOException if reading or writing fails: the index goes on as before
     */
    public void swap(Path file) throws IOException {
        try (Mark mark = mark()) {
            swap(file, mark);
        }
    }

    /**
     * Puts another built file in place of what was there at a mark, and what was written since on top of it. Its lists and codes
     * may be others; drift is counted anew.
     *
     * <p>Runs on this thread. Searches and writes go on, as in {@link #compact}. Before the file is visible, all of it was read
     * and searched a few times.
     *
     * @param file what {@link io.dovetail.index.IvfPqBuilder} wrote; it is copied
     * @param mark a {@link #mark} of this index, not closed
     * @throws IllegalArgumentException if the dimension or the fingerprint of the file is another, or the mark is closed
     * @throws IOException if reading or writing fails: the index goes on as before
     */
    public void swap(Path file, Mark mark) throws IOException {
        SwapEvent event = new SwapEvent();
        maintaining.lock();
        try {
            event.begin();
            if (!writing(() -> writer.remembers(mark))) {
                throw new IllegalArgumentException(
                        "swap: the mark is closed or of another index; take it by mark() and close it after the swap");
            }
            long number = ++lastGeneration;
            copy(file, directory.index(number));
            Generation next = Generation.open(directory.index(number), kernels);
            try {
                checkMatches(file, next.index());
            } catch (IllegalArgumentException e) {
                next.free();
                directory.delete(number);
                throw e;
            }
            install(next, new Manifest(number, next.usualDistance(), new Drift(0, 0)), mark);
            event.file = directory.index(number).toString();
            event.vectors = next.index().size();
            event.commit();
        } finally {
            maintaining.unlock();
        }
    }

    private void checkMatches(Path file, IvfPqIndex index) {
        if (index.dimension() != dimension()) {
            throw new IllegalArgumentException(file + ": its vectors have dimension " + index.dimension()
                    + ", those of this index " + dimension() + "; give an index of the same model");
        }
        if (!index.fingerprint().equals(fingerprint())) {
            throw new IllegalArgumentException(file + ": its fingerprint is '" + index.fingerprint()
                    + "', that of this index '" + fingerprint() + "'; give an index of the same model");
        }
    }

    private void install(Generation next, Manifest after, Mark mark) throws IOException {
        readers.prepare(next);
        long before = writer.generation();
        writing(() -> {
            writer.install(next, after, mark);
            return after;
        });
        directory.delete(before);
        readers.awaitFree();
    }

    /** Ends the log, waits for the searches under way and frees all. Searchers are to be closed, before or after. Idempotent. */
    @Override
    public void close() throws IOException {
        maintaining.lock();
        writing.lock();
        try (lock) {
            writer.close();
        } finally {
            writing.unlock();
            maintaining.unlock();
        }
    }

    /** Refuses vectors that cannot be those of so many ids. */
    void check(int ids, Matrix vectors) {
        if (ids != vectors.rows() || ids == 0 || vectors.cols() != dimension()) {
            throw new IllegalArgumentException("live index: " + ids + " ids and vectors of " + vectors.shape()
                    + "; one vector of length " + dimension() + " is needed per id, and at least one");
        }
        Vectors.checkFinite("vectors", vectors);
    }

    private <T, E extends Exception> T writing(Step<T, E> step) throws E {
        writing.lock();
        try {
            return step.run();
        } finally {
            writing.unlock();
        }
    }
}
