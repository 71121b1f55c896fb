package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The inner product of its vectors is a factorization machine, less what depends on the user alone. */
final class FactorizationTest {
    private static final int FACTORS = 5;
    private static final Dataset DATA = TestDatasets.withDense(TestDatasets.planted(20, 25, 3, 8, 2), 4, 5);

    /** A variable that is not 0: its value x, its factors v, its linear weight w (0 for a user's). */
    private record Variable(double x, List<Float> v, double w, boolean ofItem) {}

    /** The textbook's double sum in float64 over all variables, without the pairs of two of the user's. */
    private static double score(List<Variable> variables) {
        double score = 0;
        for (int i = 0; i < variables.size(); i++) {
            Variable a = variables.get(i);
            score += a.w * a.x;
            for (int j = i + 1; j < variables.size(); j++) {
                Variable b = variables.get(j);
                double dot = 0;
                for (int f = 0; f < FACTORS; f++) {
                    dot += (double) a.v.get(f) * b.v.get(f);
                }
                score += a.ofItem || b.ofItem ? dot * a.x * b.x : 0;
            }
        }
        return score;
    }

    private static void addVariables(Tower tower, int entity, List<Variable> variables) {
        TowerRows rows = new TowerRows();
        rows.add(entity, entity, TowerRows.NOTHING);
        List<SparseMatrix> lookUps = tower.inputs().newBatch();
        tower.inputs().encode(rows, 0, 1, lookUps);
        for (int block = 0; block < tower.inputs().blocks(); block++) {
            Matrix table = tower.tables().get(block).value();
            for (int e = 0; e < lookUps.get(block).start(1); e++) {
                int row = lookUps.get(block).columns()[e];
                List<Float> factors = new ArrayList<>();
                for (int f = 0; f < FACTORS; f++) {
                    factors.add(table.get(row, f));
                }
                boolean ofItem = table.cols() > FACTORS;
                double x = lookUps.get(block).values()[e];
                variables.add(new Variable(x, factors, ofItem ? table.get(row, FACTORS) : 0, ofItem));
            }
        }
    }

    /** Scores of some tens are sums of some hundreds of products in float32. */
    @Test
    void innerProductsAreTheDoubleSumOfTheTextbook() {
        ModelSpec spec = new ModelSpec(FACTORS, 0, List.of(), Head.FACTORIZATION, HistorySpec.of(3));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            TwoTower model = TwoTower.allocate(
                    arena,
                    spec,
                    TowerInputs.ofUsers(DATA, spec, Holdout.VALID, events),
                    TowerInputs.ofItems(DATA, spec, Holdout.VALID));
            SplittableRandom random = new SplittableRandom(7);
            for (Parameter table : model.parameters()) {
                for (int i = 0; i < table.value().rows(); i++) {
                    for (int j = 0; j < table.value().cols(); j++) {
                        table.value().set(i, j, (float) random.nextGaussian());
                    }
                }
            }
            Matrix users = Matrix.allocate(arena, DATA.users().size(), FACTORS + 1);
            Matrix items = Matrix.allocate(arena, DATA.items().size(), FACTORS + 1);
            Engine engine = new Engine(Kernels.best(), workers);
            TwoTower.embedAll(engine, model.users(), users);
            TwoTower.embedAll(engine, model.items(), items);
            double largest = 0;
            for (int user = 0; user < users.rows(); user++) {
                for (int item = 0; item < items.rows(); item++) {
                    double product = 0;
                    for (int j = 0; j <= FACTORS; j++) {
                        product += (double) users.get(user, j) * items.get(item, j);
                    }
                    List<Variable> variables = new ArrayList<>();
                    addVariables(model.users(), user, variables);
                    addVariables(model.items(), item, variables);
                    assertEquals(score(variables), product, 1e-4, "user " + user + ", item " + item);
                    largest = Math.max(largest, Math.abs(product));
                }
            }
            assertTrue(largest > 10, "scores of up to " + largest);
        }
    }
}
