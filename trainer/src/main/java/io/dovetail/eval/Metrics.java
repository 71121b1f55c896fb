package io.dovetail.eval;

import java.util.Locale;

/**
 * Ranking quality over a set of users with one target each.
 *
 * @param users number of users ranked
 * @param hr10 share of users whose target is among the first 10 (hit rate, equal to recall@10 with one target)
 * @param hr50 share among the first 50
 * @param hr100 share among the first 100
 * @param mrr mean of 1 / rank, not scaled; the paper prints ten times this
 * @param ndcg10 mean of 1 / log2(1 + rank) for ranks up to 10, else 0
 */
public record Metrics(int users, double hr10, double hr50, double hr100, double mrr, double ndcg10) {

    /** Sums up ranks. Not thread-safe. */
    static final class Accumulator {
        private int users;
        private double within10;
        private double within50;
        private double within100;
        private double reciprocal;
        private double gain;

        /**
         * Adds a user.
         *
         * @param rank rank of the target, from 1
         */
        void add(int rank) {
            users++;
            within10 += Measure.HR10.gain(rank);
            within50 += Measure.HR50.gain(rank);
            within100 += Measure.HR100.gain(rank);
            reciprocal += Measure.MRR.gain(rank);
            gain += Measure.NDCG10.gain(rank);
        }

        Metrics metrics() {
            double n = Math.max(1, users);
            return new Metrics(users, within10 / n, within50 / n, within100 / n, reciprocal / n, gain / n);
        }
    }

    /** {@return the figures in a line} */
    public String line() {
        return String.format(
                Locale.ROOT,
                "HR@10 %.4f  HR@50 %.4f  HR@100 %.4f  MRR %.4f (x10 %.4f)  NDCG@10 %.4f  (%,d users)",
                hr10,
                hr50,
                hr100,
                mrr,
                10 * mrr,
                ndcg10,
                users);
    }
}
