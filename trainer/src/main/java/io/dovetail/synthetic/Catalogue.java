package io.dovetail.synthetic;

import java.util.SplittableRandom;

/** The made-up items: which cluster each belongs to, and where the clusters lie. A cluster is a style of a category. */
final class Catalogue {
    static final int DIMENSION = 8;

    private static final double STYLE_SPREAD = 0.7;
    private static final double ZIPF = 0.8;

    private final int categories;
    private final int[] itemAt;
    private final int[] firstOfCluster;
    private final double[][] centre;

    Catalogue(SyntheticSpec spec, SplittableRandom random) {
        categories = spec.categories();
        int clusters = categories * SyntheticSpec.STYLES;
        firstOfCluster = sizes(spec.items(), categories);
        itemAt = shuffled(spec.items(), random);
        centre = new double[clusters][];
        double[] categoryCentre = new double[0];
        for (int cluster = 0; cluster < clusters; cluster++) {
            if (cluster % SyntheticSpec.STYLES == 0) {
                categoryCentre = direction(random);
            }
            centre[cluster] = moved(categoryCentre, STYLE_SPREAD, direction(random));
        }
    }

    /** Where the items of each cluster begin: one each, and the rest in shares of 1/(category + 1), the styles alike. */
    private static int[] sizes(int items, int categories) {
        int clusters = categories * SyntheticSpec.STYLES;
        double total = 0;
        for (int category = 0; category < categories; category++) {
            total += SyntheticSpec.STYLES / (category + 1.0);
        }
        int[] first = new int[clusters + 1];
        double share = 0;
        for (int cluster = 0; cluster < clusters; cluster++) {
            share += 1 / (category(cluster) + 1.0) / total;
            first[cluster + 1] = cluster + 1 + (int) Math.round(share * (items - clusters));
        }
        first[clusters] = items;
        return first;
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        int[] shuffled = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
        }
        return shuffled;
    }

    /** A unit vector in any direction. */
    static double[] direction(SplittableRandom random) {
        double[] vector = new double[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            vector[j] = random.nextGaussian();
        }
        return unit(vector);
    }

    /** A unit vector some way from one towards another. */
    static double[] moved(double[] from, double way, double[] towards) {
        double[] vector = new double[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            vector[j] = from[j] + way * towards[j];
        }
        return unit(vector);
    }

    private static double[] unit(double[] vector) {
        double square = 0;
        for (double x : vector) {
            square += x * x;
        }
        double norm = Math.sqrt(square);
        for (int j = 0; j < vector.length; j++) {
            vector[j] /= norm;
        }
        return vector;
    }

    int items() {
        return itemAt.length;
    }

    int clusters() {
        return centre.length;
    }

    static int category(int cluster) {
        return cluster / SyntheticSpec.STYLES;
    }

    /** The share of the items that are in a cluster. */
    double share(int cluster) {
        return (double) (firstOfCluster[cluster + 1] - firstOfCluster[cluster]) / itemAt.length;
    }

    /** How well a taste and a cluster agree, in [-1, 1]. */
    double match(double[] taste, int cluster) {
        double match = 0;
        for (int j = 0; j < DIMENSION; j++) {
            match += taste[j] * centre[cluster][j];
        }
        return match;
    }

    /** An item of a cluster: the r-th of its m items with a probability of about r^-0.8. */
    int draw(int cluster, SplittableRandom random) {
        int size = firstOfCluster[cluster + 1] - firstOfCluster[cluster];
        double end = Math.pow(size + 1.0, 1 - ZIPF);
        double rank = Math.pow(1 + random.nextDouble() * (end - 1), 1 / (1 - ZIPF));
        return itemAt[firstOfCluster[cluster] + Math.min(size, (int) rank) - 1];
    }

    /** The cluster of each item. */
    int[] clusterOfItem() {
        int[] cluster = new int[itemAt.length];
        for (int k = 0; k < clusters(); k++) {
            for (int i = firstOfCluster[k]; i < firstOfCluster[k + 1]; i++) {
                cluster[itemAt[i]] = k;
            }
        }
        return cluster;
    }
}
