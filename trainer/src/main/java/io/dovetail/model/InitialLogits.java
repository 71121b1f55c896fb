package io.dovetail.model;

/** What the routing of interests begins with: how much an item of a user's history leans to each interest. */
@FunctionalInterface
interface InitialLogits {

    /**
     * A logit.
     *
     * @param user row of the user, or {@link TowerRows#UNKNOWN}
     * @param item row of the embedding table that stands for the item
     * @param interest number of the interest, from 0
     * @return the logit
     */
    float of(int user, int item, int interest);

    /**
     * Random logits of mean 0 and variance 1, as if drawn once and kept: a user who comes again is routed the same way, and
     * a new item changes nothing of where the others begin. Each is the sum of four uniform numbers, which is near enough to
     * normal and has the same bits everywhere.
     *
     * @return the logits
     */
    static InitialLogits random() {
        return (user, item, interest) -> {
            long bits = mix(mix(mix(user) + item) + interest);
            long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
            return (float) ((sum / 65536.0 - 2) * Math.sqrt(3));
        };
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). */
    private static long mix(long z) {
        long x = z + 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
