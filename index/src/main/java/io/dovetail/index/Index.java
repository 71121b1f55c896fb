package io.dovetail.index;

/**
 * Vectors with external 64-bit ids, searched by greatest inner product. Cosine similarity is the same on vectors of
 * length 1.
 *
 * <p>Threads may share it; each searches with a searcher of its own. {@link FlatIndex} and {@link IvfPqIndex} are immutable,
 * and their memory belongs to the arena they were made with.
 */
public interface Index {

    /** {@return the number of vectors} */
    int size();

    /** {@return the length of a vector} */
    int dimension();

    /** {@return what identifies the model the vectors came from; empty if none was given} */
    String fingerprint();

    /** {@return the search parameters to use unless a caller knows better} */
    SearchParams defaults();

    /** {@return a new searcher for one thread at a time; close it} */
    Searcher searcher();
}
