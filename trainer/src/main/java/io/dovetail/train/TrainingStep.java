package io.dovetail.train;

import io.dovetail.data.Categories;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Activations;
import io.dovetail.model.Dropout;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Parameter;
import io.dovetail.model.TowerGradients;
import io.dovetail.model.TowerPasses;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step without its update: both towers forward, the losses (the paper's Eq. 5), both towers backward. Owns the memory
 * of a step, reused step after step. Not thread-safe.
 */
final class TrainingStep {
    private final Engine engine;
    private final TwoTower model;
    private final TrainSpec spec;
    private final Objective objective;
    private final Mimic mimic;
    private final CategoryAlignment alignment;
    private final Activations users;
    private final Activations items;
    private final Dropout userDropout;
    private final Dropout itemDropout;
    private final TowerGradients userGradients;
    private final TowerGradients itemGradients;
    private final TowerPasses passes;
    private final @Nullable Matrix dScale;

    TrainingStep(
            Engine engine, Arena arena, TwoTower model, TrainSpec spec, FittedEvents events, Categories categories) {
        this.engine = engine;
        this.model = model;
        this.spec = spec;
        int itemCount = categories.items();
        Parameter scale = model.scale();
        dScale = scale == null ? null : Matrix.allocate(arena, 1, 2);
        objective = switch (spec.loss()) {
            case BCE -> new BinaryCrossEntropy(arena, spec, scale, dScale);
            case SOFTMAX -> new SampledSoftmax(arena, spec, events, itemCount);
        };
        int draws = switch (objective.negatives()) {
            case PER_POSITIVE -> Math.multiplyExact(spec.batch(), spec.negatives() + 1);
            case SHARED -> spec.batch() + Math.min(spec.negatives(), itemCount);
        };
        mimic = new Mimic(spec.batch());
        alignment = new CategoryAlignment(arena, categories, model.spec().dimension());
        int itemRows = Math.min(draws, itemCount);
        users = model.users().newTrainingActivations(engine, arena, spec.batch(), spec.dropout());
        items = model.items().newTrainingActivations(engine, arena, itemRows, spec.dropout());
        userDropout = Dropout.of(arena, spec.dropout(), users);
        itemDropout = Dropout.of(arena, spec.dropout(), items);
        userGradients = model.users().newGradients(arena, users);
        itemGradients = model.items().newGradients(arena, items);
        passes = new TowerPasses(
                engine,
                List.of(
                        new TowerPasses.Side(model.items(), items, itemDropout, itemGradients),
                        new TowerPasses.Side(model.users(), users, userDropout, userGradients)));
    }

    /** {@return the main loss, which says how to draw negatives} */
    Objective objective() {
        return objective;
    }

    /**
     * Computes the losses and all gradients of a batch.
     *
     * @param batch the batch
     * @param seed of the step's dropout masks
     * @return the losses
     */
    EpochLosses apply(Batch batch, long seed) {
        userDropout.begin(seed);
        itemDropout.begin(~seed);
        users.use(batch.users);
        items.use(batch.items);
        passes.forward();

        double main = objective.apply(engine, batch, users.output(), items.output(), users.dOutput(), items.dOutput());
        double aligned = alignment.apply(engine, spec.alignment(), batch, items.output(), items.dOutput());
        Mimic.Losses mimicked =
                mimic.apply(engine.kernels().losses(), spec, batch, objective.pairs(batch), users, items);

        passes.backward();
        return new EpochLosses(main, mimicked.user(), mimicked.item(), aligned);
    }

    /**
     * Hands all gradients of the last {@link #apply} to an optimizer.
     *
     * @param visitor receives parameters with their gradients
     */
    void forEachGradient(TowerGradients.Visitor visitor) {
        userGradients.forEach(visitor);
        itemGradients.forEach(visitor);
        Parameter scale = model.scale();
        if (scale != null && dScale != null) {
            visitor.all(scale, dScale);
        }
    }
}
