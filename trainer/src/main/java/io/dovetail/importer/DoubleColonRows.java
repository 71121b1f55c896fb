package io.dovetail.importer;

import io.dovetail.data.InputFiles;
import io.dovetail.data.TableRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Lines whose fields are separated by two colons, without a header: each UTF-8, or Latin-1 where it cannot be that. */
final class DoubleColonRows implements TableRows {
    private final InputStream bytes;
    private long line;

    private DoubleColonRows(InputStream bytes) {
        this.bytes = bytes;
    }

    static boolean isOne(Path file) {
        return String.valueOf(file.getFileName()).endsWith(".dat");
    }

    static TableRows open(Path file) throws IOException {
        return new DoubleColonRows(InputFiles.bytes(file));
    }

    @Override
    public List<String> header() {
        return List.of();
    }

    @Override
    public List<String> next() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        do {
            text.reset();
            int b = bytes.read();
            if (b < 0) {
                return List.of();
            }
            line++;
            for (; b >= 0 && b != '\n'; b = bytes.read()) {
                if (b != '\r') {
                    text.write(b);
                }
            }
        } while (text.size() == 0);
        return List.of(decode(text.toByteArray()).split("::", -1));
    }

    private static String decode(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(text, StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
