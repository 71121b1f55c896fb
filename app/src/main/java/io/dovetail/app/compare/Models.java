package io.dovetail.app.compare;

import io.dovetail.train.Recipes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The models that can be compared, by name: every recipe, and popularity, which learns nothing. */
public final class Models {
    /** Items by their number of events, the same for everybody. */
    public static final String POPULARITY = "popularity";

    private static final String ALL = "all";

    private Models() {}

    /** {@return the names, popularity first} */
    public static List<String> names() {
        return Stream.concat(Stream.of(POPULARITY), Recipes.names().stream()).toList();
    }

    /** {@return what a model is, in a few words} */
    public static String about(String name) {
        return POPULARITY.equals(name)
                ? "items by their number of events, the same for everybody"
                : Recipes.about(name);
    }

    /**
     * Reads a list of models.
     *
     * @param list names with commas between, or {@code all}
     * @return the names, in the order given
     * @throws IllegalArgumentException naming the choices, or what comes twice
     */
    public static List<String> parse(String list) {
        if (list.strip().equals(ALL)) {
            return names();
        }
        List<String> chosen =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        for (String name : chosen) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException(
                        "--models: '" + name + "' is none of " + String.join(", ", names()) + "; or give all");
            }
            if (chosen.stream().filter(name::equals).count() > 1) {
                throw new IllegalArgumentException("--models: '" + name + "' comes twice; name each model once");
            }
        }
        return chosen;
    }
}
