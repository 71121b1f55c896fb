package io.dovetail.index.live;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The files of a live index: their names, loading what the manifest says, and clearing away what it does not. */
record LiveDirectory(Path path) {

    /** What was loaded. The log has been read to its end and is still open. */
    record Loaded(Manifest manifest, Segment segment, LogReader log) implements Closeable {

        /** Applies the records that are new. */
        void catchUp() throws IOException {
            log.read(new LogReader.Sink() {
                @Override
                public void put(long[] ids, Matrix vectors) {
                    segment.reserve(ids.length);
                    segment.put(ids, vectors);
                }

                @Override
                public void remove(long[] ids) {
                    segment.remove(ids);
                }
            });
            if (segment.wantsSort()) {
                segment.sort();
            }
        }

        /** Frees all, if no view was published. */
        void discard() throws IOException {
            segment.discard();
            log.close();
        }

        /** Frees what only reading the log needs: views of the segment stay. */
        @Override
        public void close() throws IOException {
            segment.close();
            log.close();
        }
    }

    boolean holdsIndex() {
        return Files.exists(path.resolve(Manifest.NAME));
    }

    void checkHoldsIndex() throws IOException {
        if (!holdsIndex()) {
            throw new NoSuchFileException(
                    path.resolve(Manifest.NAME).toString(),
                    null,
                    "there is no live index; make one by LiveIndex.create");
        }
    }

    /** Refuses to make an index where one is, and clears away what a creation that was cut short has left. */
    void prepare() throws IOException {
        if (holdsIndex()) {
            throw new IOException(path + ": holds a live index already; open it, or give another directory");
        }
        delete(1);
        Files.deleteIfExists(names());
    }

    boolean hasNames() {
        return Files.exists(names());
    }

    /** The log of names, if the index has such: the same for all generations. */
    Path names() {
        return path.resolve("NAMES");
    }

    Path index(long generation) {
        return path.resolve("index-" + generation + ".ivfpq");
    }

    Path log(long generation) {
        return path.resolve("log-" + generation + ".wal");
    }

    /** Loads the generation of a manifest, and the updates since. */
    Loaded load(Manifest manifest, Kernels kernels) throws IOException {
        try {
            return loadNamed(manifest, kernels);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(
                    e.getFile(),
                    null,
                    "there is no such file, but MANIFEST names it; restore the directory from a copy");
        }
    }

    private Loaded loadNamed(Manifest manifest, Kernels kernels) throws IOException {
        Segment segment = new Segment(Generation.open(index(manifest.generation()), kernels), manifest.usualDistance());
        try {
            int dimension = segment.generation().index().dimension();
            LogReader log = new LogReader(log(manifest.generation()), dimension, manifest.generation());
            Loaded loaded = new Loaded(manifest, segment, log);
            try {
                loaded.catchUp();
                return loaded;
            } catch (Throwable thrown) {
                log.close();
                throw thrown;
            }
        } catch (Throwable thrown) {
            segment.discard();
            throw thrown;
        }
    }

    /** Deletes what is left over from a process that was killed: the files that a manifest does not name. */
    void clear(Manifest manifest) throws IOException {
        Set<Path> named = Set.of(index(manifest.generation()), log(manifest.generation()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "{index-*.ivfpq,log-*.wal,.*.tmp}")) {
            for (Path file : files) {
                if (!named.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Deletes the files of a generation, as far as that works: opening the index does it again. */
    void delete(long generation) {
        deleteQuietly(index(generation));
        deleteQuietly(log(generation));
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(LiveDirectory.class.getName())
                    .log(System.Logger.Level.WARNING, "could not delete " + file, e);
        }
    }

    /** Forces a directory: the names in it. Where directories cannot be opened, the system has no need of it. */
    static void force(Path directory) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }
}
