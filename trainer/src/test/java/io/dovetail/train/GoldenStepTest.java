package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.data.Holdout;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.TowerGradients;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One whole step of DAT against a float64 oracle: scores, the four losses, and every gradient, for the heads {@code relu} and
 * {@code linear}. The tolerance is 1e-5, relative to the greatest entry of the array: float32 has 6e-8, and a gradient is
 * the sum of some tens of products.
 */
class GoldenStepTest {
    private static final double TOLERANCE = 1e-5;
    private static final int NEGATIVES = 2;

    /** Where the oracle's name of a parameter is found here, and how many rows stand before its first. */
    private record Place(String name, int rowsBefore) {}

    private static final Map<String, Place> PLACES = Map.ofEntries(
            Map.entry("userId", new Place("user.id", 1)),
            Map.entry("userGroup", new Place("user.feature0", 1)),
            Map.entry("userAugmented", new Place("user.augmented", 1)),
            Map.entry("itemId", new Place("item.id", 1)),
            Map.entry("itemCategory", new Place("item.feature0", 1)),
            Map.entry("itemAugmented", new Place("item.augmented", 3)),
            Map.entry("userW1", new Place("user.layer1.weight", 0)),
            Map.entry("userB1", new Place("user.layer1.bias", 0)),
            Map.entry("userW2", new Place("user.layer2.weight", 0)),
            Map.entry("userB2", new Place("user.layer2.bias", 0)),
            Map.entry("userW3", new Place("user.layer3.weight", 0)),
            Map.entry("userB3", new Place("user.layer3.bias", 0)),
            Map.entry("itemW1", new Place("item.layer1.weight", 0)),
            Map.entry("itemB1", new Place("item.layer1.bias", 0)),
            Map.entry("itemW2", new Place("item.layer2.weight", 0)),
            Map.entry("itemB2", new Place("item.layer2.bias", 0)),
            Map.entry("itemW3", new Place("item.layer3.weight", 0)),
            Map.entry("itemB3", new Place("item.layer3.bias", 0)));

