package io.dovetail.jmh.search;

import io.dovetail.index.IvfPqSpec;

/** How to build an index whose code is given in words. */
public final class Codes {

    private Codes() {}

    /**
     * The usual spec with another code.
     *
     * @param vectors number of vectors
     * @param dimension of these
     * @param code sub-vectors and bits, as 32x4
     * @return the spec
     */
    public static IvfPqSpec spec(int vectors, int dimension, String code) {
        String[] parts = code.split("x", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("code: sub-vectors x bits, as 32x4, got '" + code + "'");
        }
        return IvfPqSpec.forSize(vectors, dimension).withCode(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
}
