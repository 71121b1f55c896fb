package io.dovetail.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** The compression of {@code .gz}. */
final class Gzip implements Decompression {
    private static final int BUFFER = 1 << 16;

    @Override
    public String ending() {
        return ".gz";
    }

    @Override
    public String name() {
        return "gzip";
    }

    @Override
    public InputStream open(InputStream compressed) throws IOException {
        return new GZIPInputStream(compressed, BUFFER);
    }
}
