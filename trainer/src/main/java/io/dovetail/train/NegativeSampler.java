package io.dovetail.train;

import io.dovetail.model.FittedEvents;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The distribution that random negatives are drawn from, with replacement. Immutable. */
sealed interface NegativeSampler {

    /**
     * The sampler that a loss asks for.
     *
     * @param spec the loss
     * @param events tell how often items occur
     * @param items number of items
     * @return the sampler
     */
    static NegativeSampler of(LossSpec spec, FittedEvents events, int items) {
        return switch (spec.sampler()) {
            case UNIFORM -> new Uniform(items);
            case POPULARITY -> LogUniform.of(events.itemCounts(items));
        };
    }

    /** Draws an item. */
    int draw(RandomGenerator random);

    /** The probability that a draw is this item. */
    double probability(int item);

    /** Every item alike. */
    record Uniform(int items) implements NegativeSampler {
        @Override
        public int draw(RandomGenerator random) {
            return random.nextInt(items);
        }

        @Override
        public double probability(int item) {
            return 1.0 / items;
        }
    }

    /**
     * By rank of popularity, {@code P(rank) = log((rank + 2) / (rank + 1)) / log(items + 1)}, ranks from 0: nearly Zipf's
     * law, as the candidate sampler of TensorFlow has it ({@code log_uniform_candidate_sampler}). Of items that occur
     * equally often the first ranks first; one that never occurs has a probability as well.
     */
    final class LogUniform implements NegativeSampler {
        private final int[] itemOfRank;
        private final int[] rankOfItem;

        private LogUniform(int[] itemOfRank, int[] rankOfItem) {
            this.itemOfRank = itemOfRank;
            this.rankOfItem = rankOfItem;
        }

        static LogUniform of(int[] counts) {
            int[] itemOfRank = IntStream.range(0, counts.length)
                    .mapToLong(item -> ((long) -counts[item] << Integer.SIZE) + item)
                    .sorted()
                    .mapToInt(key -> (int) key)
                    .toArray();
            int[] rankOfItem = new int[counts.length];
            for (int rank = 0; rank < counts.length; rank++) {
                rankOfItem[itemOfRank[rank]] = rank;
            }
            return new LogUniform(itemOfRank, rankOfItem);
        }

        @Override
        public int draw(RandomGenerator random) {
            double drawn = StrictMath.exp(random.nextDouble() * StrictMath.log(itemOfRank.length + 1.0));
            return itemOfRank[Math.clamp((int) drawn - 1, 0, itemOfRank.length - 1)];
        }

        @Override
        public double probability(int item) {
            int rank = rankOfItem[item];
            return StrictMath.log((rank + 2.0) / (rank + 1.0)) / StrictMath.log(itemOfRank.length + 1.0);
        }
    }
}
