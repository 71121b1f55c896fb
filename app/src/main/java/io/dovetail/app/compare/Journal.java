package io.dovetail.app.compare;

import io.dovetail.app.progress.Narrator;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the pieces of a comparison, unless their files tell how they came out, and says how far it is. Not thread-safe. */
final class Journal {

    /** A training, or what stands for one. */
    @FunctionalInterface
    interface Work {
        Outcome run(Narrator narrator) throws IOException;
    }

    private final Narrator narrator;
    private final Pace pace = new Pace();
    private int done;
    private int total;

    Journal(Narrator narrator) {
        this.narrator = narrator;
    }

    int done() {
        return done;
    }

    int total() {
        return total;
    }

    /** Pieces of a kind are to be done. */
    void expect(String kind, int pieces) {
        for (int i = 0; i < pieces; i++) {
            pace.add(kind);
        }
        total += pieces;
    }

    /**
     * Reads how a piece came out, or does it and keeps that in its file.
     *
     * @param kind pieces of a kind take about as long
     * @param what the piece is, in words
     * @param file where the outcome is kept
     * @param settings that it is made with
     * @param work does it
     * @return the outcome
     */
    Outcome piece(String kind, String what, OutcomeFile file, Map<String, String> settings, Work work)
            throws IOException {
        Optional<Outcome> known = file.read(settings);
        Outcome outcome = known.isPresent() ? known.get() : work.run(timed());
        done++;
        pace.done(kind, outcome.allSeconds());
        if (known.isEmpty()) {
            file.write(outcome);
            narrator.say(line(what, outcome));
        }
        return outcome;
    }

    /** Adds the place among all pieces, and the time that is left, to a line of progress. */
    private Narrator timed() {
        long begin = System.nanoTime();
        return new Narrator() {
            @Override
            public void say(String line) {
                narrator.say(line);
            }

            @Override
            public void progress(Supplier<String> text) {
                narrator.progress(() -> text.get() + "  (" + (done + 1) + " of " + total + ")"
                        + left((System.nanoTime() - begin) * 1e-9));
            }
        };
    }

    private String line(String what, Outcome outcome) {
        String result = outcome.failed()
                ? "failed: " + outcome.failure()
                : Double.isFinite(outcome.validHr100())
                        ? String.format(
                                Locale.ROOT,
                                "valid HR@100 %.4f in epoch %d, %.1f s",
                                outcome.validHr100(),
                                outcome.epoch(),
                                outcome.allSeconds())
                        : "ranked";
        return "[" + done + "/" + total + "] " + what + ": " + result + (done < total ? left(0) : "");
    }

    private String left(double spent) {
        double seconds = Math.max(0, pace.left() - spent);
        return Double.isNaN(seconds)
                ? ""
                : String.format(Locale.ROOT, "  ETA %d:%02d min", (long) seconds / 60, (long) seconds % 60);
    }
}
