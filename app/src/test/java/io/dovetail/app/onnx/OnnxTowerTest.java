package io.dovetail.app.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.dovetail.app.proto.ProtoReader;
import io.dovetail.app.proto.ProtoReader.Field;
import io.dovetail.data.Categories;
import io.dovetail.data.ColumnSpec;
import io.dovetail.data.Dataset;
import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Vocabulary;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.Initializer;
import io.dovetail.model.InterestSpec;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import io.dovetail.model.NewEntity;
import io.dovetail.model.Tower;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TowerRows;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models that we write, run by ONNX Runtime. Sums of float32 may be taken in another order there: 1e-5 is a hundred units in
 * the last place of an element of a unit vector.
 */
final class OnnxTowerTest {
    private static final int USERS = 40;
    private static final int ITEMS = 30;
    private static final double TOLERANCE = 1e-5;
    private static final Dataset DATA = data();

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Engine engine = new Engine(Kernels.best(), workers);

    @TempDir
    private Path folder;

    @AfterEach
    void free() {
        workers.close();
        arena.close();
    }

    private static Dataset data() {
        int[] user = new int[USERS * 6];
        int[] item = new int[user.length];
        long[] time = new long[user.length];
        for (int e = 0; e < user.length; e++) {
            user[e] = e / 6;
            item[e] = (e * 7 + e / 6) % (ITEMS - 2);
            time[e] = e;
        }
        List<String> groups = List.of("g0", "g1", "g2");
        return new Dataset(
                "made up",
                Vocabulary.of(IntStream.range(0, USERS).mapToObj(u -> "u" + u).toList()),
                Vocabulary.of(IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList()),
                Interactions.leaveLastOut(USERS, ITEMS, user, item, time),
                List.of(Feature.of(
                        "age",
                        new ColumnSpec.Quantiles(5),
                        IntStream.range(0, USERS)
                                .mapToObj(u -> u % 9 == 0 ? "" : Integer.toString(18 + u))
                                .toList())),
                List.of(
                        Feature.of(
                                "category",
                                new ColumnSpec.Categorical(1),
                                IntStream.range(0, ITEMS)
                                        .mapToObj(i -> groups.get(i % 3))
                                        .toList()),
                        Feature.of(
                                "tags",
                                new ColumnSpec.MultiValued(1, ","),
                                IntStream.range(0, ITEMS)
                                        .mapToObj(i -> i % 4 == 0 ? "" : "a" + i % 4 + ",b" + i % 3 + ",c")
                                        .toList())),
                List.of(DenseFeature.standardized(
                        "income",
                        IntStream.range(0, USERS)
                                .mapToDouble(u -> u == 3 ? Double.NaN : 1000 + 7 * u)
                                .toArray())),
                List.of(DenseFeature.of("text", texts())),
                Categories.of(
                        Vocabulary.of(groups),
                        IntStream.range(0, ITEMS).map(i -> i % 3).toArray()),
                IntStream.range(0, ITEMS).mapToObj(i -> "Item " + i).toList());
    }

    /** A vector of three for each item, none for the first. */
    private static Matrix texts() {
        Matrix texts = Matrix.allocate(Arena.ofAuto(), ITEMS, 3);
        for (int item = 1; item < ITEMS; item++) {
            for (int j = 0; j < 3; j++) {
                texts.set(item, j, (item * 5 + j * 11) % 13 / 6f - 1);
            }
        }
        return texts;
    }

    private TwoTower model(Head head, int augmented, HistorySpec history, List<Integer> layers) {
        return model(new ModelSpec(6, augmented, layers, head, history));
    }

    private TwoTower model(ModelSpec spec) {
        FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
        TwoTower model = TwoTower.allocate(
                arena,
                spec,
                TowerInputs.ofUsers(DATA, spec, Holdout.VALID, events),
                TowerInputs.ofItems(DATA, spec, Holdout.VALID));
        Initializer.initialize(model, Initialization.HE, 1, 1);
        model.averageGroups();
        return model;
    }

