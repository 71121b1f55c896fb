package io.dovetail.kernels;

/**
 * What a matrix product does with each element before it stores it, so that C is written once.
 *
 * @param kind the operation
 * @param operand bias (1, n) or activations (m, n), as the kind needs; ignored by {@link Kind#NONE}
 */
public record Epilogue(Kind kind, Matrix operand) {

    /** The operations. */
    public enum Kind {
        /** Store as is. */
        NONE,
        /** Add a row vector. */
        BIAS,
        /** Add a row vector, then {@code max(0, x)}. */
        BIAS_RELU,
        /** Keep the element where the operand is positive, else 0: the backward pass of ReLU. */
        RELU_MASK
    }

    private static final Matrix EMPTY = new Matrix(java.lang.foreign.MemorySegment.NULL, 0, 0, 0);
    private static final Epilogue NONE = new Epilogue(Kind.NONE, EMPTY);

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
        return new Epilogue(Kind.BIAS, bias);
    }

    /**
     * Adds {@code bias} to each row, then clips negatives to 0.
     *
     * @param bias (1, n)
     * @return the epilogue
     */
    public static Epilogue biasRelu(Matrix bias) {
        return new Epilogue(Kind.BIAS_RELU, bias);
    }

    /**
     * Clears elements where {@code activations <= 0}.
     *
     * @param activations (m, n), output of the ReLU that is being differentiated
     * @return the epilogue
     */
    public static Epilogue reluMask(Matrix activations) {
        return new Epilogue(Kind.RELU_MASK, activations);
    }

    void check(int m, int n) {
        boolean fits = switch (kind) {
            case NONE -> true;
            case BIAS, BIAS_RELU -> operand.rows() == 1 && operand.cols() == n;
            case RELU_MASK -> operand.rows() == m && operand.cols() == n;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    "epilogue " + kind + ": operand is " + operand.shape() + " for a result of " + m + "x" + n);
        }
    }
}
