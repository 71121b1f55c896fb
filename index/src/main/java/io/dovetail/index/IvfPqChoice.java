package io.dovetail.index;

import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.ScanKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How to build an index that keeps to a number of bytes, and why so.
 *
 * @param spec what was chosen
 * @param bytes about how long the file will be
 * @param reasons sentences for people, one for each thing that was chosen
 */
public record IvfPqChoice(IvfPqSpec spec, long bytes, List<String> reasons) {

    /**
     * Recall@10 that int8 can reach, as measured: 0.956 on a million unit vectors of 32 dimensions, however deep the search,
     * where float16 reached 0.997 and float32 0.998.
     */
    static final double MOST_RECALL_OF_INT8 = 0.95;

    /** Bytes of an id. */
    private static final int ID_BYTES = Long.BYTES;

    /** Codes from long to short: a sub-vector of 4 bits for every one, two or four numbers. */
    private static final int[] NUMBERS_PER_SUBSPACE = {1, 2, 4};

    /** Copies the reasons. */
    public IvfPqChoice {
        reasons = List.copyOf(reasons);
    }

    /**
     * Chooses the code and the precision of the vectors: float32 with the longest code if they fit, else float16,
     * else int8 where the recall allows it, each with the longest code that fits.
     *
     * @param n number of vectors, at least 1
     * @param dimension of these, at least 1
     * @param mostBytes how long the index may be, on disk and in memory
     * @param recall recall@k that searches are to reach, in (0, 1]
     * @return the choice
     * @throws IllegalArgumentException if no index is that small; the message says how small the smallest is
     */
    public static IvfPqChoice forBytes(int n, int dimension, long mostBytes, double recall) {
        if (!(recall > 0 && recall <= 1)) {
            throw new IllegalArgumentException("ivf-pq: recall is above 0 and at most 1, got " + recall);
        }
        List<IvfPqSpec> candidates = candidates(n, dimension, recall);
        Optional<IvfPqSpec> chosen = candidates.stream()
                .filter(spec -> bytes(spec, n, dimension) <= mostBytes)
                .findFirst();
        if (chosen.isEmpty()) {
            IvfPqSpec least = candidates.getLast();
            throw new IllegalArgumentException("ivf-pq: " + format(mostBytes) + " are not enough for " + n
                    + " vectors of dimension " + dimension + " at recall " + recall + "; the smallest index, with "
                    + least.precision() + " and code " + code(least) + ", takes "
                    + format(bytes(least, n, dimension)));
        }
        IvfPqSpec spec = chosen.get();
        return new IvfPqChoice(spec, bytes(spec, n, dimension), reasons(spec, n, dimension, mostBytes, recall));
    }

    /**
     * About how long the file of an index will be: vectors, codes with lists padded to whole blocks, ids, centroids.
     *
     * @param spec how to build
     * @param n number of vectors
     * @param dimension of these
     * @return bytes
     */
    public static long bytes(IvfPqSpec spec, int n, int dimension) {
        long vectors = (long) n * spec.precision().bytesPerVector(dimension);
        long padding = (long) spec.nlist() * ScanKernels.BLOCK / 2; // half a block for each list
        long codes = (n + padding) * CodeShape.blockBytes(spec.bits(), spec.subspaces()) / ScanKernels.BLOCK;
        long centroids = (long) spec.nlist() * dimension * Float.BYTES;
        long codebooks = ((long) dimension << spec.bits()) * Float.BYTES;
        return vectors + codes + (long) n * ID_BYTES + centroids + codebooks;
    }

    /** From large to small, and so from what serves best on. */
    private static List<IvfPqSpec> candidates(int n, int dimension, double recall) {
        List<IvfPqSpec> candidates = new ArrayList<>();
        List<IvfPqSpec> codes = codes(IvfPqSpec.forSize(n, dimension), dimension);
        candidates.add(codes.getFirst()); // with a shorter code, float16 and the longest serve better at fewer bytes
        codes.forEach(spec -> candidates.add(spec.withPrecision(VectorPrecision.FLOAT16)));
        if (recall <= MOST_RECALL_OF_INT8) {
            codes.forEach(spec -> candidates.add(spec.withPrecision(VectorPrecision.INT8)));
        }
        return candidates;
    }

    /** By length, the longest first; where the dimension is odd, the usual one alone. */
    private static List<IvfPqSpec> codes(IvfPqSpec usual, int dimension) {
        List<IvfPqSpec> codes = new ArrayList<>();
        for (int numbers : NUMBERS_PER_SUBSPACE) {
            if (dimension % (2 * numbers) == 0 && dimension / numbers <= IvfPqSpec.MOST_SUBSPACES) {
                codes.add(usual.withCode(dimension / numbers, 4));
            }
        }
        return codes.isEmpty() ? List.of(usual) : codes;
    }

    private static List<String> reasons(IvfPqSpec spec, int n, int dimension, long mostBytes, double recall) {
        List<String> reasons = new ArrayList<>();
        reasons.add(spec.nlist()
                + " lists: the power of two nearest to 4 √n that leaves a list enough vectors to be trained" + " on.");
        reasons.add("Vectors in " + spec.precision() + ", "
                + spec.precision().bytesPerVector(dimension) + " bytes each: "
                + switch (spec.precision()) {
                    case FLOAT32 -> "there is room for them as they are, and scores are exact.";
                    case FLOAT16 -> "float32 does not fit; scores err by less than a thousandth.";
                    case INT8 ->
                        "float16 does not fit, and a recall of " + recall + " is within what int8 has reached.";
                });
        reasons.add("Code " + code(spec) + ", " + spec.subspaces() * spec.bits() / 8.0
                + " bytes each: the longest that fits"
                + (spec.bits() == 4 ? ", of 4 bits as they are scanned fastest." : "."));
        reasons.add("About " + format(bytes(spec, n, dimension)) + " of " + format(mostBytes) + ".");
        return reasons;
    }

    private static String code(IvfPqSpec spec) {
        return spec.subspaces() + "x" + spec.bits();
    }

    private static String format(long bytes) {
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%,d bytes", bytes)
                : String.format(Locale.ROOT, "%,.1f MB", bytes * 1e-6);
    }
}
