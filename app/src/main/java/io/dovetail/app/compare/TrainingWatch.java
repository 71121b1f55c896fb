package io.dovetail.app.compare;

import io.dovetail.app.progress.Narrator;
import io.dovetail.data.Dataset;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.Recipe;
import io.dovetail.train.TrainingListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Keeps what a comparison wants to know of a training, and tells how far it is. */
final class TrainingWatch implements TrainingListener {
    private final Narrator narrator;
    private final String what;
    private final Set<String> warnings = new LinkedHashSet<>();
    private int mostEpochs;
    private int bestEpoch;
    private double validHr100 = Double.NaN;
    private double selecting;
    private double refitting;

    /**
     * A watch on one training.
     *
     * @param narrator hears how far it is
     * @param what is trained, in words
     */
    TrainingWatch(Narrator narrator, String what) {
        this.narrator = narrator;
        this.what = what;
    }

    int bestEpoch() {
        return bestEpoch;
    }

    double validHr100() {
        return validHr100;
    }

    /** {@return the seconds of the epochs that the kept model was trained for} */
    double seconds() {
        return refitting > 0 ? refitting : selecting;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void onBegin(Dataset dataset, Recipe recipe) {
        mostEpochs = recipe.train().epochs();
    }

    @Override
    public void onPretraining(Phase phase, int half, int halves) {
        narrator.progress(() -> String.format(
                Locale.ROOT,
                "%s: %s pretraining  %3d %%",
                what,
                phase.name().toLowerCase(Locale.ROOT),
                100L * half / halves));
    }

    @Override
    public void onStep(Phase phase, int epoch, int step, int steps, long pairs) {
        narrator.progress(() -> String.format(
                Locale.ROOT,
                "%s: %s epoch %d/%d  %3d %%",
                what,
                phase.name().toLowerCase(Locale.ROOT),
                epoch,
                phase == Phase.SELECT ? mostEpochs : bestEpoch,
                100L * step / steps));
    }

    @Override
    public void onEpoch(EpochReport report) {
        EvaluationReport valid = report.valid();
        if (report.phase() == Phase.REFIT) {
            refitting += report.seconds();
        } else {
            selecting += report.seconds();
        }
        if (report.best() && valid != null) {
            bestEpoch = report.epoch();
            validHr100 = valid.overall().hr100();
        }
    }

    @Override
    public void onResume(Phase phase, int epoch) {
        throw new IllegalStateException("a comparison trains from the start");
    }

    @Override
    public void onWarning(String message) {
        warnings.add(message);
    }
}
