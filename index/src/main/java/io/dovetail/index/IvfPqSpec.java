package io.dovetail.index;

import java.util.ArrayList;
import java.util.List;

/**
 * How to build an IVF-PQ index. {@link #forSize} gives values that work; {@link #advice} says in words what is unwise.
 *
 * @param nlist number of lists, at least 1 and at most the number of vectors
 * @param subspaces number of sub-vectors M, in [1, 256]; must divide the dimension; even for 4 bits
 * @param bits bits of a code, 4 to 8: 16 to 256 centroids per subspace
 * @param trainingSample greatest number of vectors to train on, at least 1
 * @param iterations of k-means, at least 1
 * @param seed of everything random
 * @param rotationRounds rounds of optimized product quantization that learn axes for the codes, at least 0: 0 keeps the
 *     axes of the vectors
 * @param precision how the vectors are kept that candidates are scored with
 * @param anisotropy η, at least 1 and finite: how many times an error of a code along its vector counts, beside one
 *     across it; 1 chooses the nearest codes
 */
public record IvfPqSpec(
        int nlist,
        int subspaces,
        int bits,
        int trainingSample,
        int iterations,
        long seed,
        int rotationRounds,
        VectorPrecision precision,
        float anisotropy) {

    /** Of 2, 4 and 8 the best or next to it, for codes of 1, 2 and 2 dimensions a sub-vector of 32, 32 and 100. */
    private static final float USUAL_ANISOTROPY = 4;

    /** Fewest training vectors per centroid that k-means wants, the figure of faiss. */
    private static final int ROWS_PER_CENTROID = 39;

    static final int MOST_SUBSPACES = 256;
    private static final int LEAST_SAMPLE = 1 << 16;

    /** Checks all that can be checked without the vectors. */
    public IvfPqSpec {
        require(nlist >= 1, "nlist is at least 1, got " + nlist);
        require(bits >= 4 && bits <= 8, "bits are 4 to 8, got " + bits);
        require(
                subspaces >= 1 && subspaces <= MOST_SUBSPACES,
                "subspaces are in [1, " + MOST_SUBSPACES + "], got " + subspaces);
        require(bits > 4 || subspaces % 2 == 0, "4-bit codes need an even number of subspaces, got " + subspaces);
        require(trainingSample >= 1, "trainingSample is at least 1, got " + trainingSample);
        require(iterations >= 1, "iterations are at least 1, got " + iterations);
        require(rotationRounds >= 0, "rotationRounds are at least 0, got " + rotationRounds);
        require(
                anisotropy >= 1 && anisotropy < Float.POSITIVE_INFINITY,
                "anisotropy is at least 1 and finite, got " + anisotropy);
    }

    /**
     * A spec without a rotation, whose vectors are kept as they are, with an anisotropy of 4.
     *
     * @param nlist number of lists
     * @param subspaces number of sub-vectors M
     * @param bits bits of a code
     * @param trainingSample greatest number of vectors to train on
     * @param iterations of k-means
     * @param seed of everything random
     */
    public IvfPqSpec(int nlist, int subspaces, int bits, int trainingSample, int iterations, long seed) {
        this(nlist, subspaces, bits, trainingSample, iterations, seed, 0, VectorPrecision.FLOAT32, USUAL_ANISOTROPY);
    }

    /**
     * Values for a number of vectors: nlist the power of two nearest to 4 √n but at most n/39, 8-bit codes, the fewest
     * subspaces that are at least a quarter of the dimension, 64 training vectors per list but at least 65,536.
     *
     * @param n number of vectors, at least 1
     * @param dimension length of a vector, at least 1
     * @return the spec
     */
    public static IvfPqSpec forSize(int n, int dimension) {
        require(n >= 1 && dimension >= 1, "at least 1 vector of dimension 1, got " + n + " of dimension " + dimension);
        int nlist = 1 << Math.round(Math.log(4 * Math.sqrt(n)) / Math.log(2));
        while (nlist > 1 && nlist > n / ROWS_PER_CENTROID) {
            nlist /= 2;
        }
        List<Integer> valid = validSubspaces(dimension, 8);
        int subspaces =
                valid.stream().filter(m -> 4 * m >= dimension).findFirst().orElse(valid.getLast());
        return new IvfPqSpec(nlist, subspaces, 8, Math.max(LEAST_SAMPLE, 64 * nlist), 15, 1);
    }

    /**
     * The numbers of subspaces that a dimension can be split into.
     *
     * @param dimension length of a vector
     * @param bits 4 to 8
     * @return ascending, not empty but for 4 bits
     */
    public static List<Integer> validSubspaces(int dimension, int bits) {
        List<Integer> valid = new ArrayList<>();
        for (int m = 1; m <= Math.min(dimension, MOST_SUBSPACES); m++) {
            if (dimension % m == 0 && (bits > 4 || m % 2 == 0)) {
                valid.add(m);
            }
        }
        return valid;
    }

    /**
     * Refuses what cannot work with these vectors.
     *
     * @param n number of vectors
     * @param dimension length of a vector
     * @throws IllegalArgumentException saying what to change
     */
    public void check(int n, int dimension) {
        require(n >= 1 && dimension >= 1, "there are no vectors to index: got " + n + " of dimension " + dimension);
        require(
                dimension % subspaces == 0,
                "dimension " + dimension + " cannot be split into " + subspaces + " subspaces; valid: "
                        + validSubspaces(dimension, bits));
        require(
                nlist <= n,
                "nlist " + nlist + " is more than the " + n + " vectors; use " + forSize(n, dimension).nlist
                        + ", or a flat index");
    }

    /**
     * What will work but is unwise.
     *
     * @param n number of vectors
     * @param dimension length of a vector
     * @return sentences for people, empty if all is well
     */
    public List<String> advice(int n, int dimension) {
        List<String> advice = new ArrayList<>();
        IvfPqSpec usual = forSize(n, dimension);
        if (n < 2_000) {
            advice.add(n + " vectors are few: a flat index is exact and about as fast.");
        }
        if (nlist > Math.max(1, n / ROWS_PER_CENTROID)) {
            advice.add("nlist " + nlist + " leaves fewer than " + ROWS_PER_CENTROID + " of the " + n
                    + " vectors per list; " + usual.nlist + " is a better number.");
        }
        int sample = Math.min(n, trainingSample);
        if (sample < ROWS_PER_CENTROID << bits) {
            advice.add("Training " + (1 << bits) + " centroids per subspace wants at least "
                    + (ROWS_PER_CENTROID << bits) + " vectors, there are " + sample + "; codes will be coarse, so"
                    + " re-rank deeper.");
        }
        if (sample < n && sample / ROWS_PER_CENTROID < nlist) {
            advice.add("trainingSample " + trainingSample + " is small for " + nlist + " lists; use at least "
                    + (long) ROWS_PER_CENTROID * nlist + ".");
        }
        return advice;
    }

    /**
     * The search parameters to begin with. Without a margin: what is safe depends on the vectors, and where their lengths
     * differ much, a list holds vectors far better than its centroid tells. A tuner knows by trying.
     *
     * @return a twentieth of the lists but at least 8, and a re-rank of 200
     */
    public SearchParams defaults() {
        return new SearchParams(Math.min(nlist, Math.max(8, (nlist + 19) / 20)), 200);
    }

    /**
     * A copy with another number of lists.
     *
     * @param lists number of lists
     * @return the copy
     */
    public IvfPqSpec withNlist(int lists) {
        return new IvfPqSpec(
                lists, subspaces, bits, trainingSample, iterations, seed, rotationRounds, precision, anisotropy);
    }

    /**
     * A copy with another code.
     *
     * @param count number of subspaces
     * @param codeBits bits of a code
     * @return the copy
     */
    public IvfPqSpec withCode(int count, int codeBits) {
        return new IvfPqSpec(
                nlist, count, codeBits, trainingSample, iterations, seed, rotationRounds, precision, anisotropy);
    }

    /**
     * A copy with other training.
     *
     * @param sample greatest number of vectors to train on
     * @param rounds of k-means
     * @return the copy
     */
    public IvfPqSpec withTraining(int sample, int rounds) {
        return new IvfPqSpec(nlist, subspaces, bits, sample, rounds, seed, rotationRounds, precision, anisotropy);
    }

    /**
     * A copy with another seed.
     *
     * @param value the seed
     * @return the copy
     */
    public IvfPqSpec withSeed(long value) {
        return new IvfPqSpec(
                nlist, subspaces, bits, trainingSample, iterations, value, rotationRounds, precision, anisotropy);
    }

    /**
     * A copy with another rotation.
     *
     * @param rounds that learn it, 0 for none
     * @return the copy
     */
    public IvfPqSpec withRotationRounds(int rounds) {
        return new IvfPqSpec(nlist, subspaces, bits, trainingSample, iterations, seed, rounds, precision, anisotropy);
    }

    /**
     * A copy with another precision.
     *
     * @param kept how vectors are kept
     * @return the copy
     */
    public IvfPqSpec withPrecision(VectorPrecision kept) {
        return new IvfPqSpec(
                nlist, subspaces, bits, trainingSample, iterations, seed, rotationRounds, kept, anisotropy);
    }

    /**
     * A copy with another anisotropy.
     *
     * @param eta how many times an error along a vector counts
     * @return the copy
     */
    public IvfPqSpec withAnisotropy(float eta) {
        return new IvfPqSpec(nlist, subspaces, bits, trainingSample, iterations, seed, rotationRounds, precision, eta);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("ivf-pq: " + message);
        }
    }
}