    private void assertSame(Tower tower, Path file, TowerRows rows) throws OrtException {
        Activations activations = tower.newActivations(engine, arena, rows.size());
        tower.forward(engine, rows, activations);
        List<SparseMatrix> batch = tower.inputs().newBatch();
        tower.inputs().encode(rows, 0, rows.size(), batch);
        assertSame(activations.output().toArray(), OnnxRunner.run(file, OnnxTower.blocks(tower), batch));
    }

    private static void assertSame(float[][] ours, float[][] theirs) {
        assertEquals(ours.length, theirs.length);
        for (int row = 0; row < ours.length; row++) {
            assertArrayEquals(ours[row], theirs[row], (float) TOLERANCE, "row " + row);
        }
    }

    private static TowerRows all(Tower tower) {
        TowerRows rows = new TowerRows();
        for (int entity = 0; entity < tower.inputs().entities(); entity++) {
            rows.add(entity, entity % 5 == 0 ? TowerRows.UNKNOWN : entity, TowerRows.NOTHING);
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"RELU,8,own", "LINEAR,8,item-id", "LINEAR_SCALED,8,none", "LINEAR,0,none", "DOT,8,item-id"})
    void theRuntimeGetsOurVectors(Head head, int augmented, String history) throws IOException, OrtException {
        HistorySpec means = switch (history) {
            case "own" -> HistorySpec.of(2, 4);
            case "item-id" -> new HistorySpec(List.of(2, 4), HistorySpec.Table.ITEM_ID);
            default -> HistorySpec.none();
        };
        assertSame(model(head, augmented, means, List.of(17, 8)));
    }

    @ParameterizedTest
    @CsvSource({"DOT,true", "DOT,false", "LINEAR,true", "LINEAR_SCALED,false"})
    void theRuntimeGetsOurVectorsOfTowersWithoutLayers(Head head, boolean userLayers) throws IOException, OrtException {
        List<Integer> layers = userLayers ? List.of(7, 6) : List.of();
        assertSame(model(new ModelSpec(
                6, 0, layers, List.of(), head, HistorySpec.of(3), InterestSpec.none(), Inputs.FEATURES, Inputs.ID)));
        assertSame(model(new ModelSpec(
                6,
                6,
                layers,
                List.of(),
                head,
                HistorySpec.none(),
                InterestSpec.none(),
                Inputs.ID,
                Inputs.ID_FEATURES)));
    }

    @Test
    void theRuntimeGetsOurVectorsOfAFactorizationMachine() throws IOException, OrtException {
        assertSame(model(new ModelSpec(6, 0, List.of(), Head.FACTORIZATION, HistorySpec.of(3))));
    }

    private void assertSame(TwoTower model) throws IOException, OrtException {
        for (Tower tower : List.of(model.users(), model.items())) {
            Path file = folder.resolve("tower.onnx");
            OnnxTower.write(tower, "tower", Map.of(), file);
            assertSame(tower, file, all(tower));
            TowerRows one = new TowerRows();
            one.add(3, 3, TowerRows.NOTHING);
            assertSame(tower, file, one);
        }
    }

    @Test
    void aTowerOfOneLayerWorks() throws IOException, OrtException {
        TwoTower model = model(Head.LINEAR, 0, HistorySpec.none(), List.of(5));
        OnnxTower.write(model.users(), "user", Map.of(), folder.resolve("u.onnx"));
        assertSame(model.users(), folder.resolve("u.onnx"), all(model.users()));
    }

    @Test
    void newEntitiesGetOurVectors() throws IOException, OrtException {
        TwoTower model = model(Head.LINEAR, 8, HistorySpec.of(3), List.of(17, 8));
        List<NewEntity> entities = List.of(
                new NewEntity(Map.of("category", "g1", "tags", "c,a1,new", "text", "0.5 0 -2"), List.of(), 1),
                new NewEntity(Map.of(), List.of()));
        Path file = folder.resolve("i.onnx");
        OnnxTower.write(model.items(), "item", Map.of(), file);
        Activations activations = model.items().newActivations(engine, arena, 2);
        model.items().forward(engine, entities, activations);
        List<SparseMatrix> batch = model.items().inputs().newBatch();
        model.items().inputs().encode(entities, batch);
        assertSame(activations.output().toArray(), OnnxRunner.run(file, OnnxTower.blocks(model.items()), batch));
    }

