package io.dovetail.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Opens files by their endings: which kind of table they hold, and how they are compressed. */
public final class InputFiles {
    private static final int BUFFER = 1 << 16;
    private static final List<String> TEXTS = List.of(".tsv", ".csv", ".jsonl", ".ndjson");
    private static final List<String> COMPRESSIONS = List.of("", ".gz", ".zst");
    private static final String OTHER_MODULE = "add the module dovetail-formats";

    private InputFiles() {}

    /** {@return the endings of the files that a data set may consist of} */
    static List<String> endings() {
        List<String> endings = new ArrayList<>();
        for (String text : TEXTS) {
            COMPRESSIONS.forEach(compression -> endings.add(text + compression));
        }
        endings.add(".parquet");
        return endings;
    }

    /**
     * Opens a table of any kind, as its ending says.
     *
     * @param file the file
     * @return its rows, to be closed
     * @throws DataException if nothing here reads this kind of file, or something is wrong with it
     * @throws IOException if it cannot be read
     */
    public static TableRows rows(Path file) throws IOException {
        String name = nameWithoutCompression(file);
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return JsonRows.open(file);
        }
        if (name.endsWith(".tsv")) {
            return TextRows.tsv(file);
        }
        if (name.endsWith(".csv")) {
            return TextRows.csv(file);
        }
        Optional<TableFormat> format = ServiceLoader.load(TableFormat.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(known -> name.endsWith(known.ending()))
                .findFirst();
        return format.orElseThrow(() -> DataException.of(file, "nothing here reads this kind of file", OTHER_MODULE))
                .open(file);
    }

    /**
     * Opens a file of JSON objects, an object a row, for some of their keys; reads it once, where {@link #rows} has to find
     * the keys first.
     *
     * @param file the file
     * @param keys the keys that become columns; others are passed over
     * @param separator what to put between the values of a list
     * @return its rows, to be closed
     * @throws DataException if something is wrong with it
     * @throws IOException if it cannot be read
     */
    public static TableRows json(Path file, List<String> keys, String separator) throws IOException {
        return JsonRows.open(file, keys, separator);
    }

    /**
     * Opens a text, which may be compressed as its ending says: strictly UTF-8, without a byte order mark. What is wrong
     * with it is told with its line, by a {@link DataException}.
     *
     * @param file the file
     * @return its characters, to be closed
     * @throws DataException if it is empty, or nothing here decompresses it
     * @throws IOException if it cannot be read
     */
    public static Reader text(Path file) throws IOException {
        return new Utf8Reader(file, bytes(file));
    }

    /**
     * Opens a file, which may be compressed as its ending says.
     *
     * @param file the file
     * @return its bytes as they were before compression, to be closed
     * @throws DataException if it is empty, or nothing here decompresses it
     * @throws IOException if it cannot be read
     */
    public static InputStream bytes(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.size(file) == 0) {
            throw DataException.of(file, "the file is empty", "fetch or write it again");
        }
        String name = String.valueOf(file.getFileName());
        Optional<Decompression> compression =
                decompressions().filter(known -> name.endsWith(known.ending())).findFirst();
        if (compression.isEmpty() && COMPRESSIONS.stream().anyMatch(end -> !end.isEmpty() && name.endsWith(end))) {
            throw DataException.of(file, "nothing here decompresses this kind of file", OTHER_MODULE);
        }
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        if (compression.isEmpty()) {
            return raw;
        }
        try {
            return new Decompressed(file, compression.get(), compression.get().open(raw));
        } catch (IOException e) {
            raw.close();
            throw damaged(file, compression.get(), e);
        }
    }

    private static Stream<Decompression> decompressions() {
        return Stream.concat(
                Stream.of(new Gzip()),
                ServiceLoader.load(Decompression.class).stream().map(ServiceLoader.Provider::get));
    }

    private static String nameWithoutCompression(Path file) {
        String name = String.valueOf(file.getFileName());
        return COMPRESSIONS.stream()
                .filter(end -> !end.isEmpty() && name.endsWith(end))
                .map(end -> name.substring(0, name.length() - end.length()))
                .findFirst()
                .orElse(name);
    }

    private static IOException damaged(Path file, Decompression compression, IOException e) {
        String fault = e instanceof EOFException ? " stream ends too early" : " stream is damaged";
        return new DamagedFileException(file, "the " + compression.name() + fault, e);
    }

    /** Tells of damage in the words of the file. */
    private static final class Decompressed extends InputStream {
        private final Path file;
        private final Decompression compression;
        private final InputStream source;

        Decompressed(Path file, Decompression compression, InputStream source) {
            this.file = file;
            this.compression = compression;
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return source.read(target, offset, length);
            } catch (IOException e) {
                throw damaged(file, compression, e);
            }
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
