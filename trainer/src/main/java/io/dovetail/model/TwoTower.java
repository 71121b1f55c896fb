package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The model: a tower for users, one for items, and the scale of the logit if the head has one.
 *
 * <p>Holds parameters alone. Reading it from several threads is safe while nobody trains it.
 */
public final class TwoTower {
    private static final int EMBED_ROWS = 1024;

    private final ModelSpec spec;
    private final Tower users;
    private final Tower items;
    private final @Nullable Parameter scale;

    private TwoTower(ModelSpec spec, Tower users, Tower items, @Nullable Parameter scale) {
        this.spec = spec;
        this.users = users;
        this.items = items;
        this.scale = scale;
    }

    /**
     * A model of zeros, to be initialised or read from a file.
     *
     * @param arena owner of the parameters
     * @param spec the shape
     * @param userInputs blocks of the user tower
     * @param itemInputs blocks of the item tower
     * @return the model
     */
    public static TwoTower allocate(Arena arena, ModelSpec spec, TowerInputs userInputs, TowerInputs itemInputs) {
        return over((name, rows, cols) -> Matrix.allocate(arena, rows, cols), spec, userInputs, itemInputs);
    }

    /**
     * A model of zeros to be trained.
     *
     * @param memory allocates the parameters beside what an optimizer keeps of them
     * @param spec the shape
     * @param userInputs blocks of the user tower
     * @param itemInputs blocks of the item tower
     * @return the model
     */
    public static TwoTower allocate(
            TrainingMemory memory, ModelSpec spec, TowerInputs userInputs, TowerInputs itemInputs) {
        return over(memory, spec, userInputs, itemInputs);
    }

    static <E extends Exception> TwoTower over(
            ParameterMemory<E> memory, ModelSpec spec, TowerInputs userInputs, TowerInputs itemInputs) throws E {
        Map<String, Matrix> known = new HashMap<>();
        ParameterMemory<E> once = (name, rows, cols) -> {
            Matrix matrix = known.get(name);
            if (matrix == null) {
                matrix = memory.matrix(name, rows, cols);
                known.put(name, matrix);
            }
            return matrix;
        };
        Tower users = new Tower(once, userInputs, spec.layers(), spec);
        Tower items = new Tower(once, itemInputs, spec.itemLayers(), spec);
        String name = "logit.scale";
        Parameter scale = spec.head() == Head.LINEAR_SCALED
                ? new Parameter(name, Parameter.Updates.ALL, memory.matrix(name, 1, 2))
                : null;
        return new TwoTower(spec, users, items, scale);
    }

    /**
     * This model with other inputs on the user side, sharing all parameters.
     *
     * @param userInputs blocks of the same shapes
     * @return the model
     */
    public TwoTower withUserInputs(TowerInputs userInputs) {
        return new TwoTower(spec, users.over(userInputs), items, scale);
    }

    /** {@return the shape} */
    public ModelSpec spec() {
        return spec;
    }

    /** {@return the user tower} */
    public Tower users() {
        return users;
    }

    /** {@return the item tower} */
    public Tower items() {
        return items;
    }

    /** {@return (1, 2): the factor and the offset of the logit; null unless the head is {@link Head#LINEAR_SCALED}} */
    @SuppressWarnings("exports") // of an annotation, which whoever compiles against this need not have
    public @Nullable Parameter scale() {
        return scale;
    }

    /** {@return all parameters, in a fixed order, each once} */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Tower tower : List.of(users, items)) {
            for (Parameter parameter : tower.parameters()) {
                if (names.add(parameter.name())) {
                    all.add(parameter);
                }
            }
        }
        if (scale != null) {
            all.add(scale);
        }
        return all;
    }

    /**
     * The tables that hold an embedding per item: of the item tower's ids, and of the items in the users' histories. Item i
     * has row 1 + i; row 0 is none.
     *
     * @return these tables, each once
     */
    public List<Parameter> itemEmbeddings() {
        Set<String> names = new HashSet<>();
        for (Tower tower : List.of(users, items)) {
            for (int block = 0; block < tower.inputs().blocks(); block++) {
                Source source = tower.inputs().source(block);
                if (source.isOfItems()) {
                    names.add(source.table());
                }
            }
        }
        return parameters().stream()
                .filter(parameter -> names.contains(parameter.name()))
                .toList();
    }

    /**
     * Computes the output vectors of all entities of a tower.
     *
     * @param engine what to compute on
     * @param tower {@link #users} or {@link #items}
     * @param out (entities, d), receives the vectors; (entities, K d) if an entity has up to K interests, as {@link
     *     Activations#copyOutput} lays them out
     */
    public static void embedAll(Engine engine, Tower tower, Matrix out) {
        embed(engine, tower, tower.inputs().entities(), IntUnaryOperator.identity(), out);
    }

    /**
     * Computes the output vectors of some entities of a tower.
     *
     * @param engine what to compute on
     * @param tower {@link #users} or {@link #items}
     * @param entities their rows
     * @param out (entities.length, d), receives unit vectors: the bits of {@link #embedAll}
     */
    public static void embed(Engine engine, Tower tower, int[] entities, Matrix out) {
        embed(engine, tower, entities.length, i -> entities[i], out);
    }

    private static void embed(Engine engine, Tower tower, int count, IntUnaryOperator entities, Matrix out) {
        try (Arena arena = Arena.ofShared()) {
            Activations activations = tower.newActivations(engine, arena, Math.min(EMBED_ROWS, Math.max(1, count)));
            TowerRows rows = new TowerRows();
            for (int from = 0; from < count; from += EMBED_ROWS) {
                int to = Math.min(count, from + EMBED_ROWS);
                rows.clear();
                for (int i = from; i < to; i++) {
                    int entity = entities.applyAsInt(i);
                    rows.add(entity, entity, TowerRows.NOTHING);
                }
                tower.forward(engine, rows, activations);
                activations.copyOutput(out.rows(from, to - from));
            }
        }
    }

    /**
     * Sets the augmented vector of each group (an item category; all users) to the mean over its entities that were
     * trained. An entity without a row of its own is served with it.
     */
    public void averageGroups() {
        averageGroups(users);
        averageGroups(items);
    }

    private static void averageGroups(Tower tower) {
        Parameter table = tower.augmentedTable();
        if (table == null
                || !(tower.inputs().source(tower.inputs().augmentedBlock()) instanceof Sources.Augmented source)) {
            return;
        }
        Matrix values = table.value();
        GroupMeans means = new GroupMeans(source, values, source.seen()::get);
        for (int group = 0; group < source.groups(); group++) {
            if (means.any(group)) {
                means.copy(group, values, group);
            } else {
                values.rows(group, 1).fill(0);
            }
        }
    }

    /** {@return a short hexadecimal name of the parameters' values, which an index of the items carries too} */
    public String fingerprint() {
        CRC32C names = new CRC32C();
        CRC32C values = new CRC32C();
        for (Parameter parameter : parameters()) {
            names.update(parameter.name().getBytes(StandardCharsets.UTF_8));
            Matrix value = parameter.value();
            for (int row = 0; row < value.rows(); row++) {
                var bytes = value.data()
                        .asSlice(value.offset(row), 4L * value.cols())
                        .asByteBuffer();
                values.update(bytes.duplicate());
                names.update(bytes);
            }
        }
        return HexFormat.of().toHexDigits((int) names.getValue())
                + HexFormat.of().toHexDigits((int) values.getValue());
    }
}
