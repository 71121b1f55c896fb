package io.dovetail.index.live;

import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live index that another process writes to, read along: what was written is seen after the next {@link #refresh}, each
 * write whole. It takes no lock in the directory and changes nothing in it.
 *
 * <p>All methods may be called from any thread; searches take no lock. What the writer had not forced to the disk when its
 * machine stopped may have been seen here.
 */
public final class FollowedIndex extends ViewedIndex implements AutoCloseable {

    private static final int TRIES = 10;

    private final LiveDirectory directory;
    private final ReentrantLock refreshing = new ReentrantLock();
    private final @Nullable NameReader names;
    private LiveDirectory.Loaded loaded;

    private FollowedIndex(
            LiveDirectory directory, Kernels kernels, LiveDirectory.Loaded loaded, @Nullable NameReader names) {
        super(new Readers(loaded.segment().view(loaded.log().sequence())), kernels);
        this.directory = directory;
        this.names = names;
        this.loaded = loaded;
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
        LiveDirectory.Loaded loaded = load(files, Manifest.read(directory), kernels);
        try {
            return new FollowedIndex(files, kernels, loaded, namesOf(files, loaded));
        } catch (Throwable thrown) {
            loaded.discard();
            throw thrown;
        }
    }

    /** Reads the names after the updates: each is there before any write that uses it. */
    private static @Nullable NameReader namesOf(LiveDirectory files, LiveDirectory.Loaded loaded) throws IOException {
        if (!files.hasNames()) {
            return null;
        }
        NameReader names = new NameReader(files.names());
        try {
            names.check(loaded.segment().view(0));
            return names;
        } catch (Throwable thrown) {
            names.close();
            throw thrown;
        }
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
                catchUpNames();
                publish();
            } else {
                LiveDirectory.Loaded before = loaded;
                LiveDirectory.Loaded next = load(directory, newest, kernels);
                try {
                    catchUpNames();
                } catch (Throwable thrown) {
                    next.discard();
                    throw thrown;
                }
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

    private void catchUpNames() throws IOException {
        if (names != null) {
            names.catchUp();
        }
    }

    /** {@return the names of a {@link NamedLiveIndex}, as of the last {@link #refresh} at least; of any other index none} */
    public Names names() {
        return names == null ? new Names() : names.names();
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

    /** Waits for the searches under way and frees all. Idempotent. */
    @Override
    public void close() throws IOException {
        refreshing.lock();
        try {
            if (readers.isOpen()) {
                loaded.close();
                if (names != null) {
                    names.close();
                }
            }
        } finally {
            readers.close();
            refreshing.unlock();
        }
    }
}
