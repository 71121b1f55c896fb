package io.dovetail.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Decodes UTF-8 strictly, so that malformed input is reported with its line; leaves out a byte order mark. */
final class Utf8Reader extends Reader {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final InputStream source;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private final CharBuffer chars = CharBuffer.allocate(1 << 16).flip();
    private long line = 1;
    private boolean begun;
    private boolean ended;

    Utf8Reader(Path file, InputStream source) {
        this.file = file;
        this.source = source;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        while (!chars.hasRemaining()) {
            if (ended) {
                return -1;
            }
            decode();
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        return count;
    }

    private void decode() throws IOException {
        bytes.compact();
        int read = source.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = read < 0;
        bytes.position(bytes.position() + Math.max(0, read)).flip();
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, ended);
        chars.flip();
        if (!begun && chars.hasRemaining()) {
            begun = true;
            if (chars.get(0) == BYTE_ORDER_MARK) {
                chars.get();
            }
        }
        for (int i = chars.position(); i < chars.limit(); i++) {
            line += chars.get(i) == '\n' ? 1 : 0;
        }
        if (result.isError()) {
            throw DataException.of(file, line, "this is not UTF-8", "convert the file, as by iconv -t UTF-8");
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
