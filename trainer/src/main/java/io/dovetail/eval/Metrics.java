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
        private int within10;
        private int within50;
        private int within100;
        private double reciprocal;
        private double gain;

        /**
         * Adds a user.
         *
         * @param rank rank of the target, from 1
         */
        void add(int rank) {
            users++;
            within10 += rank <= 10 ? 1 : 0;
            within50 += rank <= 50 ? 1 : 0;
            within100 += rank <= 100 ? 1 : 0;
            reciprocal += 1.0 / rank;
            gain += rank <= 10 ? Math.log(2) / Math.log(1.0 + rank) : 0;
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
