package io.dovetail.app;

import io.dovetail.data.Dataset;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.Recipe;
import io.dovetail.train.StepProfile;
import io.dovetail.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;

/** Shows how a training goes: a line for each epoch, progress within it; and keeps the log. */
final class TrainingDisplay implements TrainingListener {
    private final AppCommand command;
    private final ProgressLine progress;
    private final Consumer<StepProfile> profiles;
    private final RunRecorder recorder;
    private final long begin = System.nanoTime();

    private int mostEpochs;
    private long pretrainingBegin;
    private double pretraining;
    private long epochBegin;
    private long pairsAtBegin;
    private int bestEpoch;
    private int epochs;
    private long pairs;
    private double training;

    /**
     * A display of one training.
     *
     * @param command prints the lines
     * @param progress is drawn within an epoch
     * @param recorder receives the epochs
     */
    TrainingDisplay(AppCommand command, ProgressLine progress, RunRecorder recorder, Consumer<StepProfile> profiles) {
        this.profiles = profiles;
        this.command = command;
        this.progress = progress;
        this.recorder = recorder;
    }

    @Override
    public void onBegin(Dataset dataset, Recipe recipe) {
        mostEpochs = recipe.train().epochs();
        try {
            recorder.begin(dataset, recipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onPretraining(Phase phase, int half, int halves) {
        long now = System.nanoTime();
        pretrainingBegin = half == 0 ? now : pretrainingBegin;
        double seconds = (now - pretrainingBegin) * 1e-9;
        if (half == halves) {
            pretraining += seconds;
            progress.clear();
            command.say(name(phase) + " pretraining  " + halves / 2 + " sweeps of least squares in "
                    + Figures.time(seconds));
            return;
        }
        progress.update(() -> String.format(
                Locale.ROOT,
                "%s pretraining  %3d %%  sweep %d of %d%s",
                name(phase),
                100L * half / halves,
                half / 2 + 1,
                halves / 2,
                half == 0 ? "" : "  ETA " + Figures.time(seconds / half * (halves - half))));
    }

    @Override
    public void onStep(Phase phase, int epoch, int step, int steps, long pairsOfEpoch) {
        long now = System.nanoTime();
        if (step == 1) {
            epochBegin = now;
            pairsAtBegin = pairsOfEpoch;
        }
        progress.update(() -> {
            double rate = (pairsOfEpoch - pairsAtBegin) / Math.max(1e-9, (now - epochBegin) * 1e-9);
            double done = epochs + step / (double) steps;
            double left = (seconds() - pretraining)
                    / done
                    * Math.max(0, lastEpoch(phase) - epoch + 1 - step / (double) steps);
            return String.format(
                    Locale.ROOT,
                    "%s epoch %d/%d  %3d %%  step %,d of %,d  %s pairs/s  ETA %s",
                    name(phase),
                    epoch,
                    lastEpoch(phase),
                    100L * step / steps,
                    step,
                    steps,
                    Figures.large(rate),
                    Figures.time(left));
        });
    }

    @Override
    public void onProfile(StepProfile profile) {
        progress.clear();
        profiles.accept(profile);
    }

    @Override
    public void onEpoch(EpochReport report) {
        progress.clear();
        epochs++;
        pairs += report.pairs();
        training += report.seconds();
        bestEpoch = report.best() ? report.epoch() : bestEpoch;
        try {
            recorder.add(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.say(line(report));
    }

    @Override
    public void onResume(Phase phase, int epoch) {
        try {
            recorder.resume(phase, epoch);
            bestEpoch = recorder.best().get("epoch") instanceof Integer best ? best : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.say("going on after " + name(phase) + " epoch " + epoch);
    }

    @Override
    public void onWarning(String message) {
        progress.clear();
        recorder.warn(message);
        command.warn(message);
    }

    /** {@return the number of epochs that were run} */
    int epochs() {
        return epochs;
    }

    /** {@return seconds since the training began, evaluation and files included} */
    double seconds() {
        return (System.nanoTime() - begin) * 1e-9;
    }

    /** {@return pairs trained per second of training alone} */
    double pairsPerSecond() {
        return pairs / Math.max(1e-9, training);
    }

    private int lastEpoch(Phase phase) {
        return phase == Phase.SELECT ? mostEpochs : bestEpoch;
    }

    private String line(EpochReport report) {
        int last = lastEpoch(report.phase());
        double left = (seconds() - pretraining) / epochs * Math.max(0, last - report.epoch());
        String line = String.format(
                Locale.ROOT,
                "%s epoch %d/%d  loss %.4f  mimic %.4f/%.4f  alignment %.4f",
                name(report.phase()),
                report.epoch(),
                last,
                report.losses().objective(),
                report.losses().mimicUser(),
                report.losses().mimicItem(),
                report.losses().alignment());
        if (report.valid() != null) {
            line += String.format(
                    Locale.ROOT,
                    "  valid HR@100 %.4f%s  MRR %.4f",
                    report.valid().overall().hr100(),
                    report.best() ? "*" : " ",
                    report.valid().overall().mrr());
            if (report.valid().isSample()) {
                line += " (a sample of "
                        + Figures.count(report.valid().overall().users()) + " users)";
            }
        }
        return line + "  " + Figures.large(report.pairsPerSecond()) + " pairs/s  ETA " + Figures.time(left);
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }
}
