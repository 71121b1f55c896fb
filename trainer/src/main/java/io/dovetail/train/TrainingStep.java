package io.dovetail.train;

import io.dovetail.data.Categories;
import io.dovetail.model.Activations;
import io.dovetail.model.Dropout;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.InterestSpec;
import io.dovetail.model.LeaveOneOut;
import io.dovetail.model.TableGradients;
import io.dovetail.model.TowerGradients;
import io.dovetail.model.TowerPasses;
import io.dovetail.model.TwoTower;
import io.dovetail.train.LossSpec.Sampling;
import io.dovetail.train.StepProfile.Part;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step without its update: both towers forward, the losses (the paper's Eq. 5), both towers backward. Owns the memory
 * of a step, reused step after step. Not thread-safe.
 */
final class TrainingStep {
    private static final int ITEM_SIDE = 0;
    private static final int USER_SIDE = 1;

    private final Engine engine;
    private final TrainSpec spec;
    private final FittedEvents events;
    private final Objective objective;
    private final Mimic mimic;
    private final CategoryAlignment alignment;
    private final @Nullable LabelAwareAttention attention;
    private final Activations users;
    private final Activations items;
    private final LeaveOneOut leaveOneOut;
    private final Dropout userDropout;
    private final Dropout itemDropout;
    private final TowerGradients userGradients;
    private final TowerGradients itemGradients;
    private final TowerPasses passes;
    private final StepProfile profile = new StepProfile();
    private final LogitScale scale;
    private final StepLosses losses = new StepLosses();
    private Runnable meanwhile = () -> {};

    TrainingStep(
            Engine engine, Arena arena, TwoTower model, TrainSpec spec, FittedEvents events, Categories categories) {
        this.engine = engine;
        this.spec = spec;
        this.events = events;
        int itemCount = categories.items();
        scale = new LogitScale(arena, model.scale());
        objective = switch (spec.loss().kind()) {
            case BCE, GBCE ->
                spec.loss().sampling() == Sampling.OWN
                        ? new BinaryCrossEntropy(engine, arena, spec, itemCount, scale)
                        : new SharedBinaryCrossEntropy(engine, arena, spec, events, itemCount, scale);
            case SOFTMAX -> new SampledSoftmax(engine, arena, spec, events, itemCount);
        };
        int distinct = (int) Math.min(itemCount, spec.loss().draws(spec.batch()));
        mimic = new Mimic(spec.batch());
        alignment = new CategoryAlignment(
                engine,
                arena,
                spec.alignment(),
                spec.alignmentEstimate(),
                categories,
                model.spec().dimension());
        users = model.users().newTrainingActivations(engine, arena, spec.batch(), spec.dropout());
        items = model.items().newTrainingActivations(engine, arena, distinct, spec.dropout());
        leaveOneOut = switch (spec.augmentedInput()) {
            case WHOLE -> LeaveOneOut.nothing();
            case LEAVE_ONE_OUT ->
                LeaveOneOut.of(arena, spec.batch(), model.spec().augmented());
        };
        InterestSpec interests = model.spec().interests();
        attention = interests.isNone()
                ? null
                : new LabelAwareAttention(
                        arena, interests, spec.batch(), model.spec().dimension());
        users.leaveOut(leaveOneOut);
        userDropout = Dropout.of(arena, spec.dropout(), users);
        itemDropout = Dropout.of(arena, spec.dropout(), items);
        TableGradients tables = new TableGradients(arena);
        userGradients = model.users().newGradients(arena, users, tables);
        itemGradients = model.items().newGradients(arena, items, tables);
        passes = new TowerPasses(
                engine,
                List.of(
                        new TowerPasses.Side(model.items(), items, itemDropout, itemGradients),
                        new TowerPasses.Side(model.users(), users, userDropout, userGradients)),
                member -> meanwhile.run());
    }

    /** {@return where the time of its steps goes} */
    StepProfile profile() {
        return profile;
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
     * @param alongside what else there is to do: runs on one of the threads, beside the backward pass
     * @return the losses; the same object step after step
     */
    StepLosses apply(Batch batch, long seed, Runnable alongside) {
        meanwhile = alongside;
        userDropout.begin(seed);
        itemDropout.begin(~seed);
        users.use(batch.users);
        items.use(batch.items);
        passes.pack();
        profile.lap(Part.PACKING);
        switch (spec.augmentedInput()) {
            case WHOLE -> passes.forward();
            case LEAVE_ONE_OUT -> {
                passes.forward(ITEM_SIDE);
                leaveOneOut.prepare(batch.users, events, items.output(), batch.slots);
                passes.forward(USER_SIDE);
            }
        }

        profile.lap(Part.FORWARD);
        profile.move(passes.gatherNanos(), Part.FORWARD, Part.GATHER);
        double main = attention == null
                ? objective.apply(batch, users.output(), items.output(), users.dOutput(), items.dOutput())
                : attention.apply(engine, objective, batch, users, items);
        double aligned = alignment.apply(batch, items.output(), items.dOutput());
        mimic.apply(engine.kernels().losses(), spec, batch, objective.pairs(batch), users, items);
        profile.lap(Part.LOSS);
        passes.backward();
        profile.lap(Part.BACKWARD);
        passes.gradients();
        profile.lap(Part.GRADIENTS);
        losses.set(main, mimic.user(), mimic.item(), aligned);
        return losses;
    }

    /**
     * Hands all gradients of the last {@link #apply} to an optimizer.
     *
     * @param visitor receives parameters with their gradients
     */
    void forEachGradient(TowerGradients.Visitor visitor) {
        userGradients.forEach(visitor);
        itemGradients.forEach(visitor);
        scale.visit(visitor);
    }
}
