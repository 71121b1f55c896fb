package io.dovetail.train;

import io.dovetail.eval.UserSample;
import io.dovetail.model.Initialization;

/**
 * How a model is trained.
 *
 * @param loss the main loss and its negatives
 * @param mimicUser weight of the user mimic loss (the paper's lambda 1)
 * @param mimicItem weight of the item mimic loss (lambda 2)
 * @param alignment weight of the category alignment loss (lambda 3)
 * @param alignmentEstimate how the category alignment loss estimates the squared difference of two covariances
 * @param batch positives per step
 * @param recency an epoch draws the k-th latest event of a user in proportion to {@code k^-recency}, in [0, 2]; 0: each
 *     event once
 * @param epochs greatest number of passes over the data; schedules that fall to 0 end there
 * @param patience stop after this many epochs without a better HR@100 on valid
 * @param validUsers greatest number of users that each epoch is judged by, drawn by the seed; 0 for all
 * @param learningRate Adam's step size
 * @param tableRate factor of the learning rate for embedding tables
 * @param schedule how the learning rate changes
 * @param weightDecay decoupled weight decay; on tables it reaches the rows that a batch looks up
 * @param clip greatest length of the gradient by all parameters together; a longer one is scaled down to it; 0 for any
 * @param dropout share of the elements of each tower's input that are dropped, in [0, 1)
 * @param idDropout share of ids that are replaced by the unknown id, in [0, 1); trains the path of unseen ids
 * @param augmentedInput what a user's augmented vector may know of the item to be predicted
 * @param initialization how weights begin
 * @param pretraining what the embeddings of items begin with
 * @param seed selects everything random
 */
public record TrainSpec(
        LossSpec loss,
        float mimicUser,
        float mimicItem,
        float alignment,
        AlignmentEstimate alignmentEstimate,
        int batch,
        float recency,
        int epochs,
        int patience,
        int validUsers,
        float learningRate,
        float tableRate,
        RateSchedule schedule,
        float weightDecay,
        float clip,
        float dropout,
        float idDropout,
        AugmentedInput augmentedInput,
        Initialization initialization,
        PretrainingSpec pretraining,
        long seed) {

    /** How the category alignment loss estimates the squared difference of two covariances from the draws of a batch. */
    public enum AlignmentEstimate {
        /** The square of the estimated difference, as the paper has it. It counts the noise of the estimate, too. */
        WHOLE,
        /** The inner product of the differences that two halves of the draws have: unbiased, of categories with four draws. */
        HALVES
    }

    /**
     * What the user tower sees of a user's augmented vector in training. It is drawn to the outputs of all items that the
     * user has had, the one to be predicted included, which it will not hold when it serves.
     */
    public enum AugmentedInput {
        /** All of it. */
        WHOLE,
        /** What is left when the item to be predicted is taken out of the mean: {@code (n a - p) / (n - 1)}. */
        LEAVE_ONE_OUT
    }

    private static final long MOST_DRAWS = 1L << 26;

    /** Checks the ranges; a message names the key, the value and what would do. */
    public TrainSpec {
        String fewer = "fewer, or batch (" + batch + ") smaller: a step draws at most " + MOST_DRAWS + " items";
        Settings.require(loss.draws(batch) <= MOST_DRAWS, "negatives", loss.negatives(), fewer);
        Settings.require(mimicUser >= 0, "mimic-user", mimicUser, "0 (off) or more");
        Settings.require(mimicItem >= 0, "mimic-item", mimicItem, "0 (off) or more");
        Settings.require(alignment >= 0, "alignment", alignment, "0 (off) or more");
        Settings.require(batch >= 1, "batch", batch, "at least 1");
        Settings.require(recency >= 0 && recency <= 2, "recency", recency, "in [0, 2]");
        Settings.require(epochs >= 1, "epochs", epochs, "at least 1");
        Settings.require(patience >= 1, "patience", patience, "at least 1");
        Settings.require(validUsers >= 0, "valid-users", validUsers, "0 (all) or more");
        Settings.require(learningRate > 0, "learning-rate", learningRate, "above 0");
        Settings.require(tableRate > 0, "table-rate", tableRate, "above 0");
        Settings.require(
                schedule.warmUp() < epochs, "warm-up", schedule.warmUp(), "less than the " + epochs + " epochs");
        Settings.require(weightDecay >= 0, "weight-decay", weightDecay, "0 (off) or more");
        Settings.require(clip >= 0, "clip", clip, "0 (off) or more");
        Settings.require(dropout >= 0 && dropout < 1, "dropout", dropout, "in [0, 1)");
        Settings.require(idDropout >= 0 && idDropout < 1, "id-dropout", idDropout, "in [0, 1)");
    }

    /** {@return whom each epoch is judged by} */
    UserSample validSample() {
        return validUsers == 0 ? UserSample.all() : new UserSample(validUsers, seed);
    }

    /** {@return the paper's setting; what the paper leaves open is documented with the models} */
    public static TrainSpec paper() {
        return new TrainSpec(
                LossSpec.paper(),
                0.5f,
                0.5f,
                1,
                AlignmentEstimate.WHOLE,
                256,
                0,
                20,
                3,
                0,
                1e-3f,
                1,
                RateSchedule.of(RateSchedule.Shape.CONSTANT),
                0,
                0,
                0,
                0,
                AugmentedInput.WHOLE,
                Initialization.HE,
                PretrainingSpec.none(),
                1);
    }

    /**
     * What counts where no gradient does; the rest is as in {@link #paper}, and not used.
     *
     * @param epochs greatest number of passes over the data
     * @param patience stop after this many epochs without a better HR@100 on valid
     * @param validUsers greatest number of users that each epoch is judged by; 0 for all
     * @param seed selects everything random
     * @return the training
     */
    static TrainSpec sweeps(int epochs, int patience, int validUsers, long seed) {
        TrainSpec paper = paper();
        return new TrainSpec(
                paper.loss,
                0,
                0,
                0,
                paper.alignmentEstimate,
                paper.batch,
                0,
                epochs,
                patience,
                validUsers,
                paper.learningRate,
                paper.tableRate,
                paper.schedule,
                0,
                0,
                0,
                0,
                paper.augmentedInput,
                paper.initialization,
                paper.pretraining,
                seed);
    }
}
