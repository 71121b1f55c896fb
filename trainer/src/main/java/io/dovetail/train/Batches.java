package io.dovetail.train;

import io.dovetail.model.FittedEvents;
import io.dovetail.model.StepRandom;
import io.dovetail.model.TowerRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Cuts the events into batches, epoch by epoch, and draws their negatives. What a step holds depends on the seed, the epoch
 * and the step alone, and hard ones on what was found last. Not thread-safe.
 */
final class Batches {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final long EPOCH_MIX = 0x9E3779B97F4A7C15L;
    private static final long STEP_MIX = 0xC2B2AE3D27D4EB4FL;

    private final FittedEvents events;
    private final int items;
    private final TrainSpec spec;
    private final Objective.Negatives negatives;
    private final HardNegatives hard;
    private final EventWeights weights;
    private final NegativeSampler sampler;
    private final StepRandom stepRandom = new StepRandom();
    private final int[] slotOfItem;

    private MemorySegment order = MemorySegment.NULL;
    private int epoch;

    Batches(FittedEvents events, int items, TrainSpec spec, Objective.Negatives negatives, HardNegatives hard) {
        this.hard = hard;
        this.events = events;
        this.items = items;
        this.spec = spec;
        this.negatives = negatives;
        weights = EventWeights.of(events, spec.recency());
        sampler = NegativeSampler.of(spec.loss(), events, items);
        slotOfItem = new int[items];
        Arrays.fill(slotOfItem, -1);
    }

    /** {@return the number of batches of an epoch; the last one may be smaller} */
    int perEpoch() {
        return (events.size() + spec.batch() - 1) / spec.batch();
    }

    /** {@return a batch large enough for any step} */
    Batch newBatch() {
        int hardest = Math.multiplyExact(spec.batch(), spec.loss().hard().count());
        return new Batch(spec.batch(), Math.addExact(negativesOf(spec.batch()), hardest));
    }

    /** {@return the number of negatives drawn for a batch of so many positives} */
    private int negativesOf(int positives) {
        return switch (negatives) {
            case PER_POSITIVE -> Math.multiplyExact(positives, spec.loss().negatives());
            case SHARED -> Math.min(spec.loss().negatives(), items);
        };
    }

    /**
     * Draws the events of an epoch and their order.
     *
     * @param number of the epoch, from 1
     * @param arena owner of their order, four bytes an event, until the epoch ends
     */
    void begin(int number, Arena arena) {
        epoch = number;
        order = weights.draw(seed(0), arena);
    }

    /**
     * A seed for what is random in a step.
     *
     * @param step number of the step within the epoch, from 1; 0 for the epoch itself
     * @return the seed
     */
    long seed(int step) {
        return spec.seed() + EPOCH_MIX * epoch + STEP_MIX * step;
    }

    /**
     * Fills a batch.
     *
     * @param step number of the step within the epoch, from 0
     * @param batch overwritten
     */
    void fill(int step, Batch batch) {
        RandomGenerator random = stepRandom.from(seed(step + 1));
        int from = step * spec.batch();
        int positives = Math.min(spec.batch(), events.size() - from);
        batch.users.clear();
        batch.items.clear();
        batch.positives = positives;
        batch.distinct = 0;
        int uniformEnd = positives + negativesOf(positives);
        batch.hard = hard.perPositive();
        batch.draws = uniformEnd + positives * batch.hard;
        for (int i = 0; i < positives; i++) {
            int event = order.getAtIndex(INT, from + i);
            int user = events.user(event);
            batch.userOfPositive[i] = user;
            batch.users.add(user, identity(user, random), event);
            batch.slots[i] = slot(events.item(event), batch);
        }
        boolean everyItem =
                negatives == Objective.Negatives.SHARED && spec.loss().negatives() >= items;
        for (int i = positives; i < uniformEnd; i++) {
            batch.slots[i] = slot(everyItem ? i - positives : sampler.draw(random), batch);
        }
        for (int i = uniformEnd; i < batch.draws; i++) {
            int user = batch.userOfPositive[(i - uniformEnd) / batch.hard];
            batch.slots[i] = slot(hard.draw(user, random), batch);
        }
        for (int row = 0; row < batch.distinct; row++) {
            int item = batch.itemOfRow[row];
            batch.items.add(item, identity(item, random), TowerRows.NOTHING);
            slotOfItem[item] = -1;
        }
    }

    private int slot(int item, Batch batch) {
        if (slotOfItem[item] < 0) {
            slotOfItem[item] = batch.distinct;
            batch.itemOfRow[batch.distinct] = item;
            batch.distinct++;
        }
        return slotOfItem[item];
    }

    private int identity(int entity, RandomGenerator random) {
        boolean dropped = spec.idDropout() > 0 && random.nextDouble() < spec.idDropout();
        return dropped ? TowerRows.UNKNOWN : entity;
    }
}
