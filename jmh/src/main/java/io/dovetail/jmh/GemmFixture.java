package io.dovetail.jmh;

import io.dovetail.jmh.peers.FusedForward;
import io.dovetail.jmh.peers.GemmPeer;
import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Epilogue.Kind;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.PackedMatrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * A product to be measured: operands, the sides that multiply them (our kernels by backend, peers by name), and the
 * check of their answers. All sides read the same A and B and write the same C, rows without gaps.
 */
final class GemmFixture implements AutoCloseable {

    /** Rounding unit of a float. */
    private static final double UNIT = 0x1p-24;

    private static final int CHECKED = 200;
    private static final long LINE_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private final Deque<FusedForward> opened = new ArrayDeque<>();
    private final Workers workers;
    private final GemmShape shape;
    private final Matrix a;
    private final Matrix b;
    private final Matrix c;
    private final Epilogue epilogue;

    /**
     * Draws the operands.
     *
     * @param shape the product
     * @param threads size of the team of each side
     * @param kind NONE for the product alone; BIAS_RELU for the forward pass of a layer, of form NN
     */
    GemmFixture(GemmShape shape, int threads, Kind kind) {
        if (kind != Kind.NONE && (kind != Kind.BIAS_RELU || shape.form() != Form.NN)) {
            throw new IllegalArgumentException("no peer has a product " + shape.form() + " with epilogue " + kind);
        }
        this.shape = shape;
        workers = Workers.of(threads);
        a = uniform(shape.rowsOfA(), shape.colsOfA());
        b = uniform(shape.rowsOfB(), shape.colsOfB());
        c = dense(shape.m(), shape.n());
        epilogue = kind == Kind.NONE ? Epilogue.none() : Epilogue.biasRelu(uniform(1, shape.n()));
    }

    /**
     * A way to compute C, whose answer was checked.
     *
     * @param side scalar or vector for our kernels, vector-packed for those with B packed before, mkl, openblas or onednn
     *     for a peer; fused only onednn
     * @return computes C once per run, on the thread that asked for it
     */
    Runnable side(String side) {
        Runnable multiplication = switch (side) {
            case "scalar", "vector" -> ours(Fixtures.kernels(side).matrices());
            case "vector-packed" -> packed(Fixtures.kernels("vector").matrices());
            default -> epilogue.kind() == Kind.NONE ? peer(GemmPeer.open(side, workers.threads())) : fusedPeer(side);
        };
        c.fill(Float.NaN);
        multiplication.run();
        check(side);
        return multiplication;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        workers.close();
        arena.close();
    }

    private Runnable ours(MatrixKernels kernels) {
        return () -> kernels.gemm(workers, shape.form(), 1, a, b, 0, c, epilogue);
    }

    /** B packed once, outside of what is measured: the forward pass of a model that does not change. */
    private Runnable packed(MatrixKernels kernels) {
        if (shape.form() != Form.NN) {
            throw new IllegalArgumentException("packed operands are for form NN, not " + shape.form());
        }
        PackedMatrix packedB = kernels.pack(arena, b);
        return () -> kernels.gemm(workers, 1, a, packedB, 0, c, epilogue);
    }

    private Runnable peer(GemmPeer peer) {
        MemorySegment left = a.data();
        MemorySegment right = b.data();
        MemorySegment result = c.data();
        int strideOfA = a.stride();
        int strideOfB = b.stride();
        int strideOfC = c.stride();
        return () -> peer.gemm(
                shape.form(), shape.m(), shape.n(), shape.k(), left, strideOfA, right, strideOfB, result, strideOfC);
    }

    private Runnable fusedPeer(String side) {
        if (!side.equals("onednn")) {
            throw new IllegalArgumentException("only onednn has a forward pass with bias and ReLU, not " + side);
        }
        FusedForward peer = new FusedForward(
                workers.threads(),
                shape.m(),
                shape.k(),
                shape.n(),
                a.data(),
                b.data(),
                epilogue.operand().data(),
                c.data());
        opened.push(peer);
        return peer::run;
    }

    /**
     * Compares elements with sums in double precision. However its terms are ordered, a float sum of k products is off
     * by at most k rounding units of the sum of their magnitudes; one more is the bias.
     */
    private void check(String side) {
        for (int i = 0; i < CHECKED; i++) {
            int row = random.nextInt(shape.m());
            int col = random.nextInt(shape.n());
            double exact = 0;
            double magnitude = 0;
            for (int p = 0; p < shape.k(); p++) {
                double left = shape.form() == Form.TN ? a.get(p, row) : a.get(row, p);
                double term = left * (shape.form() == Form.NT ? b.get(col, p) : b.get(p, col));
                exact += term;
                magnitude += Math.abs(term);
            }
            if (epilogue.kind() == Kind.BIAS_RELU) {
                double bias = epilogue.operand().get(0, col);
                exact = Math.max(0, exact + bias);
                magnitude += Math.abs(bias);
            }
            boolean agrees = Math.abs(exact - c.get(row, col)) <= (shape.k() + 1) * UNIT * magnitude;
            Fixtures.require(agrees, side + " at " + row + ", " + col + ": " + c.get(row, col) + ", not " + exact);
        }
        for (int row = 0; row < shape.m(); row++) {
            for (int col = 0; col < shape.n(); col++) {
                if (Float.isNaN(c.get(row, col))) {
                    throw new IllegalStateException(side + " left " + row + ", " + col + " unwritten");
                }
            }
        }
    }

    /** Uniform in [-1, 1): large ones would take long to draw from a normal distribution. */
    private Matrix uniform(int rows, int cols) {
        Matrix matrix = dense(rows, cols);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                matrix.set(row, col, 2 * random.nextFloat() - 1);
            }
        }
        return matrix;
    }

    /** Without pads, as oneDNN's plain layout has none. */
    private Matrix dense(int rows, int cols) {
        return new Matrix(arena.allocate((long) rows * cols * Float.BYTES, LINE_BYTES), rows, cols, cols);
    }
}
