package io.dovetail.synthetic;

import java.util.SplittableRandom;
import org.agrona.collections.IntHashSet;

/** A made-up user: a taste that drifts from one direction to another, and what has been taken so far. Reused for all users. */
final class Shopper {
    private static final double SHARPNESS = 6;
    private static final double DRIFT = 0.8;
    private static final double NOISE = 0.1;
    private static final int TRIES = 20;

    private final Catalogue catalogue;
    private final double[] first;
    private final double[] last;
    private final double[] anything;
    private final IntHashSet taken = new IntHashSet();

    private SplittableRandom random = new SplittableRandom(0);

    Shopper(Catalogue catalogue) {
        this.catalogue = catalogue;
        first = new double[catalogue.clusters()];
        last = new double[catalogue.clusters()];
        anything = new double[catalogue.clusters()];
        double sum = 0;
        for (int k = 0; k < anything.length; k++) {
            sum += catalogue.share(k);
            anything[k] = sum;
        }
    }

    /** Becomes another user. */
    void begin(SplittableRandom source) {
        random = source;
        double[] taste = Catalogue.direction(random);
        prefer(taste, first);
        prefer(Catalogue.moved(taste, DRIFT, Catalogue.direction(random)), last);
        taken.clear();
    }

    /** Fills in running sums of {@code share * exp(sharpness * match)}. */
    private void prefer(double[] taste, double[] sums) {
        double sum = 0;
        for (int k = 0; k < sums.length; k++) {
            sum += catalogue.share(k) * Math.exp(SHARPNESS * catalogue.match(taste, k));
            sums[k] = sum;
        }
    }

    private int cluster(double[] sums) {
        double x = random.nextDouble() * sums[sums.length - 1];
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] <= x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A cluster that the user likes in the beginning. */
    int favourite() {
        return cluster(first);
    }

    /**
     * The next item: none comes twice.
     *
     * @param progress where in the user's history this is, in [0, 1]
     */
    int next(double progress) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            double[] sums = random.nextDouble() < NOISE ? anything : random.nextDouble() < progress ? last : first;
            int item = catalogue.draw(cluster(sums), random);
            if (taken.add(item)) {
                return item;
            }
        }
        int item = random.nextInt(catalogue.items());
        while (!taken.add(item)) {
            item = (item + 1) % catalogue.items();
        }
        return item;
    }
}
