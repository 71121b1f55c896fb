package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipeTest {

    private static List<String> names() {
        return Recipes.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNamedRecipeTrains(String name) {
        Dataset data = TestDatasets.planted(40, 50, 3, 8, 1);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            ModelTrainer trainer = TestRuns.trainer(engine, arena, data, Recipes.named(name));
            String before = trainer.model().fingerprint();
            EpochLosses losses = trainer.runEpoch((step, steps, pairs) -> {});
            assertTrue(losses.objective() > 0 && Double.isFinite(losses.objective()));
            assertTrue(!before.equals(trainer.model().fingerprint()));
            boolean mimics = name.startsWith("dat") && !"dat-no-amm".equals(name);
            boolean aligns = name.startsWith("dat") && !"dat-no-cal".equals(name);
            assertEquals(mimics, losses.mimicUser() > 0);
            assertEquals(mimics, losses.mimicItem() > 0);
            assertEquals(aligns, losses.alignment() > 0);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void settingsComeBack(String name) {
        Recipe recipe = Recipes.named(name);
        assertEquals(recipe, Recipe.of(recipe.settings()));
    }

    @Test
    void everySettingComesBack() {
        Map<String, String> changes = Map.ofEntries(
                Map.entry("embedding", "7"),
                Map.entry("augmented", "5"),
                Map.entry("layers", "9-5"),
                Map.entry("item-layers", "11-5"),
                Map.entry("user-inputs", "features"),
                Map.entry("item-inputs", "id"),
                Map.entry("head", "linear-scaled"),
                Map.entry("sampler", "uniform"),
                Map.entry("history", "3-17"),
                Map.entry("history-table", "item-id"),
                Map.entry("interests", "0"),
                Map.entry("interest-history", "13"),
                Map.entry("routing-iterations", "2"),
                Map.entry("attention-power", "2.5"),
                Map.entry("method", "adam"),
                Map.entry("loss", "gbce"),
                Map.entry("sampling", "shared"),
                Map.entry("log-q", "0.25"),
                Map.entry("calibration", "0.125"),
                Map.entry("hard-negatives", "3"),
                Map.entry("hard-every", "2"),
                Map.entry("hard-skip", "7"),
                Map.entry("hard-pool", "19"),
                Map.entry("warm-up", "0.5"),
                Map.entry("step-epochs", "11"),
                Map.entry("step-factor", "0.875"),
                Map.entry("clip", "1.25"),
                Map.entry("augmented-input", "leave-one-out"),
                Map.entry("negatives", "6"),
                Map.entry("temperature", "0.25"),
                Map.entry("mimic-user", "0.125"),
                Map.entry("mimic-item", "0.75"),
                Map.entry("alignment", "2.5"),
                Map.entry("alignment-estimate", "halves"),
                Map.entry("batch", "33"),
                Map.entry("recency", "0.375"),
                Map.entry("epochs", "44"),
                Map.entry("valid-users", "321"),
                Map.entry("patience", "5"),
                Map.entry("learning-rate", "0.0123"),
                Map.entry("table-rate", "1.5"),
                Map.entry("schedule", "constant"),
                Map.entry("weight-decay", "1.0E-5"),
                Map.entry("dropout", "0.3"),
                Map.entry("id-dropout", "0.05"),
                Map.entry("initialization", "he"),
                Map.entry("pretraining-sweeps", "6"),
                Map.entry("wals-unobserved", "0.5"),
                Map.entry("wals-regularization", "0.25"),
                Map.entry("wals-exponent", "0.75"),
                Map.entry("seed", "-9223372036854775808"));
        Map<String, String> settings = Recipes.dat().withAll(changes).settings();
        assertEquals(changes, settings);
        assertEquals(settings, Recipe.of(settings).settings());
        assertEquals("none", Recipes.dat().with("history", " none ").settings().get("history"));
    }

    @ParameterizedTest
    @CsvSource({
        "embeding, 3, 'no setting ''embeding''; the settings are embedding, augmented, layers'",
        "embedding, three, 'embedding: ''three'' is no whole number'",
        "embedding, 3.5, 'embedding: ''3.5'' is no whole number'",
        "embedding, 0, 'embedding: must be in [1, 65536], is 0'",
        "embedding, 65537, 'embedding: must be in [1, 65536], is 65537'",
        "augmented, 31, 'augmented: must be 0 (none) or equal the width of the vectors, 64'",
        "layers, 256--32, 'layers: ''256--32'' is neither none nor a list of whole numbers such as 256-128-32'",
        "layers, '', 'layers: '''' is neither none nor a list of whole numbers such as 256-128-32'",
        "layers, 0-32, 'layers: must be widths, each in [1, 65536], or none; is [0, 32]'",
        "item-layers, 64-16, 'item-layers: both sides must come to vectors of the same width; users'' have 64 (the"
                + " last of layers), items'' 16 (the last of item-layers)'",
        "item-layers, different, 'item-layers: ''different'' is neither none nor a list of whole numbers'",
        "user-inputs, name, 'user-inputs: ''name'' is none of id, features, id-features'",
        "item-inputs, all, 'item-inputs: ''all'' is none of id, features, id-features'",
        "head, sigmoid, 'head: ''sigmoid'' is none of relu, linear, linear-scaled, dot, factorization'",
        "head, LINEAR, 'head: ''LINEAR'' is none of relu, linear, linear-scaled, dot, factorization'",
        "history, 4-4, 'history: must be different numbers of items, each in [1, 65536], or none; is [4, 4]'",
        "history, 2147483647, 'history: must be different numbers'",
        "method, wals, 'method: must be adam with this model; begin with the model wals, is wals'",
        "interests, 2, 'interests: must be 0 with augmented vectors, which mimic one vector a user, is 2; set"
                + " augmented=0, mimic-user=0 and mimic-item=0'",
        "interests, 65, 'interests: must be in [0, 64], is 65'",
        "interest-history, 0, 'interest-history: must be in [1, 1000], is 0'",
        "routing-iterations, 17, 'routing-iterations: must be in [1, 16], is 17'",
        "attention-power, 0.5, 'attention-power: must be in [1, 100] or hard, is 0.5'",
        "attention-power, soft, 'attention-power: ''soft'' is no number'",
        "loss, hinge, 'loss: ''hinge'' is none of bce, gbce, softmax'",
        "schedule, cyclic, 'schedule: ''cyclic'' is none of constant, linear, cosine, step'",
        "sampling, some, 'sampling: ''some'' is none of own, shared, mixed'",
        "sampling, own, 'sampling: must be shared or mixed with loss=softmax, is own'",
        "loss, bce, 'sampling: must be own or shared with loss=bce, which cannot correct for how popular the items of"
                + " other positives are, is mixed'",
        "sampler, zipf, 'sampler: ''zipf'' is none of uniform, popularity'",
        "log-q, 2.5, 'log-q: must be in [0, 2]: 0 corrects nothing, 1 all, and more favours popular items, is 2.5'",
        "calibration, -1, 'calibration: must be in [0, 1]: 0 is bce, 1 full calibration, is -1.0'",
        "hard-negatives, -1, 'hard-negatives: must be in [0, 10000]; 0 is off, is -1'",
        "hard-every, 0, 'hard-every: must be at least 1, is 0'",
        "hard-skip, -1, 'hard-skip: must be in [0, 10000], is -1'",
        "hard-pool, 0, 'hard-pool: must be in [1, 10000], is 0'",
        "warm-up, -1, 'warm-up: must be 0 (off) or more epochs, is -1.0'",
        "warm-up, 6, 'warm-up: must be less than the 6 epochs, is 6.0'",
        "step-epochs, 0, 'step-epochs: must be at least 1, is 0'",
        "step-factor, 1.5, 'step-factor: must be above 0 and at most 1, is 1.5'",
        "clip, -1, 'clip: must be 0 (off) or more, is -1.0'",
        "augmented-input, half, 'augmented-input: ''half'' is none of whole, leave-one-out'",
        "initialization, zero, 'initialization: ''zero'' is none of he, looks-linear, aligned'",
        "negatives, -1, 'negatives: must be at least 0 with sampling=mixed, is -1'",
        "negatives, 2147483647, 'a step draws at most 67108864 items, is 2147483647'",
        "temperature, 0, 'temperature: must be above 0, is 0.0'",
        "temperature, NaN, 'temperature: ''NaN'' is not finite'",
        "temperature, Infinity, 'temperature: ''Infinity'' is not finite'",
        "temperature, warm, 'temperature: ''warm'' is no number'",
        "mimic-user, -1, 'mimic-user: must be 0 (off) or more, is -1.0'",
        "mimic-item, -1, 'mimic-item: must be 0 (off) or more, is -1.0'",
        "alignment, -1, 'alignment: must be 0 (off) or more, is -1.0'",
        "alignment-estimate, thirds, 'alignment-estimate: ''thirds'' is none of whole, halves'",
        "batch, 0, 'batch: must be at least 1, is 0'",
        "recency, -0.5, 'recency: must be in [0, 2], is -0.5'",
        "recency, 2.5, 'recency: must be in [0, 2], is 2.5'",
        "epochs, 0, 'epochs: must be at least 1, is 0'",
        "patience, 0, 'patience: must be at least 1, is 0'",
        "learning-rate, 0, 'learning-rate: must be above 0, is 0.0'",
        "table-rate, 0, 'table-rate: must be above 0, is 0.0'",
        "weight-decay, -1, 'weight-decay: must be 0 (off) or more, is -1.0'",
        "dropout, 1, 'dropout: must be in [0, 1), is 1.0'",
        "id-dropout, -0.1, 'id-dropout: must be in [0, 1), is -0.1'",
        "seed, lucky, 'seed: ''lucky'' is no whole number'",
    })
    void aBadSettingIsNamedWithItsValueAndARemedy(String key, String value, String expected) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Recipes.dat().with(key, value))
                        .getMessage());
        assertTrue(message.contains(expected), message);
    }

    @Test
    void settingsOfARunThatIsOlderThanRecencyHaveNone() {
        Map<String, String> settings = new HashMap<>(Recipes.dat().settings());
        settings.remove("recency");
        assertEquals(0, Recipe.of(settings).train().recency());
    }

    @Test
    void anUnknownRecipeIsNamedWithTheChoices() {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Recipes.named("bert"))
                .getMessage());
        assertEquals("model: 'bert' is none of " + String.join(", ", Recipes.names()), message);
    }

    @Test
    void settingsThatFitOnlyTogetherAreChangedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> Recipes.dat().with("layers", "64-16"));
        Recipe smaller = Recipes.dat().withAll(Map.of("layers", "64-16", "augmented", "16"));
        assertEquals(16, smaller.model().dimension());
    }

    @Test
    void aFactorizationMachineHasNoNetworkAndNothingThatWouldNotBeOne() {
        Recipe fm = Recipes.factorizationMachine().with("history", "3");
        assertEquals(32, fm.model().dimension());
        Map<String, String> refused = Map.of(
                "layers", "31",
                "augmented", "32",
                "interests", "2",
                "history-table", "item-id",
                "dropout", "0.1");
        refused.forEach((key, value) -> {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> fm.with(key, value))
                    .getMessage());
            assertTrue(message.contains("head=factorization"), message);
        });
    }

    @Test
    void aSideWithoutLayersNeedsEmbeddingsAsWideAsTheOther() {
        Recipe recipe = Recipes.dat().withAll(Map.of("layers", "none", "item-layers", "same"));
        assertEquals(List.of(), recipe.model().itemLayers());
        assertEquals("none", recipe.settings().get("layers"));
        assertEquals("same", recipe.settings().get("item-layers"));
        String message = message(Map.of("embedding", "48", "item-layers", "none"));
        assertTrue(
                message.endsWith(
                        "users' have 64 (the last of layers), items' 48 (item-layers=none, so that of embedding)"),
                message);
        assertTrue(message(Map.of("loss", "bce", "sampling", "shared", "sampler", "popularity"))
                .startsWith("sampler: must be uniform with loss=bce"));
        assertTrue(message(Map.of("item-layers", "none", "head", "relu")).startsWith("head: relu needs layers"));
    }

    private static String message(Map<String, String> changes) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Recipes.dat().withAll(changes))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "learning-rate, 1, 'no setting ''learning-rate'' with method=wals; the settings are embedding, augmented'",
        "method, adam, 'method: must be wals with this model; begin with the model dat, is adam'",
        "layers, 64, 'layers: must be none with method=wals, which solves for a vector of each id and nothing else, is"
                + " 64'",
        "head, linear, 'head: must be dot with method=wals'",
        "augmented, 64, 'augmented: must be 0 with method=wals'",
        "history, 4, 'history: must be none with method=wals'",
        "interests, 2, 'interests: must be 0 with method=wals'",
        "user-inputs, id-features, 'user-inputs: must be id with method=wals'",
        "item-inputs, features, 'item-inputs: must be id with method=wals'",
        "embedding, 513, 'embedding: must be at most 512 with method=wals, is 513'",
        "wals-unobserved, 0, 'wals-unobserved: must be above 0'",
        "epochs, 0, 'epochs: must be at least 1, is 0'"
    })
    void whatLeastSquaresCannotDoIsRefused(String key, String value, String expected) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> Recipes.wals().with(key, value))
                .getMessage());
        assertTrue(message.contains(expected), message);
    }
}
