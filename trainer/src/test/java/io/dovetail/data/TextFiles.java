package io.dovetail.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the small text files that reader tests read. */
final class TextFiles {
    private TextFiles() {}

    /** Writes lines, gzipped if the name says so. A blank stands for a tab in a name of {@code .tsv}. */
    static void write(Path folder, String name, String... lines) {
        String text = String.join("\n", lines) + "\n";
        bytes(folder, name, (name.contains(".tsv") ? text.replace(' ', '\t') : text).getBytes(StandardCharsets.UTF_8));
    }

    static void bytes(Path folder, String name, byte[] content) {
        try {
            Files.write(folder.resolve(name), name.endsWith(".gz") ? gzip(content) : content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }
}
