package io.dovetail.index;

import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes an index as a faiss {@code IndexIVFPQ}. faiss then scans the same lists and codes; it knows no vectors to re-rank
 * with, no groups of lists and no fingerprint, so these are left out.
 */
public final class FaissWriter {

    private final IvfPqIndex index;
    private final PackedCode code;
    private final OutputStream out;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private FaissWriter(IvfPqIndex index, OutputStream out) {
        this.index = index;
        this.out = out;
        code = new PackedCode(index.subspaces(), index.bits());
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param index what to write; faiss takes the id -1 for none
     * @param target the file to make or to replace
     * @throws IllegalArgumentException if the index is rotated, for which this format has no place
     * @throws IOException if writing fails
     */
    public static void write(IvfPqIndex index, Path target) throws IOException {
        if (index.rotated()) {
            throw new IllegalArgumentException(
                    "faiss: the codes are in learnt axes, which an IndexIVFPQ does not have; build the index without"
                            + " them");
        }
        try (ReplacedFile file = new ReplacedFile(target)) {
            new FaissWriter(index, file.out()).writeIndex();
            file.commit();
        }
    }

    private void writeIndex() throws IOException {
        header(FaissFormat.INDEX, index.size());
        int64(index.nlist());
        int64(Math.min(index.nlist(), index.defaults().nprobe()));
        header(FaissFormat.FLAT, index.nlist());
        Matrix centroids = index.centroids();
        int64((long) index.nlist() * index.dimension());
        for (int list = 0; list < index.nlist(); list++) {
            for (int col = 0; col < index.dimension(); col++) {
                float32(centroids.get(list, col));
            }
        }
        out.write(FaissFormat.NO_DIRECT_MAP);
        int64(0);
        out.write(1); // by residual
        int64(code.bytes());
        writeCodebooks();
        writeLists();
    }

    private void header(String fourcc, int vectors) throws IOException {
        fourcc(fourcc);
        int32(index.dimension());
        int64(vectors);
        int64(FaissFormat.FILLER);
        int64(FaissFormat.FILLER);
        out.write(1); // trained
        int32(FaissFormat.INNER_PRODUCT);
    }

    private void writeCodebooks() throws IOException {
        Matrix codebooks = index.codebooks();
        int width = index.dimension() / index.subspaces();
        int64(index.dimension());
        int64(index.subspaces());
        int64(index.bits());
        int64((long) index.dimension() * codebooks.cols());
        for (int m = 0; m < index.subspaces(); m++) {
            for (int centroid = 0; centroid < codebooks.cols(); centroid++) {
                for (int col = 0; col < width; col++) {
                    float32(codebooks.get(m * width + col, centroid));
                }
            }
        }
    }

    private void writeLists() throws IOException {
        fourcc(FaissFormat.LISTS);
        int64(index.nlist());
        int64(code.bytes());
        fourcc(FaissFormat.FULL);
        int64(index.nlist());
        for (int list = 0; list < index.nlist(); list++) {
            int64(index.listEnd(list) - index.listStart(list));
        }
        for (int list = 0; list < index.nlist(); list++) {
            int size = index.listEnd(list) - index.listStart(list);
            for (int place = 0; place < size; place++) {
                byte[] packed = new byte[code.bytes()];
                for (int m = 0; m < code.subspaces(); m++) {
                    code.put(packed, m, CodeBlocks.read(index.codes(), index.codeOffset(list), code, place, m));
                }
                out.write(packed);
            }
            for (int row = index.listStart(list); row < index.listEnd(list); row++) {
                int64(index.id(row));
            }
        }
    }

    private void fourcc(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void int32(int value) throws IOException {
        out.write(number.clear().putInt(value).array(), 0, Integer.BYTES);
    }

    private void float32(float value) throws IOException {
        out.write(number.clear().putFloat(value).array(), 0, Float.BYTES);
    }

    private void int64(long value) throws IOException {
        out.write(number.clear().putLong(value).array(), 0, Long.BYTES);
    }
}
