package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.ScanKernels;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Writes an index anew, without some of its vectors and with others added, on the same centroids and codebooks. Vectors that
 * stay keep their list and their code; those that are added get the list of the nearest centroid and are encoded. Nothing is
 * trained.
 */
public final class IvfPqMerger {

    /** Rows that are encoded or written at a time. */
    private static final int CHUNK_ROWS = 1 << 12;

    private final IvfPqIndex base;
    private final Workers workers;

    /**
     * A merger that may be used again.
     *
     * @param base the index to begin with, whose memory must live as long
     * @param workers who computes
     */
    public IvfPqMerger(IvfPqIndex base, Workers workers) {
        this.base = base;
        this.workers = workers;
    }

    /**
     * Writes the file, whole or not at all. At least one vector must stay or be added.
     *
     * @param kept the rows of the base that stay
     * @param added (n, d), finite; n may be 0
     * @param ids of the added vectors: one each, unique, and not among those that stay
     * @param out the file to write
     * @throws IllegalArgumentException if nothing is left, or vectors and ids do not fit
     * @throws IOException if writing fails
     */
    public void write(BitSet kept, Matrix added, long[] ids, Path out) throws IOException {
        int size = Math.addExact(kept.cardinality(), added.rows());
        if (size == 0 || kept.length() > base.size()) {
            throw new IllegalArgumentException("merge: " + size + " vectors would be left, and rows up to "
                    + kept.length() + " of " + base.size() + " stay; at least 1 and at most that many are possible");
        }
        Vectors.checkIds(added.rows(), ids);
        Vectors.checkFinite("added", added);
        try (Arena arena = Arena.ofShared();
                NearestCentroid nearest =
                        new NearestCentroid(base.kernels(), workers, Math.max(base.nlist(), 1 << base.bits()));
                SectionFileWriter writer =
                        new SectionFileWriter(out, IvfPqIndex.KIND, base.file().version())) {
            new Merge(kept, added, ids, nearest, writer, arena).run(size);
            writer.commit();
        }
    }

    /** The state of one file. A place is a row of the new file; it has a row of the base, or ~row of the added vectors. */
    private final class Merge {

        private final Matrix added;
        private final long[] addedIds;
        private final SectionFileWriter writer;
        private final Matrix chunk;
        private final int[] lists;
        private final int[] sources;
        private final int[][] addedCodes;
        private final int[][] keptCode = new int[base.subspaces()][1];
        private final MemorySegment block;

        private Merge(
                BitSet kept,
                Matrix added,
                long[] addedIds,
                NearestCentroid nearest,
                SectionFileWriter writer,
                Arena arena) {
            this.added = added;
            this.addedIds = addedIds;
            this.writer = writer;
            chunk = Matrix.allocate(arena, CHUNK_ROWS, base.dimension());
            block = arena.allocate(base.blockBytes(), Long.BYTES);
            int[] listOfAdded = new int[added.rows()];
            nearest.assign(added, base.centroids(), Rule.EUCLIDEAN, listOfAdded);
            addedCodes = encode(listOfAdded, nearest, arena);
            int[] startsOfAdded = RowOrder.starts(listOfAdded, base.nlist());
            int[] addedInOrder = RowOrder.byGroup(listOfAdded, startsOfAdded);
            lists = new int[base.nlist() + 1];
            sources = new int[kept.cardinality() + added.rows()];
            int place = 0;
            for (int list = 0; list < base.nlist(); list++) {
                int end = base.listEnd(list);
                for (int row = kept.nextSetBit(base.listStart(list));
                        row >= 0 && row < end;
                        row = kept.nextSetBit(row + 1)) {
                    sources[place++] = row;
                }
                for (int i = startsOfAdded[list]; i < startsOfAdded[list + 1]; i++) {
                    sources[place++] = ~addedInOrder[i];
                }
                lists[list + 1] = place;
            }
        }

        private int[][] encode(int[] listOfAdded, NearestCentroid nearest, Arena arena) {
            ProductQuantizer quantizer = ProductQuantizer.of(base.codebooks(), base.subspaces(), arena);
            int[][] all = new int[base.subspaces()][added.rows()];
            int[][] some = new int[base.subspaces()][CHUNK_ROWS];
            ResidualEncoder encoder = new ResidualEncoder(
                    new CodeEncoder(quantizer, base.anisotropy(), base.kernels(), workers, nearest, arena),
                    base.centroids(),
                    base.rotation(),
                    base.kernels(),
                    workers,
                    CHUNK_ROWS,
                    arena);
            for (int from = 0; from < added.rows(); from += CHUNK_ROWS) {
                Matrix rows = chunk.rows(0, Math.min(CHUNK_ROWS, added.rows() - from));
                rows.copyFrom(added.rows(from, rows.rows()));
                encoder.encode(rows, Arrays.copyOfRange(listOfAdded, from, from + rows.rows()), some);
                for (int m = 0; m < all.length; m++) {
                    System.arraycopy(some[m], 0, all[m], from, rows.rows());
                }
            }
            return all;
        }

        private void run(int size) throws IOException {
            for (String name : base.file().names()) {
                if (name.equals(base.vectors().precision().section())) {
                    writeVectors(size);
                    continue;
                }
                switch (name) {
                    case "lists" -> writer.ints(name, lists);
                    case "ids" -> writer.longs(name, ids());
                    case "codes" -> writeCodes(name);
                    default -> {
                        writer.begin(name);
                        writer.append(base.file().section(name));
                    }
                }
            }
        }

        private long[] ids() {
            long[] ids = new long[sources.length];
            for (int place = 0; place < ids.length; place++) {
                int source = sources[place];
                ids[place] = source >= 0 ? base.id(source) : addedIds[~source];
            }
            return ids;
        }

        private void writeVectors(int size) throws IOException {
            StoredVectors kept = base.vectors();
            VectorSource more = VectorSource.of(added);
            VectorWriter stored = new VectorWriter(writer, kept.precision(), kept.scale());
            stored.begin(size, base.dimension());
            for (int from = 0; from < size; from += CHUNK_ROWS) {
                Matrix rows = chunk.rows(0, Math.min(CHUNK_ROWS, size - from));
                for (int row = 0; row < rows.rows(); row++) {
                    int source = sources[from + row];
                    if (source >= 0) {
                        kept.copyRow(source, rows, row);
                    } else {
                        more.copyRow(~source, rows, row);
                    }
                }
                stored.append(rows);
            }
        }

        private void writeCodes(String name) throws IOException {
            writer.begin(name);
            CodeBlocks blocks = new CodeBlocks(base.bits(), block, writer);
            for (int list = 0; list < base.nlist(); list++) {
                for (int place = lists[list]; place < lists[list + 1]; place++) {
                    int source = sources[place];
                    if (source >= 0) {
                        readCode(list, source);
                        blocks.add(list, keptCode, 0);
                    } else {
                        blocks.add(list, addedCodes, ~source);
                    }
                }
            }
            blocks.flush();
        }

        private void readCode(int list, int row) {
            int at = row - base.listStart(list);
            long first = base.codeOffset(list) + at / ScanKernels.BLOCK * base.blockBytes() + at % ScanKernels.BLOCK;
            int perByte = base.bits() == 4 ? 2 : 1;
            int mask = (1 << base.bits()) - 1;
            for (int m = 0; m < keptCode.length; m++) {
                byte bits = base.codes().get(ValueLayout.JAVA_BYTE, first + (long) (m / perByte) * ScanKernels.BLOCK);
                keptCode[m][0] = bits >> (m % perByte * base.bits()) & mask;
            }
        }
    }
}
