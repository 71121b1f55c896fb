package io.dovetail.index.live;

import io.dovetail.index.Index;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A live index that another process writes to, read along: what was written is seen after the next {@link #refresh}, each
 * write whole. It takes no lock in the directory and changes nothing in it.
 *
 * <p>All methods may be called from any thread; searches take no lock. What the writer had not forced to the disk when its
 * machine stopped may have been seen here.
 */
public final class FollowedIndex implements Index, AutoCloseable {

    private static final int TRIES = 10;

    private final LiveDirectory directory;
    private final Kernels kernels;
    private final Readers readers;
    private final ReentrantLock refreshing = new ReentrantLock();
    private LiveDirectory.Loaded loaded;

    private FollowedIndex(LiveDirectory directory, Kernels kernels, LiveDirectory.Loaded loaded) {
        this.directory = directory;
        this.kernels = kernels;
        this.loaded = loaded;
        readers = new Readers(loaded.segment().view(loaded.log().sequence()));
    }

    /**
     * Opens a live index to read along.
     *
     * @param directory where it is
     * @param kernels how to compute
     * @return the index, to be closed
     * @throws io.dovetail.index.file.CorruptFileException if a file is damaged; says where
     * @throws IOException if there is no live index or it cannot be read
     */
    public static FollowedIndex open(Path directory, Kernels kernels) throws IOException {
        LiveDirectory files = new LiveDirectory(directory);
        files.checkHoldsIndex();
        return new FollowedIndex(files, kernels, load(files, Manifest.read(directory), kernels));
    }

    /** Loads what a manifest names, or a later one if it has been replaced meanwhile. */
    private static LiveDirectory.Loaded load(LiveDirectory files, Manifest manifest, Kernels kernels)
            throws IOException {
        Manifest newest = manifest;
        for (int i = 1; ; i++) {
            try {
                return files.load(newest, kernels);
            } catch (NoSuchFileException e) {
                Manifest again = Manifest.read(files.path());
                if (again.generation() == newest.generation() || i == TRIES) {
                    throw e;
                }
                newest = again;
            }
        }
    }

    /**
     * Sees what was written since the last time. Runs on this thread; after a compaction or swap of the writer it loads the new
     * file.
     *
     * @return the number of the last write that is seen now
     * @throws IOException if reading fails: searches see what they saw before
     */
    public long refresh() throws IOException {
        refreshing.lock();
        try {
            readers.view(); // throws if closed
            Manifest newest = Manifest.read(directory.path());
            if (newest.generation() == loaded.manifest().generation()) {
                loaded.catchUp();
                publish();
            } else {
                LiveDirectory.Loaded before = loaded;
                LiveDirectory.Loaded next = load(directory, newest, kernels);
                readers.prepare(next.segment().generation());
                loaded = next;
                publish();
                before.close();
                readers.awaitFree();
            }
            return loaded.log().sequence();
        } finally {
            refreshing.unlock();
        }
    }

    /** {@return the file that the last {@link #refresh} found: what was written since is not in it} */
    public Path file() {
        return loaded(now -> directory.index(now.manifest().generation()));
    }

    /** {@return how many rows of memory a compaction would tidy up, as {@link LiveIndex#pending} says} */
    public int pending() {
        return loaded(now -> now.segment().pending());
    }

    /** {@return how many vectors of the file were replaced or removed since it was written} */
    public int removed() {
        return loaded(now -> now.segment().dead());
    }

    /** {@return how well the lists fit the vectors that were written since they were trained} */
    public Drift drift() {
        return loaded(now -> now.manifest().drift().plus(now.segment().drift()));
    }

    private <T> T loaded(Function<LiveDirectory.Loaded, T> question) {
        refreshing.lock();
        try {
            readers.view(); // throws if closed
            return question.apply(loaded);
        } finally {
            refreshing.unlock();
        }
    }

    private void publish() {
        readers.publish(loaded.segment().view(loaded.log().sequence()));
    }

    @Override
    public int size() {
        return readers.view().size();
    }

    @Override
    public int dimension() {
        return readers.view().generation().index().dimension();
    }

    @Override
    public String fingerprint() {
        return readers.view().generation().index().fingerprint();
    }

    @Override
    public SearchParams defaults() {
        return readers.view().generation().index().defaults();
    }

    @Override
    public Searcher searcher() {
        return new LiveSearcher(readers, kernels);
    }

    /** Waits for the searches under way and frees all. Idempotent. */
    @Override
    public void close() throws IOException {
        refreshing.lock();
        try {
            if (readers.isOpen()) {
                loaded.close();
            }
        } finally {
            readers.close();
            refreshing.unlock();
        }
    }
}
