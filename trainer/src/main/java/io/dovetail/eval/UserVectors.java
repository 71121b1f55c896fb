package io.dovetail.eval;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;

/** Gives the vectors of users by blocks, so that those of all users need never be in memory at once. */
@FunctionalInterface
public interface UserVectors {

    /**
     * Computes or copies the vectors of some users.
     *
     * @param users rows of the users
     * @param out (users.length, d), receives a vector a row
     */
    void copy(int[] users, Matrix out);

    /**
     * Vectors that are in memory already.
     *
     * @param vectors (all users, d)
     * @return rows of them
     */
    static UserVectors of(Matrix vectors) {
        return (users, out) -> {
            for (int i = 0; i < users.length; i++) {
                long bytes = (long) vectors.cols() * Float.BYTES;
                MemorySegment.copy(vectors.data(), vectors.offset(users[i]), out.data(), out.offset(i), bytes);
            }
        };
    }
}
