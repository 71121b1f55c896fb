package io.dovetail.train;

import io.dovetail.model.Initialization;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a model is trained.
 *
 * @param loss the main loss
 * @param negatives with {@link Loss#BCE} negatives per positive (the paper's S), with {@link Loss#SOFTMAX} uniform
 *     negatives that a batch shares, beside its own items; drawn from all items
 * @param temperature divides the scores of the soft-max, {@code > 0}; not used by BCE
 * @param mimicUser weight of the user mimic loss (the paper's lambda 1)
 * @param mimicItem weight of the item mimic loss (lambda 2)
 * @param alignment weight of the category alignment loss (lambda 3)
 * @param batch positives per step
 * @param epochs greatest number of passes over the data; the linear schedule ends there
 * @param patience stop after this many epochs without a better HR@100 on valid
 * @param learningRate Adam's step size
 * @param tableRate factor of the learning rate for embedding tables
 * @param schedule how the learning rate changes
 * @param weightDecay decoupled weight decay; on tables it reaches the rows that a batch looks up
 * @param dropout share of the elements of each tower's input that are dropped, in [0, 1)
 * @param idDropout share of ids that are replaced by the unknown id, in [0, 1); trains the path of unseen ids
 * @param initialization how weights begin
 * @param seed selects everything random
 */
public record TrainSpec(
        Loss loss,
        int negatives,
        float temperature,
        float mimicUser,
        float mimicItem,
        float alignment,
        int batch,
        int epochs,
        int patience,
        float learningRate,
        float tableRate,
        Schedule schedule,
        float weightDecay,
        float dropout,
        float idDropout,
        Initialization initialization,
        long seed) {

    /** The main losses. */
    public enum Loss {
        /** Binary cross-entropy on each positive and its own negatives (the paper's Eq. 4). */
        BCE,
        /** Soft-max cross-entropy of each positive against the items of the batch and shared uniform negatives. */
        SOFTMAX
    }

    /** How the learning rate changes over the steps. */
    public enum Schedule {
        /** Not at all. */
        CONSTANT,
        /** Falls in a straight line from its value to 0 at the end of the last epoch. */
        LINEAR
    }

    private static final long MOST_DRAWS = 1L << 26;

    /** Checks the ranges; a message names the key, the value and what would do. */
    public TrainSpec {
        require(negatives >= (loss == Loss.BCE ? 1 : 0), "negatives", negatives, "at least 1 with bce, 0 with softmax");
        long draws = loss == Loss.BCE ? batch * (negatives + 1L) : batch + (long) negatives;
        String fewer = "fewer, or batch (" + batch + ") smaller: a step draws at most " + MOST_DRAWS + " items";
        require(draws <= MOST_DRAWS, "negatives", negatives, fewer);
        require(temperature > 0, "temperature", temperature, "above 0");
        require(mimicUser >= 0, "mimic-user", mimicUser, "0 (off) or more");
        require(mimicItem >= 0, "mimic-item", mimicItem, "0 (off) or more");
        require(alignment >= 0, "alignment", alignment, "0 (off) or more");
        require(batch >= 1, "batch", batch, "at least 1");
        require(epochs >= 1, "epochs", epochs, "at least 1");
        require(patience >= 1, "patience", patience, "at least 1");
        require(learningRate > 0, "learning-rate", learningRate, "above 0");
        require(tableRate > 0, "table-rate", tableRate, "above 0");
        require(weightDecay >= 0, "weight-decay", weightDecay, "0 (off) or more");
        require(dropout >= 0 && dropout < 1, "dropout", dropout, "in [0, 1)");
        require(idDropout >= 0 && idDropout < 1, "id-dropout", idDropout, "in [0, 1)");
    }

    private static void require(boolean holds, String key, Number value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": must be " + remedy + ", is " + value);
        }
    }

    /** {@return the paper's setting; what the paper leaves open is documented with the models} */
    public static TrainSpec paper() {
        return new TrainSpec(
                Loss.BCE, 4, 1, 0.5f, 0.5f, 1, 256, 20, 3, 1e-3f, 1, Schedule.CONSTANT, 0, 0, 0, Initialization.HE, 1);
    }

    static <E extends Enum<E>> E parse(Class<E> type, String key, String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(key + ": '" + value + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(TrainSpec::name)
                                .collect(Collectors.joining(", "))));
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
