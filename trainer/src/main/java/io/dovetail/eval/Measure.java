package io.dovetail.eval;

/** What a ranking is judged by: the mean over users of what the rank of a user's target is worth. */
public enum Measure {
    /** Share of users whose target is among the first 10. */
    HR10("hr@10", "HR@10"),
    /** Share of users whose target is among the first 50. */
    HR50("hr@50", "HR@50"),
    /** Share of users whose target is among the first 100. */
    HR100("hr@100", "HR@100"),
    /** Mean of 1 / rank. */
    MRR("mrr", "MRR"),
    /** Mean of 1 / log2(1 + rank) for ranks up to 10, else 0. */
    NDCG10("ndcg@10", "NDCG@10");

    private final String key;
    private final String title;

    Measure(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** {@return the name that programs read} */
    public String key() {
        return key;
    }

    /** {@return the name that people read} */
    public String title() {
        return title;
    }

    /**
     * What a rank is worth.
     *
     * @param rank rank of the target, from 1
     * @return its share in the mean, in [0, 1]
     */
    public double gain(int rank) {
        return switch (this) {
            case HR10 -> rank <= 10 ? 1 : 0;
            case HR50 -> rank <= 50 ? 1 : 0;
            case HR100 -> rank <= 100 ? 1 : 0;
            case MRR -> 1.0 / rank;
            case NDCG10 -> rank <= 10 ? Math.log(2) / Math.log(1.0 + rank) : 0;
        };
    }

    /**
     * The value of this measure.
     *
     * @param metrics an evaluation
     * @return its value there
     */
    public double of(Metrics metrics) {
        return switch (this) {
            case HR10 -> metrics.hr10();
            case HR50 -> metrics.hr50();
            case HR100 -> metrics.hr100();
            case MRR -> metrics.mrr();
            case NDCG10 -> metrics.ndcg10();
        };
    }
}
