package io.dovetail.data;

/** What is fitted on and what is judged on. */
public enum Holdout {
    /** Fit on the training events, judge on the validation events. */
    VALID(Part.VALID),
    /** Fit on the training and the validation events, judge on the test events. */
    TEST(Part.TEST);

    private final Part target;

    Holdout(Part target) {
        this.target = target;
    }

    /** {@return the part whose events are to be found} */
    public Part target() {
        return target;
    }

    /**
     * Whether events of a part may be fitted on, and count as a user's history.
     *
     * @param part the part of an event
     * @return true if it comes before the target
     */
    public boolean fits(Part part) {
        return part.compareTo(target) < 0;
    }
}
