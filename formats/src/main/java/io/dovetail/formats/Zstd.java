package io.dovetail.formats;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.dovetail.data.Decompression;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The compression of {@code .zst} files, by zstd-jni: frames one after another, with checksums where they have them. */
public final class Zstd implements Decompression {

    /** Made by {@link java.util.ServiceLoader}. */
    public Zstd() {}

    @Override
    public String ending() {
        return ".zst";
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public InputStream open(InputStream compressed) throws IOException {
        return new TruncationTold(new ZstdInputStream(compressed));
    }

    /** The library tells of a frame that is cut short as of any damage. */
    private static final class TruncationTold extends FilterInputStream {
        TruncationTold(InputStream source) {
            super(source);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (ZstdIOException e) {
                if (String.valueOf(e.getMessage()).contains("Truncated")) {
                    EOFException early = new EOFException(e.getMessage());
                    early.initCause(e);
                    throw early;
                }
                throw e;
            }
        }
    }
}
