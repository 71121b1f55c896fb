package io.dovetail.train;

import io.dovetail.data.Dataset;

/** Hears how a training goes. Called on the thread that trains, between steps. */
public interface TrainingListener {

    /**
     * A training begins or goes on; called before all else.
     *
     * @param dataset what it learns from
     * @param recipe the model and its training
     */
    default void onBegin(Dataset dataset, Recipe recipe) {}

    /**
     * Pretraining, which comes before the first step, begins or goes on.
     *
     * @param phase part of the training
     * @param half number of halves of sweeps that are done, from 0
     * @param halves number of halves of all sweeps
     */
    default void onPretraining(EpochReport.Phase phase, int half, int halves) {}

    /**
     * A step has ended.
     *
     * @param phase part of the training
     * @param epoch number of the epoch, from 1
     * @param step number of steps done in this epoch
     * @param steps number of steps of an epoch
     * @param pairs number of pairs trained in this epoch so far
     */
    void onStep(EpochReport.Phase phase, int epoch, int step, int steps, long pairs);

    /**
     * An epoch has ended, and its model is on disk.
     *
     * @param report what happened
     */
    void onEpoch(EpochReport report);

    /**
     * Where the time of an epoch's steps went; called before {@link #onEpoch}.
     *
     * @param profile of the epoch; changes with the next
     */
    default void onProfile(StepProfile profile) {}

    /**
     * A training goes on from files. What a listener has recorded of later epochs is void: they will run again.
     *
     * @param phase part of the training
     * @param epoch number of epochs of this part that are done
     */
    void onResume(EpochReport.Phase phase, int epoch);

    /**
     * Something a person should know.
     *
     * @param message what, why, and what to do
     */
    void onWarning(String message);
}
