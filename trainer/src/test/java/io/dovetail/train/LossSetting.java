package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** Unit vectors for a batch, and room for the gradients of a loss. */
final class LossSetting implements AutoCloseable {
    static final int DIMENSION = 5;

    final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    final Engine engine = new Engine(Kernels.best(), workers);
    final FittedEvents events;
    final Batch batch;
    final Matrix users;
    final Matrix items;
    final Matrix dUsers;
    final Matrix dItems;

    LossSetting(Dataset dataset, TrainSpec spec, Objective.Negatives negatives) {
        events = FittedEvents.of(dataset.interactions(), Holdout.VALID);
        int count = dataset.items().size();
        HardNegatives hard = new HardNegatives(spec.loss().hard(), events, count);
        Batches batches = new Batches(events, count, spec, negatives, hard);
        if (spec.loss().hard().count() > 0) {
            Recipe recipe = new Recipe(TestRuns.smallDat().model(), spec);
            hard.refresh(engine, new Trainer(engine, arena, dataset, recipe, Holdout.VALID).model(), 1);
        }
        batch = batches.newBatch();
        batches.begin(1, Arena.ofAuto());
        batches.fill(0, batch);
        SplittableRandom random = new SplittableRandom(4);
        users = unitVectors(batch.positives, random);
        items = unitVectors(batch.distinct, random);
        dUsers = Matrix.allocate(arena, users.rows(), DIMENSION);
        dItems = Matrix.allocate(arena, items.rows(), DIMENSION);
    }

    private Matrix unitVectors(int rows, SplittableRandom random) {
        Matrix vectors = Matrix.allocate(arena, rows, DIMENSION);
        for (int i = 0; i < rows; i++) {
            double[] draws = random.doubles(DIMENSION, -1, 1).toArray();
            double square = 0;
            for (double draw : draws) {
                square += draw * draw;
            }
            for (int j = 0; j < DIMENSION; j++) {
                vectors.set(i, j, (float) (draws[j] / Math.sqrt(square)));
            }
        }
        return vectors;
    }

    double score(int user, int item) {
        double score = 0;
        for (int j = 0; j < DIMENSION; j++) {
            score += (double) users.get(user, j) * items.get(item, j);
        }
        return score;
    }

    boolean hasHad(int user, int item) {
        for (int e = events.start(user); e < events.start(user + 1); e++) {
            if (events.item(e) == item) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        workers.close();
        arena.close();
    }
}
