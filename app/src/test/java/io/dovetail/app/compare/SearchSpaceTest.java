package io.dovetail.app.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchSpaceTest {

    static List<String> recipes() {
        return Recipes.names();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyDrawIsARecipe(String model) {
        Recipe recipe = Recipes.named(model);
        SearchSpace space = SearchSpace.of(model);
        assertTrue(space.ranges().size() >= 3, "too little to search");
        Set<Map<String, String>> drawn = new HashSet<>();
        for (int trial = 0; trial < 200; trial++) {
            Map<String, String> changes = space.draw(trial, 1);
            recipe.withAll(changes);
            drawn.add(changes);
        }
        assertTrue(drawn.size() > 190, drawn.size() + " distinct of 200");
    }

    @Test
    void theFirstTrialIsTheRecipeItself() {
        assertEquals(Map.of(), SearchSpace.of("dat").draw(0, 5));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void whatTheRecipeHasLiesWithinItsRanges(String model) {
        Map<String, String> own = Recipes.named(model).settings();
        SearchSpace.of(model).ranges().forEach((key, range) -> {
            if (range instanceof Range.LogUniform(double low, double high)) {
                double value = Double.parseDouble(own.getOrDefault(key, "NaN"));
                assertTrue(value >= low && value <= high, key + "=" + value + " is not in " + range);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dat", "twotower", "youtubednn", "mind"})
    void theLogQOfARecipeIsAmongThoseTried(String model) {
        double own = Double.parseDouble(
                Objects.requireNonNull(Recipes.named(model).settings().get("log-q")));
        Range.Choice tried = assertInstanceOf(
                Range.Choice.class, SearchSpace.of(model).ranges().get("log-q"));
        assertTrue(
                tried.values().stream().anyMatch(value -> Math.abs(Double.parseDouble(value) - own) < 1e-6),
                own + " is not in " + tried);
    }

    @Test
    void drawsDependOnSeedTrialAndSettingAlone() {
        SearchSpace dat = SearchSpace.of("dat");
        SearchSpace less = dat.without(Set.of("learning-rate"));
        for (int trial = 1; trial < 20; trial++) {
            Map<String, String> draw = dat.draw(trial, 3);
            assertEquals(draw, SearchSpace.of("dat").draw(trial, 3));
            assertEquals(
                    draw.get("temperature"),
                    SearchSpace.of("twotower").draw(trial, 3).get("temperature"));
            Map<String, String> rest = less.draw(trial, 3);
            assertFalse(rest.containsKey("learning-rate"));
            rest.forEach((key, value) -> assertEquals(draw.get(key), value));
            assertNotEquals(draw, dat.draw(trial, 4));
        }
    }

    @Test
    void settingsThatAreOffAreNotSearched() {
        Map<String, Range> twoTower = SearchSpace.of("twotower").ranges();
        assertFalse(twoTower.containsKey("mimic-user"));
        assertFalse(twoTower.containsKey("alignment"));
        assertTrue(SearchSpace.of("dat").ranges().containsKey("alignment"));
        assertTrue(SearchSpace.of("dat").ranges().containsKey("wals-regularization"));
        assertFalse(SearchSpace.of("dat-scaled").ranges().containsKey("wals-regularization"));
        assertFalse(SearchSpace.of("dat-paper").ranges().containsKey("temperature"));
        assertFalse(SearchSpace.of("youtubednn").ranges().containsKey("temperature"));
        assertFalse(SearchSpace.of("youtubednn").ranges().containsKey("interests"));
        assertTrue(SearchSpace.of("mind").ranges().containsKey("interests"));
    }

    /** Between the ends, half of the draws are below the geometric mean: 2,000 of them, give or take 4 deviations. */
    @Test
    void logUniformDrawsAreEvenInTheLogarithm() {
        SearchSpace space = new SearchSpace(Map.of("x", new Range.LogUniform(1e-4, 1e-2)));
        double[] draws = IntStream.rangeClosed(1, 2_000)
                .mapToDouble(trial -> Double.parseDouble(space.draw(trial, 1).getOrDefault("x", "NaN")))
                .toArray();
        int below = 0;
        for (double draw : draws) {
            assertTrue(draw >= 1e-4 && draw <= 1e-2, "out of range: " + draw);
            below += draw < 1e-3 ? 1 : 0;
        }
        assertEquals(1_000, below, 4 * Math.sqrt(500));
    }

    @Test
    void rangesOfNothingAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Range.LogUniform(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Range.LogUniform(1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Range.Choice(List.of()));
    }
}
