package io.dovetail.eval;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Tower;
import io.dovetail.model.TwoTower;
import java.lang.foreign.MemorySegment;

/** Gives the vectors of users by blocks, so that those of all users need never be in memory at once. */
public interface UserVectors {

    /** {@return the length of a row: d, or K d of users of K vectors, of which the greatest score counts} */
    int width();

    /**
     * Computes or copies the vectors of some users.
     *
     * @param users rows of the users
     * @param out (users.length, width), receives a user's vectors a row, side by side
     */
    void copy(int[] users, Matrix out);

    /**
     * Vectors that are in memory already.
     *
     * @param vectors (all users, width)
     * @return rows of them
     */
    static UserVectors of(Matrix vectors) {
        return new UserVectors() {
            @Override
            public int width() {
                return vectors.cols();
            }

            @Override
            public void copy(int[] users, Matrix out) {
                for (int i = 0; i < users.length; i++) {
                    long bytes = (long) vectors.cols() * Float.BYTES;
                    MemorySegment.copy(vectors.data(), vectors.offset(users[i]), out.data(), out.offset(i), bytes);
                }
            }
        };
    }

    /**
     * Vectors that a model computes when asked.
     *
     * @param engine what to compute on
     * @param users the user tower
     * @return its outputs
     */
    static UserVectors of(Engine engine, Tower users) {
        return new UserVectors() {
            @Override
            public int width() {
                return users.outputWidth();
            }

            @Override
            public void copy(int[] rows, Matrix out) {
                TwoTower.embed(engine, users, rows, out);
            }
        };
    }
}
