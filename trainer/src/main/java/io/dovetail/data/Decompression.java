package io.dovetail.data;

import java.io.IOException;
import java.io.InputStream;

/**
 * A way in which files of text are compressed. {@code .gz} is built in; others are found by
 * {@link java.util.ServiceLoader}. Implementations hold no state.
 */
public interface Decompression {
    /** {@return the ending that follows that of the text, as {@code .zst}} */
    String ending();

    /** {@return what people call it, as {@code zstd}} */
    String name();

    /**
     * Decompresses a stream.
     *
     * @param compressed the bytes of the file
     * @return the bytes of the text; fails with an {@link java.io.EOFException} where they end too early, and with another
     *     {@link IOException} where they are damaged
     * @throws IOException if the beginning is damaged
     */
    InputStream open(InputStream compressed) throws IOException;
}
