package io.dovetail.jmh.search;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;

/**
 * Seeded vectors such as the towers of a recommender make: clusters within clusters, few of them large (Zipf's law),
 * each stretched in directions of its own; queries of more even clusters, wider and shifted against the vectors.
 *
 * @param vectors (n, d), to be searched
 * @param queries (q, d)
 */
public record TowerVectors(Matrix vectors, Matrix queries) {
    private static final int CLUSTERS = 2_000;
    private static final int SUPER_CLUSTERS = 50;
    private static final double ZIPF = 0.9;
    private static final double QUERY_ZIPF = 0.54;
    private static final double SPREAD = 0.7;
    private static final double QUERY_SPREAD = 1.15;
    private static final double SHIFT = 0.3;

    /** How fast the coordinates of centres become small, before all is turned. */
    private static final double DECAY = 0.3;

    /** How fast the axes of a cluster become short. */
    private static final double CLUSTER_DECAY = 0.5;

    /** As {@link #of(Arena, int, int, int, double, long)}, all of length 1. */
    public static TowerVectors of(Arena arena, int vectors, int queries, int dimension, long seed) {
        return of(arena, vectors, queries, dimension, 0, seed);
    }

    /**
     * Makes vectors.
     *
     * @param arena owner of the vectors
     * @param vectors how many to be searched
     * @param queries how many
     * @param dimension of all
     * @param lengths standard deviation of the logarithm of the lengths of what is searched, whose median is 1: popular items
     *     have longer vectors where towers do not normalise them
     * @param seed of everything random
     * @return the vectors
     */
    public static TowerVectors of(Arena arena, int vectors, int queries, int dimension, double lengths, long seed) {
        TowerVectors made = new Maker(dimension, new Random(seed)).make(arena, vectors, queries);
        if (lengths > 0) {
            Random random = new Random(~seed);
            for (int row = 0; row < vectors; row++) {
                float length = (float) Math.exp(lengths * random.nextGaussian());
                for (int col = 0; col < dimension; col++) {
                    made.vectors.set(row, col, length * made.vectors.get(row, col));
                }
            }
        }
        return made;
    }

    /** The laws by which vectors are drawn. */
    private static final class Maker {
        private final int d;
        private final Random random;
        private final double[] decay;
        private final double[][] centres = new double[CLUSTERS][];
        private final double[][][] shapes = new double[CLUSTERS][][];
        private final double[] shift;
        private final double[][] turn;

        Maker(int dimension, Random random) {
            d = dimension;
            this.random = random;
            decay = powers(d, DECAY);
            double[][] superCentres = new double[SUPER_CLUSTERS][];
            Arrays.setAll(superCentres, i -> direction());
            double[] axes = powers(d, CLUSTER_DECAY);
            scale(axes, 1 / norm(axes));
            for (int cluster = 0; cluster < CLUSTERS; cluster++) {
                double[] centre = direction();
                double[] around = superCentres[random.nextInt(SUPER_CLUSTERS)];
                for (int i = 0; i < d; i++) {
                    centre[i] = around[i] + 0.8 * centre[i];
                }
                scale(centre, 1 / norm(centre));
                centres[cluster] = centre;
                shapes[cluster] = orthogonal();
                double spread = SPREAD * Math.exp(0.25 * random.nextGaussian());
                for (int axis = 0; axis < d; axis++) {
                    scale(shapes[cluster][axis], axes[axis] * spread);
                }
            }
            shift = direction();
            scale(shift, SHIFT);
            turn = orthogonal();
        }

        TowerVectors make(Arena arena, int vectors, int queries) {
            return new TowerVectors(
                    draw(arena, vectors, shares(ZIPF), 1, new double[d]),
                    draw(arena, queries, shares(QUERY_ZIPF), QUERY_SPREAD, shift));
        }

        private Matrix draw(Arena arena, int rows, double[] shares, double spread, double[] offset) {
            Matrix x = Matrix.allocate(arena, rows, d);
            for (int row = 0; row < rows; row++) {
                int cluster = cluster(shares);
                double[] vector = centres[cluster].clone();
                for (int axis = 0; axis < d; axis++) {
                    add(vector, spread * random.nextGaussian(), shapes[cluster][axis]);
                }
                add(vector, 1, offset);
                double scale = 1 / norm(vector);
                for (int col = 0; col < d; col++) {
                    x.set(row, col, (float) (scale * dot(turn[col], vector)));
                }
            }
            return x;
        }

        private int cluster(double[] shares) {
            int found = Arrays.binarySearch(shares, random.nextDouble());
            return Math.min(CLUSTERS - 1, found < 0 ? -found - 1 : found);
        }

        /** A random direction, sooner along the first coordinates. */
        private double[] direction() {
            double[] x = new double[d];
            Arrays.setAll(x, i -> random.nextGaussian() * decay[i]);
            scale(x, 1 / norm(x));
            return x;
        }

        /** Orthogonal rows of length 1, by Gram and Schmidt. */
        private double[][] orthogonal() {
            double[][] rows = new double[d][d];
            for (int row = 0; row < d; row++) {
                Arrays.setAll(rows[row], i -> random.nextGaussian());
                for (int before = 0; before < row; before++) {
                    add(rows[row], -dot(rows[row], rows[before]), rows[before]);
                }
                scale(rows[row], 1 / norm(rows[row]));
            }
            return rows;
        }

        /** Cumulated shares of the clusters by Zipf's law. */
        private static double[] shares(double exponent) {
            double[] shares = powers(CLUSTERS, exponent);
            Arrays.parallelPrefix(shares, Double::sum);
            scale(shares, 1 / shares[CLUSTERS - 1]);
            return shares;
        }

        private static double[] powers(int count, double exponent) {
            double[] powers = new double[count];
            Arrays.setAll(powers, i -> Math.pow(i + 1, -exponent));
            return powers;
        }

        private static void add(double[] x, double factor, double[] y) {
            for (int i = 0; i < x.length; i++) {
                x[i] += factor * y[i];
            }
        }

        private static void scale(double[] x, double factor) {
            for (int i = 0; i < x.length; i++) {
                x[i] *= factor;
            }
        }

        private static double dot(double[] x, double[] y) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * y[i];
            }
            return sum;
        }

        private static double norm(double[] x) {
            return Math.sqrt(dot(x, x));
        }
    }
}
