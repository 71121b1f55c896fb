package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Weights by which a tower with ReLUs begins as a linear map: a layer is an orthogonal matrix, its core, in mirrored pairs.
 * Outputs come in pairs of opposite sign, of which ReLU keeps the positive part of one and the negative part of the other,
 * and inputs that are such pairs are read with opposite signs (Balduzzi et al., ICML 2017).
 */
final class LooksLinear {
    private final List<double[][]> cores;

    private LooksLinear(List<double[][]> cores) {
        this.cores = cores;
    }

    /**
     * Draws the cores of a tower's layers.
     *
     * @param tower its weights give the shapes
     * @param seeds a stream for each layer is split off
     * @return the weights
     */
    static LooksLinear draw(Tower tower, SplittableRandom seeds) {
        List<double[][]> cores = new ArrayList<>();
        int last = tower.weights().size() - 1;
        for (int layer = 0; layer <= last; layer++) {
            Matrix weight = tower.weights().get(layer).value();
            int inputs = layer > 0 ? weight.rows() / 2 : weight.rows();
            int outputs = layer < last ? weight.cols() / 2 : weight.cols();
            cores.add(Orthogonal.draw(inputs, outputs, seeds.split()));
        }
        return new LooksLinear(cores);
    }

    /**
     * The same, but that the tower maps embeddings of items by a given rotation R. With T the product of the layers after
     * the first, whose columns are orthonormal unless a layer is narrower than the last, the first is to map them by
     * {@code R T'}, as {@code R T' T = R}.
     *
     * @param tower says which blocks of the input are embeddings of items
     * @param rotation (width of an embedding, d)
     * @return the weights
     */
    LooksLinear aligned(Tower tower, double[][] rotation) {
        if (cores.isEmpty()) {
            return this;
        }
        double[][] rows = rotation;
        for (int layer = cores.size() - 1; layer > 0; layer--) {
            rows = timesTransposed(rows, cores.get(layer));
        }
        double[][] first = cores.getFirst().clone();
        for (int block = 0; block < tower.inputs().blocks(); block++) {
            if (tower.inputs().source(block).table().equals(TowerInputs.ITEM_ID)) {
                System.arraycopy(rows, 0, first, tower.offset(block), rows.length);
            }
        }
        List<double[][]> aligned = new ArrayList<>(cores);
        aligned.set(0, first);
        return new LooksLinear(aligned);
    }

    private static double[][] timesTransposed(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                product[i][j] = Orthogonal.dot(a[i], b[j]);
            }
        }
        return product;
    }

    /**
     * Writes the weights.
     *
     * @param tower receives them
     */
    void fill(Tower tower) {
        int last = cores.size() - 1;
        for (int layer = 0; layer <= last; layer++) {
            fill(tower.weights().get(layer).value(), cores.get(layer), layer > 0, layer < last);
        }
    }

    private static void fill(Matrix weight, double[][] core, boolean pairedInputs, boolean pairedOutputs) {
        int inputs = core.length;
        int outputs = core[0].length;
        weight.fill(0);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                float value = (float) core[i][j];
                weight.set(i, j, value);
                if (pairedInputs) {
                    weight.set(inputs + i, j, -value);
                }
                if (pairedOutputs) {
                    weight.set(i, outputs + j, -value);
                }
                if (pairedInputs && pairedOutputs) {
                    weight.set(inputs + i, outputs + j, value);
                }
            }
        }
    }
}
