package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.LossSpec.Sampling;
import java.lang.foreign.Arena;

/**
 * Soft-max cross-entropy of each positive against negatives that the batch shares: random ones, and with
 * {@link Sampling#MIXED} the other positives' items (mixed negative sampling; Yang et al., WWW 2020 companion).
 *
 * <p>A shared negative's logit is {@code score / temperature - logQ}, with {@code Q = 1 - exp(-expected draws)} the
 * probability that the item is in the batch (logQ correction; Bengio and Senecal, 2008; Yi et al., RecSys 2019): an item
 * that is often there counts the less each time. The positive's is not corrected, since it was not sampled as a negative,
 * nor are those of hard negatives, which are there for certain.
 */
final class SampledSoftmax implements Objective {
    private final TrainSpec spec;
    private final double[] positivesOfItem;
    private final int events;
    private final NegativeSampler sampler;
    private final Engine engine;
    private final SharedLogits logits;
    private final SharedLogits.Correction correction;
    private int positives;

    /**
     * The loss.
     *
     * @param engine what to compute on
     * @param arena owner of its memory
     * @param spec batch size, negatives, temperature
     * @param events what users have had, and how often items occur
     * @param items number of items
     */
    SampledSoftmax(Engine engine, Arena arena, TrainSpec spec, FittedEvents events, int items) {
        this.engine = engine;
        this.spec = spec;
        this.events = events.size();
        positivesOfItem = EventWeights.of(events, spec.recency()).ofItems(items);
        sampler = NegativeSampler.of(spec.loss(), events, items);
        logits = new SharedLogits(arena, spec, events, items);
        correction = item -> -spec.loss().logQ() * logInclusion(item);
    }

    @Override
    public Negatives negatives() {
        return Negatives.SHARED;
    }

    @Override
    public int pairs(Batch batch) {
        return batch.positives;
    }

    @Override
    public double apply(Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        int n = batch.positives;
        float inverse = 1 / spec.loss().temperature();
        positives = n;
        Matrix logit = logits.compute(engine, batch, users, items, inverse, 0, correction);
        double loss =
                engine.kernels().losses().softmaxCrossEntropy(engine.workers(), logit, batch.slots, 1f / n, logit);
        logits.backward(engine, inverse, users, items, dUsers, dItems);
        return loss / n;
    }

    private float logInclusion(int item) {
        int negatives = spec.loss().negatives();
        if (negatives >= positivesOfItem.length) {
            return 0;
        }
        double random = negatives * sampler.probability(item);
        double inBatch = spec.loss().sampling() == Sampling.MIXED ? positives * positivesOfItem[item] / events : 0;
        double draws = inBatch + random;
        return draws == 0 ? 0 : (float) Math.log(-Math.expm1(-draws));
    }
}
