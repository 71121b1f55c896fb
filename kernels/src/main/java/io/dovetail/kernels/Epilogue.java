package io.dovetail.kernels;

/**
 * What a matrix product does with each element before it stores it, so that C is written once.
 *
 * @param kind the operation
 * @param operand bias (1, n) or activations (m, n), as the kind needs; ignored by {@link Kind#NONE} and
 *     {@link Kind#RELU}
 * @param inverseNorms empty, or (1, m): after all else each row is scaled to unit length, as by
 *     {@link LayerKernels#normalizeRows}, and this receives the inverse of its length
 */
public record Epilogue(Kind kind, Matrix operand, Matrix inverseNorms) {

    /** The operations. */
    public enum Kind {
        /** Store as is. */
        NONE,
        /** Add a row vector. */
        BIAS,
        /** Add a row vector, then {@code max(0, x)}. */
        BIAS_RELU,
        /** {@code max(0, x)}. */
        RELU,
        /** Keep the element where the operand is positive, else 0: the backward pass of ReLU. */
        RELU_MASK
    }

    private static final Matrix EMPTY = new Matrix(java.lang.foreign.MemorySegment.NULL, 0, 0, 0);
    private static final Epilogue NONE = new Epilogue(Kind.NONE, EMPTY, EMPTY);
    private static final Epilogue RELU = new Epilogue(Kind.RELU, EMPTY, EMPTY);

    /** {@return the epilogue that stores as is} */
    public static Epilogue none() {
        return NONE;
    }

    /**
     * Adds {@code bias} to each row.
     *
     * @param bias (1, n)
     * @return the epilogue
     */
    public static Epilogue bias(Matrix bias) {
        return new Epilogue(Kind.BIAS, bias, EMPTY);
    }

    /**
     * Adds {@code bias} to each row, then clips negatives to 0.
     *
     * @param bias (1, n)
     * @return the epilogue
     */
    public static Epilogue biasRelu(Matrix bias) {
        return new Epilogue(Kind.BIAS_RELU, bias, EMPTY);
    }

    /** {@return the epilogue that clips negatives to 0} */
    public static Epilogue relu() {
        return RELU;
    }

    /**
     * Clears elements where {@code activations <= 0}.
     *
     * @param activations (m, n), output of the ReLU that is being differentiated
     * @return the epilogue
     */
    public static Epilogue reluMask(Matrix activations) {
        return new Epilogue(Kind.RELU_MASK, activations, EMPTY);
    }

    /**
     * This, and then each row of the result scaled to unit length while it is in the cache.
     *
     * @param norms (1, m), receives the inverse lengths, or 0 for a row that counts as zero
     * @return the epilogue
     */
    public Epilogue unitRows(Matrix norms) {
        return new Epilogue(kind, operand, norms);
    }

    /** Whether it starts from a bias. */
    boolean biases() {
        return kind == Kind.BIAS || kind == Kind.BIAS_RELU;
    }

    /** Whether negatives become 0. */
    boolean clips() {
        return kind == Kind.BIAS_RELU || kind == Kind.RELU;
    }

    /** Whether elements are kept by a gate of their own. */
    boolean masks() {
        return kind == Kind.RELU_MASK;
    }

    /** Whether rows are scaled to unit length. */
    boolean normalizes() {
        return inverseNorms.rows() > 0;
    }

    void check(int m, int n) {
        boolean fits = switch (kind) {
            case NONE, RELU -> true;
            case BIAS, BIAS_RELU -> operand.rows() == 1 && operand.cols() == n;
            case RELU_MASK -> operand.rows() == m && operand.cols() == n;
        };
        if (normalizes() && (inverseNorms.rows() != 1 || inverseNorms.cols() != m)) {
            throw new IllegalArgumentException(
                    "epilogue: inverseNorms is " + inverseNorms.shape() + " for a result of " + m + "x" + n);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "epilogue " + kind + ": operand is " + operand.shape() + " for a result of " + m + "x" + n);
        }
    }
}
