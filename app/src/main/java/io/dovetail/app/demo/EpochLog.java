package io.dovetail.app.demo;

import io.dovetail.app.progress.Narrator;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.TrainingListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Keeps what happened in a training, and tells it as it happens. */
final class EpochLog implements TrainingListener {
    private final Narrator narrator;
    private final List<EpochReport> epochs = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    EpochLog(Narrator narrator) {
        this.narrator = narrator;
    }

    /** {@return the epochs so far} */
    List<EpochReport> epochs() {
        return epochs;
    }

    /** {@return the distinct warnings so far} */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void onPretraining(Phase phase, int half, int halves) {
        narrator.progress(() ->
                String.format(Locale.ROOT, "    %s, pretraining: sweep %d of %d", name(phase), half / 2, halves / 2));
    }

    @Override
    public void onStep(Phase phase, int epoch, int step, int steps, long pairs) {
        narrator.progress(
                () -> String.format(Locale.ROOT, "    %s, epoch %d: step %,d of %,d", name(phase), epoch, step, steps));
    }

    @Override
    public void onEpoch(EpochReport report) {
        epochs.add(report);
        EvaluationReport valid = report.valid();
        narrator.say(String.format(
                Locale.ROOT,
                "    %s, epoch %d: loss %.4f, %.1f s, %,.0f pairs/s%s",
                name(report.phase()),
                report.epoch(),
                report.losses().objective(),
                report.seconds(),
                report.pairsPerSecond(),
                valid == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", HR@100 on valid %.4f",
                                valid.overall().hr100())));
    }

    @Override
    public void onResume(Phase phase, int epoch) {
        throw new IllegalStateException("a demo trains from the start");
    }

    @Override
    public void onWarning(String message) {
        if (warnings.add(message)) {
            narrator.say("    Note: " + message);
        }
    }

    private static String name(Phase phase) {
        return switch (phase) {
            case SELECT -> "train";
            case REFIT -> "train and valid";
        };
    }
}