    @ParameterizedTest
    @CsvSource({"0, scalar", "0, best", "1, scalar", "1, best"})
    void stepEqualsTheOracle(int number, String backend, @TempDir Path folder) throws IOException {
        JsonNode golden = golden().get("cases").get(number);
        Kernels kernels = "scalar".equals(backend) ? Kernels.scalar() : Kernels.best();
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(kernels, workers);
            Dataset dataset = dataset(golden, folder);
            Head head = Head.of(golden.get("head").asText());
            ModelSpec shape = new ModelSpec(4, 4, List.of(6, 5, 4), head, HistorySpec.none());
            Recipe recipe = new Recipe(shape, TrainSpec.paper())
                    .with("negatives", Integer.toString(NEGATIVES))
                    .with("batch", "3");
            FittedEvents events = FittedEvents.of(dataset.interactions(), Holdout.VALID);
            TwoTower model = TwoTower.allocate(
                    arena,
                    shape,
                    TowerInputs.ofUsers(dataset, shape, Holdout.VALID, events),
                    TowerInputs.ofItems(dataset, shape, Holdout.VALID));
            fill(model, golden.get("parameters"));
            TrainingStep step = new TrainingStep(engine, arena, model, recipe.train(), events, dataset.categories());

            Map<String, float[][]> gradients = new HashMap<>();
            StepLosses losses = step.apply(batch(golden), 1, () -> {});
            step.forEachGradient(collector(gradients));

            JsonNode expected = golden.get("losses");
            assertClose("bce", expected.get("bce").asDouble(), losses.objective());
            assertClose("mimicUser", expected.get("mimicUser").asDouble(), losses.mimicUser());
            assertClose("mimicItem", expected.get("mimicItem").asDouble(), losses.mimicItem());
            assertClose("alignment", expected.get("categoryAlignment").asDouble(), losses.alignment());
            for (Map.Entry<String, Place> entry : PLACES.entrySet()) {
                Place place = entry.getValue();
                compare(
                        entry.getKey(),
                        golden.get("gradients").get(entry.getKey()),
                        Objects.requireNonNull(gradients.get(place.name()), place.name()),
                        place.rowsBefore());
            }
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = GoldenStepTest.class.getResourceAsStream("dat-step.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** All users have had all items, so that each id has a row of its own. */
    private static Dataset dataset(JsonNode golden, Path folder) throws IOException {
        JsonNode groups = golden.get("userGroupOfUser");
        JsonNode categories = golden.get("categoryOfItem");
        StringBuilder users = new StringBuilder("user\tgroup\n");
        StringBuilder items = new StringBuilder("item\tcategory\n");
        StringBuilder events = new StringBuilder("user\titem\tpos\tsplit\n");
        for (int item = 0; item < categories.size(); item++) {
            items.append(item).append('\t').append(categories.get(item).asInt()).append('\n');
        }
        for (int user = 0; user < groups.size(); user++) {
            users.append(user).append('\t').append(groups.get(user).asInt()).append('\n');
            for (int item = 0; item < categories.size(); item++) {
                events.append(user)
                        .append('\t')
                        .append(item)
                        .append('\t')
                        .append(item)
                        .append("\ttrain\n");
            }
        }
        Files.writeString(folder.resolve("users.tsv"), users);
        Files.writeString(folder.resolve("items.tsv"), items);
        Files.writeString(folder.resolve("interactions.tsv"), events);
        return DatasetReader.read(folder, DatasetSpec.defaults());
    }

    /** The oracle lists pairs, each positive followed by its negatives. */
    private static Batch batch(JsonNode golden) {
        JsonNode users = golden.get("batch").get("users");
        JsonNode items = golden.get("batch").get("items");
        int pairs = users.size();
        int positives = pairs / (NEGATIVES + 1);
        Batch batch = new Batch(positives, positives * NEGATIVES);
        batch.positives = positives;
        batch.draws = pairs;
        batch.distinct = pairs;
        int negative = positives;
        for (int t = 0; t < pairs; t++) {
            int item = items.get(t).asInt();
            batch.items.add(item, item, -1);
            batch.itemOfRow[t] = item;
            if (t % (NEGATIVES + 1) == 0) {
                int positive = t / (NEGATIVES + 1);
                int user = users.get(t).asInt();
                batch.users.add(user, user, -1);
                batch.userOfPositive[positive] = user;
                batch.slots[positive] = t;
            } else {
                batch.slots[negative++] = t;
            }
        }
        return batch;
    }

    private static void fill(TwoTower model, JsonNode parameters) {
        for (Map.Entry<String, Place> entry : PLACES.entrySet()) {
            Place place = entry.getValue();
            Matrix target = model.parameters().stream()
                    .filter(parameter -> parameter.name().equals(place.name()))
                    .findFirst()
                    .orElseThrow()
                    .value();
            JsonNode values = parameters.get(entry.getKey());
            for (int i = 0; i < target.rows(); i++) {
                for (int j = 0; j < target.cols(); j++) {
                    double value = at(entry.getKey(), values, i - place.rowsBefore(), j);
                    target.set(i, j, Double.isNaN(value) ? 0 : (float) value);
                }
            }
        }
    }

    /**
     * Element (i, j) in our orientation: the oracle's weights are (out, in), its biases plain lists, and its first layer
     * reads id, feature, augmented vector, four numbers each, where ours has the feature last.
     */
    private static double at(String name, JsonNode values, int i, int j) {
        if (i < 0) {
            return Double.NaN;
        }
        if (name.matches("(user|item)W1")) {
            int theirs = i < 4 ? i : i < 8 ? i + 4 : i - 4;
            return values.get(j).get(theirs).asDouble();
        }
        if (name.matches("(user|item)B.")) {
            return values.get(j).asDouble();
        }
        return name.matches("(user|item)W.")
                ? values.get(j).get(i).asDouble()
                : values.get(i).get(j).asDouble();
    }

    private static TowerGradients.Visitor collector(Map<String, float[][]> gradients) {
        return new TowerGradients.Visitor() {
            @Override
            public void rows(Parameter parameter, RowGradients rows) {
                float[][] dense =
                        new float[parameter.value().rows()][parameter.value().cols()];
                float[][] compact = rows.gradients().toArray();
                for (int t = 0; t < rows.count(); t++) {
                    dense[rows.rows()[t]] = compact[t];
                }
                gradients.put(parameter.name(), dense);
            }

            @Override
            public void all(Parameter parameter, Matrix gradient) {
                gradients.put(parameter.name(), gradient.toArray());
            }
        };
    }

    private static void compare(String name, JsonNode expected, float[][] actual, int rowsBefore) {
        double greatest = 0;
        double worst = 0;
        for (int i = rowsBefore; i < actual.length; i++) {
            for (int j = 0; j < actual[i].length; j++) {
                double value = at(name, expected, i - rowsBefore, j);
                greatest = Math.max(greatest, Math.abs(value));
                worst = Math.max(worst, Math.abs(value - actual[i][j]));
            }
        }
        assertTrue(greatest > 0, name + " has a gradient");
        assertTrue(worst <= TOLERANCE * greatest, name + " differs by " + worst + " of " + greatest);
    }

    private static void assertClose(String name, double expected, double actual) {
        assertEquals(expected, actual, TOLERANCE * Math.abs(expected), name);
    }
}