    @Test
    void theGuideSaysHowNumbersBecomeWeights() {
        TwoTower model = model(Head.LINEAR, 8, HistorySpec.of(2), List.of(17, 8));
        Map<String, Object> income =
                new InputGuide(DATA, model.users(), "user").blocks().get(3);
        assertEquals("user.dense0", income.get("block"));
        assertEquals("vector", income.get("kind"));
        assertEquals("income", income.get("column"));
        assertEquals(1, income.get("dimension"));
        assertEquals(DATA.userDense().getFirst().mean(), income.get("mean"));
        assertEquals(DATA.userDense().getFirst().deviation(), income.get("deviation"));
        Map<String, Object> text =
                new InputGuide(DATA, model.items(), "item").blocks().get(3);
        assertEquals("text", text.get("column"));
        assertEquals(3, text.get("dimension"));
    }

    @Test
    void aVectorThatIsAllZeroStaysSo() throws IOException, OrtException {
        TwoTower model = model(Head.RELU, 8, HistorySpec.none(), List.of(17, 8));
        model.users().biases().getLast().value().fill(-100);
        Path file = folder.resolve("u.onnx");
        OnnxTower.write(model.users(), "user", Map.of(), file);
        assertSame(model.users(), file, all(model.users()));
        List<SparseMatrix> batch = model.users().inputs().newBatch();
        TowerRows rows = all(model.users());
        model.users().inputs().encode(rows, 0, rows.size(), batch);
        float[][] vectors = OnnxRunner.run(file, OnnxTower.blocks(model.users()), batch);
        assertArrayEquals(new float[8], vectors[1]);
    }

    @Test
    void largeTablesLieInAFileBesideTheModel() throws IOException, OrtException {
        TwoTower model = model(Head.LINEAR, 8, HistorySpec.of(2), List.of(17, 8));
        Path file = folder.resolve("u.onnx");
        Path beside = folder.resolve("u.onnx.data");
        OnnxTower.write(model.users(), "user", Map.of(), file, 1000);
        assertTrue(Files.size(beside) > 4096);
        assertTrue(Files.size(file) < 8000, "the model has no tables inside");
        assertSame(model.users(), file, all(model.users()));
        OnnxTower.write(model.users(), "user", Map.of(), file);
        assertFalse(Files.exists(beside), "a model with all inside leaves no older data beside it");
        assertSame(model.users(), file, all(model.users()));
    }

    @Test
    void theModelSaysWhatItIs() throws IOException {
        TwoTower model = model(Head.LINEAR, 8, HistorySpec.of(2), List.of(17, 8));
        Path file = folder.resolve("u.onnx");
        OnnxTower.write(model.users(), "user", Map.of("fingerprint", "f00"), file);
        List<Field> fields = ProtoReader.read(Files.readAllBytes(file));
        assertEquals(8, ProtoReader.first(fields, 1).integer());
        assertEquals("dovetail", ProtoReader.first(fields, 2).text());
        assertEquals(
                17, ProtoReader.first(ProtoReader.first(fields, 8).message(), 2).integer());
        List<Field> metadata = ProtoReader.first(fields, 14).message();
        assertEquals("fingerprint", ProtoReader.first(metadata, 1).text());
        List<String> inputs = new ArrayList<>();
        for (Field field : ProtoReader.first(fields, 7).message()) {
            if (field.number() == 11) {
                inputs.add(ProtoReader.first(field.message(), 1).text());
            }
        }
        List<String> expected = new ArrayList<>();
        for (String block : List.of("user.id", "user.history2", "user.augmented", "user.dense0", "user.feature0")) {
            expected.add(block + ".rows");
            expected.add(block + ".weights");
        }
        assertEquals(expected, inputs);
    }
}
