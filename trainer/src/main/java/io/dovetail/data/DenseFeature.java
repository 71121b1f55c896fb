package io.dovetail.data;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Numbers that enter a tower as they are: one standardised number for each user or item, or a vector that was made
 * elsewhere, such as the embedding of a text. What is missing is 0 throughout: of a standardised number the mean.
 *
 * <p>A number or vector x of the data becomes {@code (x - mean) / deviation}; vectors have mean 0 and deviation 1, which
 * leaves them as they are. Off the heap, freed with the object. Immutable and safe to share among threads.
 */
public final class DenseFeature {
    private static final long ALIGNMENT = 64;

    private final String name;
    private final double mean;
    private final double deviation;
    private final Matrix values;

    /** Takes values that are standardised already, and owns them from here on. */
    DenseFeature(String name, double mean, double deviation, Matrix values) {
        this.name = name;
        this.mean = mean;
        this.deviation = deviation;
        this.values = values;
    }

    /**
     * A number for each entity, to be standardised.
     *
     * @param name the name of the column
     * @param numbers one for each entity; NaN where it is missing
     * @return a feature of dimension 1; all 0 if no number differs from another
     */
    public static DenseFeature standardized(String name, double... numbers) {
        double[] given =
                Arrays.stream(numbers).filter(number -> !Double.isNaN(number)).toArray();
        double mean = Arrays.stream(given).average().orElse(0);
        double variance = Arrays.stream(given)
                .map(number -> (number - mean) * (number - mean))
                .average()
                .orElse(0);
        double deviation = variance > 0 ? Math.sqrt(variance) : 1;
        Matrix values = allocate(numbers.length, 1);
        for (int n = 0; n < numbers.length; n++) {
            values.set(n, 0, Double.isNaN(numbers[n]) ? 0 : (float) ((numbers[n] - mean) / deviation));
        }
        return new DenseFeature(name, mean, deviation, values);
    }

    /**
     * A vector for each entity.
     *
     * @param name the name of the feature
     * @param vectors (entities, dimension), copied; a row of zeros where it is missing
     * @return the feature
     */
    public static DenseFeature of(String name, Matrix vectors) {
        Matrix copy = allocate(vectors.rows(), vectors.cols());
        copy.copyFrom(vectors);
        return new DenseFeature(name, 0, 1, copy);
    }

    /** Zeros without padding, freed when nobody sees them any more. */
    static Matrix allocate(int rows, int cols) {
        return new Matrix(Arena.ofAuto().allocate((long) rows * cols * Float.BYTES, ALIGNMENT), rows, cols, cols);
    }

    /** {@return the name of the column or of the vectors} */
    public String name() {
        return name;
    }

    /** {@return the number of floats of each entity, at least 1} */
    public int dimension() {
        return values.cols();
    }

    /** {@return the number of entities: of users or of items} */
    public int entities() {
        return values.rows();
    }

    /** {@return (entities, dimension), without padding; not to be written to} */
    public Matrix values() {
        return values;
    }

    /** {@return what is subtracted from a number of the data} */
    public double mean() {
        return mean;
    }

    /** {@return what a number of the data is then divided by; positive} */
    public double deviation() {
        return deviation;
    }

    /**
     * The numbers of an entity that is not in the data set.
     *
     * @param raw the text of its field: numbers separated by spaces, commas, semicolons or bars; empty if it is missing
     * @param out (1 or more rows, dimension)
     * @param row the row that receives the numbers; 0 throughout for what is missing, or no vector of this dimension.
     *     Never fails.
     */
    public void encode(String raw, Matrix out, int row) {
        float[] vector = Fields.vector(raw);
        boolean fits = vector.length == dimension();
        for (int j = 0; j < dimension(); j++) {
            out.set(row, j, fits ? (float) ((vector[j] - mean) / deviation) : 0);
        }
    }
}
