package io.dovetail.data;

/** The part of a data set that an event belongs to. */
public enum Part {
    /** Fitted on, always. */
    TRAIN,
    /** Held out to choose hyper-parameters and when to stop. */
    VALID,
    /** Held out for the final figures. */
    TEST
}
