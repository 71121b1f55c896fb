package io.dovetail.train;

/**
 * The batches of an epoch in their order: while one is trained on, the next is filled. Filling needs nothing of the step, and
 * what a batch holds does not depend on when or by which thread it was filled.
 */
final class BatchFeed {
    private final Batches batches;
    private Batch current;
    private Batch next;
    private int step;
    private long nanos;

    /**
     * A feed; {@link #begin} opens it.
     *
     * @param batches fills them
     */
    BatchFeed(Batches batches) {
        this.batches = batches;
        current = batches.newBatch();
        next = batches.newBatch();
    }

    /** Fills the first batch of an epoch. */
    void begin() {
        step = 0;
        batches.fill(0, current);
        nanos = 0;
    }

    /** {@return the batch of this step} */
    Batch current() {
        return current;
    }

    /** Fills the batch of the next step, if there is one. May run on any thread, while {@link #current} is read. */
    void prepare() {
        if (step + 1 < batches.perEpoch()) {
            long begin = System.nanoTime();
            batches.fill(step + 1, next);
            nanos = System.nanoTime() - begin;
        } else {
            nanos = 0;
        }
    }

    /** {@return nanoseconds that the last {@link #prepare} took} */
    long nanos() {
        return nanos;
    }

    /** Goes on to the next step, for which {@link #prepare} has run. */
    void advance() {
        Batch done = current;
        current = next;
        next = done;
        step++;
    }
}
