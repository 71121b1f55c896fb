package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link LiveIndex} whose vectors have names, such as article numbers, in place of ids. The directory holds the names as well,
 * and which id stands for each: the same for good, since names are only added. Searches find ids; {@link #names} says whose they
 * are.
 *
 * <p>A write with a new name forces the name to the disk before it logs the vector, whatever the {@link Durability}: so there
 * is no vector without a name, and bringing new names in batches saves time. A write that fails may leave names without
 * vectors, which do no harm.
 *
 * <p>All methods may be called from any thread, and what is said of those of {@link LiveIndex} holds here.
 */
public final class NamedLiveIndex extends ViewedIndex implements AutoCloseable {

    private final LiveIndex live;
    private final NameWriter writer;
    private final ReentrantLock naming = new ReentrantLock();
    private boolean open = true;

    private NamedLiveIndex(LiveIndex live, NameWriter writer) {
        super(live.readers, live.kernels);
        this.live = live;
        this.writer = writer;
    }

    /**
     * Makes a live index of a built one.
     *
     * @param directory where to keep it; made if need be, and must not hold a live index
     * @param file what {@link io.dovetail.index.IvfPqBuilder} wrote; it is copied
     * @param names distinct; the place of each is its id in the file
     * @param durability when writes are forced to the disk
     * @param kernels how to compute
     * @return the index, to be closed
     * @throws IllegalArgumentException if an id of the file has no name, a name stands twice, or it cannot be one
     * @throws IOException if the directory holds a live index, another writes to it, or the disk fails
     */
    public static NamedLiveIndex create(
            Path directory, Path file, List<String> names, Durability durability, Kernels kernels) throws IOException {
        checkNamed(file, names.size(), kernels);
        Files.createDirectories(directory);
        LiveDirectory files = new LiveDirectory(directory);
        WriterLock lock = WriterLock.take(directory);
        try (lock) {
            files.prepare();
            try (NameWriter writer = NameWriter.create(files.names(), LogStorage.files())) {
                writer.add(names);
                writer.end();
                checkDistinct(names, writer.names());
            }
            LiveIndex.write(files, file, durability, kernels);
        }
        return open(directory, durability, kernels);
    }

    private static void checkNamed(Path file, int names, Kernels kernels) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex index = IvfPqIndex.open(file, kernels, arena);
            for (int row = 0; row < index.size(); row++) {
                long id = index.id(row);
                if (id < 0 || id >= names) {
                    throw new IllegalArgumentException(file + ": holds id " + id + ", which is none of the " + names
                            + " names; the id of a vector is the place of its name, from 0");
                }
            }
        }
    }

    private static void checkDistinct(List<String> given, Names known) {
        int place = 0;
        for (String name : given) {
            if (known.id(name) != place++) {
                throw new IllegalArgumentException("names: '" + name + "' stands twice; give each name once");
            }
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
     * @throws IOException if there is no such index, another process writes to it, or the disk fails
     */
    public static NamedLiveIndex open(Path directory, Durability durability, Kernels kernels) throws IOException {
        return open(directory, durability, kernels, LogStorage.files());
    }

    static NamedLiveIndex open(Path directory, Durability durability, Kernels kernels, LogStorage storage)
            throws IOException {
        LiveDirectory files = new LiveDirectory(directory);
        files.checkHoldsIndex();
        if (!files.hasNames()) {
            throw new IOException(directory + ": its vectors have ids and no names; open it by LiveIndex.open");
        }
        LiveIndex live = LiveIndex.open(files, durability, kernels, storage);
        try (NameReader reader = new NameReader(files.names())) {
            reader.check(live.readers.view());
            return new NamedLiveIndex(live, NameWriter.resume(reader, storage));
        } catch (Throwable thrown) {
            live.close();
            throw thrown;
        }
    }

    /** {@return the names of all ids, to be asked at any time and by any thread} */
    public Names names() {
        return writer.names();
    }

    /** {@return what opening found in the log of vectors} */
    public Recovery recovery() {
        return live.recovery();
    }

    /**
     * Whether there is a vector of this name.
     *
     * @param name any string
     * @return true if there is
     */
    public boolean contains(String name) {
        long id = names().id(name);
        return id != Names.NONE && live.contains(id);
    }

    /** {@return how many rows of memory a compaction would tidy up, as {@link LiveIndex#pending} says} */
    public int pending() {
        return live.pending();
    }

    /** {@return how well the lists fit the vectors that were written since they were trained} */
    public Drift drift() {
        return live.drift();
    }

    /**
     * The ids of names, for a file to {@link #swap(Path, Mark) swap} in. Names that have none get one, on the disk before this
     * returns.
     *
     * @param names names, distinct or not
     * @return the id of each
     * @throws IllegalArgumentException if one of them can be no name: empty, longer than {@link Names#MOST_BYTES}, half a
     *     surrogate pair or a zero in it
     * @throws IOException if new names cannot be logged; once forcing them failed, no new ones are taken until the index is
     *     opened again
     */
    public long[] ids(Collection<String> names) throws IOException {
        naming.lock();
        try {
            if (!open) {
                throw new IllegalStateException("live index: it is closed; open it again");
            }
            writer.add(names);
        } finally {
            naming.unlock();
        }
        return names.stream().mapToLong(names()::id).toArray();
    }

    /**
     * Adds a vector, in place of the one of this name if there is one.
     *
     * @param name its name, new or known
     * @param vector (1, dimension), finite
     * @throws IllegalArgumentException if the vector does not fit, or {@link #ids} refuses the name
     * @throws IOException if it cannot be logged; no vector is changed
     */
    public void upsert(String name, Matrix vector) throws IOException {
        upsert(List.of(name), vector);
    }

    /**
     * Adds vectors, in place of those of these names if there are any: all in one write, which searches see whole.
     *
     * @param names their names, new or known; of one that stands twice the last vector counts
     * @param vectors one per name, finite; neither may change meanwhile
     * @throws IllegalArgumentException if the vectors do not fit, there are none, or too many for a write of 1 GiB, or
     *     {@link #ids} refuses a name
     * @throws IOException if they cannot be logged; no vector is changed
     */
    public void upsert(List<String> names, Matrix vectors) throws IOException {
        live.check(names.size(), vectors);
        live.upsert(ids(names), vectors);
    }

    /**
     * Removes the vector of a name. The name keeps its id, should it come again.
     *
     * @param name any string
     * @return whether there was one; if not, nothing is written
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public boolean remove(String name) throws IOException {
        return remove(List.of(name)) == 1;
    }

    /**
     * Removes vectors: all in one write, which searches see whole.
     *
     * @param names any strings, unique or not, there or not
     * @return how many vectors there were
     * @throws IOException if it cannot be logged; nothing is changed
     */
    public int remove(Collection<String> names) throws IOException {
        return live.remove(names.stream()
                .mapToLong(names()::id)
                .filter(id -> id != Names.NONE)
                .toArray());
    }

    /**
     * Forces what was written to the disk.
     *
     * @throws IOException if that fails; writes are refused from then on, until {@link #compact} has begun a new log
     */
    public void flush() throws IOException {
        live.flush();
    }

    /**
     * Copies all vectors that are there now: to train anew, or to look at.
     *
     * @param arena owner of the copy
     * @return the vectors and their ids
     */
    public Contents contents(Arena arena) {
        return live.contents(arena);
    }

    /**
     * Remembers this moment for a later {@link #swap}. Take it before you read what the file is to hold.
     *
     * @return the moment, to be closed
     */
    public Mark mark() {
        return live.mark();
    }

    /**
     * Writes all that is there into a new file, as {@link LiveIndex#compact} does. Names that have no vector stay.
     *
     * @param workers who computes
     * @throws IOException if writing fails: the index goes on as before
     */
    public void compact(Workers workers) throws IOException {
        live.compact(workers);
    }

    /**
     * Puts another built file in place of what was there at a mark, as {@link LiveIndex#swap(Path, Mark)} does.
     *
     * @param file what {@link io.dovetail.index.IvfPqBuilder} wrote, with the {@link #ids} of names; it is copied
     * @param mark a {@link #mark} of this index, not closed
     * @throws IllegalArgumentException if an id of the file has no name, its dimension or fingerprint is another, or the mark
     *     is closed
     * @throws IOException if reading or writing fails: the index goes on as before
     */
    public void swap(Path file, Mark mark) throws IOException {
        checkNamed(file, names().size(), kernels);
        live.swap(file, mark);
    }

    /** Ends the logs, waits for the searches under way and frees all. Searchers are to be closed, before or after. Idempotent. */
    @Override
    public void close() throws IOException {
        naming.lock();
        try (live;
                writer) {
            if (open) {
                open = false;
                writer.end();
            }
        } finally {
            naming.unlock();
        }
    }
}
