package io.dovetail.index;

/**
 * The {@code IndexIVFPQ} file of faiss, as {@link FaissWriter} writes and {@link FaissReader} reads it; found in {@code
 * index_write.cpp} and {@code index_read.cpp} of faiss 1.15. All little-endian; a vector is its int64 length and its elements.
 *
 * <pre>
 * index       "IwPQ", header, int64 nlist, int64 nprobe, quantizer, direct map, uint8 by_residual, int64 code bytes,
 *             codebooks, lists
 * header      int32 d, int64 n, two int64 that mean nothing, uint8 trained, int32 metric (0: inner product)
 * quantizer   "IxFI", header, vector of nlist d float32
 * direct map  uint8 type, vector of int64; of type 2 also a vector of pairs of int64
 * codebooks   int64 d, int64 M, int64 bits, vector of float32 (M, 2^bits, d / M)
 * lists       "ilar", int64 nlist, int64 code bytes, then "full" and a vector of nlist int64 sizes, or "sprs" and a vector of
 *             int64 pairs of list and size; then of each list that is not empty its codes, see {@link PackedCode}, and its
 *             int64 ids
 * </pre>
 */
final class FaissFormat {

    static final String INDEX = "IwPQ";
    static final String FLAT = "IxFI";
    static final String LISTS = "ilar";
    static final String FULL = "full";
    static final String SPARSE = "sprs";
    static final int INNER_PRODUCT = 0;
    static final int NO_DIRECT_MAP = 0;
    static final int HASH_TABLE = 2;

    /** What faiss writes for two numbers of the header that mean nothing. */
    static final long FILLER = 1 << 20;

    private FaissFormat() {}
}
