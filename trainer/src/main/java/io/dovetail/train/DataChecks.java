package io.dovetail.train;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks for what a model cannot learn from the events it is given. */
final class DataChecks {
    private static final int MOST_NAMES = 5;

    private DataChecks() {}

    /** What a person should know before the training: what, why it matters, and what to do. */
    static List<String> warnings(Dataset dataset, Recipe recipe, Holdout holdout) {
        Interactions events = dataset.interactions();
        List<String> warnings = new ArrayList<>();
        if (recipe.model().userInputs() != Inputs.FEATURES && recipe.wals().isEmpty()) {
            warnAboutUsers(events, recipe.train(), holdout, warnings);
        }
        warnAboutCategories(dataset.categories(), events, holdout, warnings);
        return warnings;
    }

    private static void warnAboutUsers(Interactions events, TrainSpec spec, Holdout holdout, List<String> warnings) {
        long idle = IntStream.range(0, events.users())
                .filter(user -> IntStream.range(events.start(user), events.start(user + 1))
                        .noneMatch(e -> holdout.fits(events.part(e))))
                .count();
        if (idle > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d users (%.1f %%) have no event to learn from: they are served by the row of unknown ids"
                            + " and by their features. %s",
                    idle,
                    events.users(),
                    100.0 * idle / events.users(),
                    spec.idDropout() > 0
                            ? "id-dropout trains that row."
                            : "That row is trained by id-dropout alone, which is 0: set it, as id-dropout=0.05, if such"
                                    + " users matter, or leave them out of the users' file."));
        }
    }

    private static void warnAboutCategories(
            Categories categories, Interactions events, Holdout holdout, List<String> warnings) {
        boolean[] seen = new boolean[categories.size()];
        for (int event = 0; event < events.size(); event++) {
            seen[categories.of(events.item(event))] |= holdout.fits(events.part(event));
        }
        List<Integer> never = IntStream.range(0, seen.length)
                .filter(category -> !seen[category])
                .boxed()
                .toList();
        if (!never.isEmpty()) {
            String names = never.stream()
                    .limit(MOST_NAMES)
                    .map(category ->
                            "'" + categories.names().id(category) + "' (" + categories.items(category) + " items)")
                    .collect(Collectors.joining(", "));
            warnings.add(never.size() + " of " + categories.size() + " categories have no event to learn from: " + names
                    + (never.size() > MOST_NAMES ? ", ..." : "")
                    + ". Their items are seen as negatives only, so they will rank low. Gather events of them, merge"
                    + " them into other categories, or leave their items out.");
        }
    }
}
