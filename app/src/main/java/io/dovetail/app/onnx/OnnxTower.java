package io.dovetail.app.onnx;

import io.dovetail.app.proto.ProtoMessage;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Parameter;
import io.dovetail.model.Tower;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A tower as an ONNX model (onnx.ai, IR version 8, operator set 17), with its embedding tables inside.
 *
 * <p>For each block B of the tower's input the graph takes {@code B.rows}, int64 (n, k), and {@code B.weights}, float32
 * (n, k): which rows of the block's table an entity looks up, and with what weights. The k may differ from block to block
 * and from call to call; shorter lists are filled up with weights of 0. The graph yields {@code vector}, float32 (n, d),
 * the tower's vectors; where they are scaled to length 1, a row that is all zero before stays so.
 */
public final class OnnxTower {
    /** Name of the graph's output. */
    public static final String OUTPUT = "vector";

    /** What the tensors inside of a model file may take: some way below the 2 GiB of a message that is read at once. */
    private static final long MOST_INSIDE = 1L << 30;

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final String BATCH = "n";

    private static final int MODEL_IR_VERSION = 1;
    private static final int MODEL_PRODUCER = 2;
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_OPERATOR_SET = 8;
    private static final int MODEL_METADATA = 14;
    private static final int SET_VERSION = 2;
    static final int GRAPH_NODE = 1;
    private static final int GRAPH_NAME = 2;
    static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;

    private final Tower tower;
    private final String name;
    private final long mostInside;
    private final Set<String> initializers = new HashSet<>();
    private final ProtoMessage graph = new ProtoMessage();

    private OnnxTower(Tower tower, String name, long mostInside) {
        this.tower = tower;
        this.name = name;
        this.mostInside = mostInside;
    }

    /**
     * Writes a tower. Tables and weights of more than 1 GiB go to a file of the same name with {@code .data} after it, which
     * the model names and must lie beside it.
     *
     * @param tower the tower
     * @param name of the graph
     * @param metadata what else a reader may want to know, by key
     * @param file the model's file
     * @throws IOException if writing fails
     */
    public static void write(Tower tower, String name, Map<String, String> metadata, Path file) throws IOException {
        write(tower, name, metadata, file, MOST_INSIDE);
    }

    static void write(Tower tower, String name, Map<String, String> metadata, Path file, long mostInside)
            throws IOException {
        new OnnxTower(tower, name, mostInside).writeTo(file, metadata);
    }

    /**
     * The names of the graph's blocks, in their order; inputs are called {@code BLOCK.rows} and {@code BLOCK.weights}.
     *
     * @param tower the tower
     * @return the names of its blocks
     */
    public static List<String> blocks(Tower tower) {
        return tower.inputs().names();
    }

    private void writeTo(Path file, Map<String, String> metadata) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".data");
        long bytes = Stream.of(tower.tables(), tower.weights(), tower.biases())
                .flatMap(List::stream)
                .map(Parameter::value)
                .mapToLong(Tensors::bytes)
                .sum();
        Tensors.Place place = bytes > mostInside ? Tensors.Place.BESIDE : Tensors.Place.INSIDE;
        Tensors tensors = new Tensors(place, String.valueOf(beside.getFileName()));
        try (Arena arena = Arena.ofConfined()) {
            ProtoMessage model = model(tensors, arena, metadata);
            if (place == Tensors.Place.BESIDE) {
                try (ReplacedFile data = new ReplacedFile(beside)) {
                    tensors.writeBeside(data.out());
                    data.commit();
                }
            }
            try (ReplacedFile out = new ReplacedFile(file)) {
                model.writeTo(out.out());
                out.commit();
            }
        }
        if (place == Tensors.Place.INSIDE) {
            Files.deleteIfExists(beside);
        }
    }

    private ProtoMessage model(Tensors tensors, Arena arena, Map<String, String> metadata) {
        graph.text(GRAPH_NAME, name);
        graph.message(GRAPH_INITIALIZER, Tensors.integer("one", 1));
        graph.message(GRAPH_INITIALIZER, Tensors.integer("two", 2));
        addVector(tensors, arena, addBlocks(tensors));
        ProtoMessage model = new ProtoMessage()
                .varint(MODEL_IR_VERSION, IR_VERSION)
                .text(MODEL_PRODUCER, "dovetail")
                .message(MODEL_GRAPH, graph)
                .message(MODEL_OPERATOR_SET, new ProtoMessage().varint(SET_VERSION, OPERATOR_SET));
        metadata.forEach((key, value) -> model.message(MODEL_METADATA, Tensors.entry(key, value)));
        return model;
    }

    /** The blocks: the weighted sum of the rows that each looks up. */
    private List<String> addBlocks(Tensors tensors) {
        List<String> blocks = blocks(tower);
        List<String> sums = new ArrayList<>();
        for (int b = 0; b < blocks.size(); b++) {
            String block = blocks.get(b);
            Parameter table = tower.tables().get(b);
            if (initializers.add(table.name())) {
                graph.message(GRAPH_INITIALIZER, tensors.matrix(table.name(), table.value()));
            }
            String rows = block + ".rows";
            String weights = block + ".weights";
            graph.message(GRAPH_INPUT, OnnxTypes.matrix(rows, OnnxTypes.INT64, BATCH, block + ".k"));
            graph.message(GRAPH_INPUT, OnnxTypes.matrix(weights, OnnxTypes.FLOAT, BATCH, block + ".k"));
            add(new OnnxNode("Gather", List.of(table.name(), rows), block + ".looked-up").with("axis", 0));
            add(new OnnxNode("Unsqueeze", List.of(weights, "two"), block + ".columns"));
            add(new OnnxNode("Mul", List.of(block + ".looked-up", block + ".columns"), block + ".weighted"));
            add(new OnnxNode("ReduceSum", List.of(block + ".weighted", "one"), block + ".sum").with("keepdims", 0));
            sums.add(block + ".sum");
        }
        return sums;
    }

    private void addVector(Tensors tensors, Arena arena, List<String> blocks) {
        String last = tower.hasUnitRows() ? "h" : OUTPUT;
        if (tower.isFactorization()) {
            Factors factors = new Factors(graph, arena, tower.dimension());
            add(new OnnxNode("Sum", blocks, "h"));
            if (tower.hasOwnTerms()) {
                factors.addItems(blocks(tower), OUTPUT);
            } else {
                factors.addUsers(OUTPUT);
            }
        } else if (tower.weights().isEmpty()) {
            add(new OnnxNode("Sum", blocks, last));
        } else {
            add(new OnnxNode("Concat", blocks, "z").with("axis", 1));
            addLayers(tensors, "z", last);
        }
        if (tower.hasUnitRows()) {
            addUnitLength(arena);
        }
        graph.message(GRAPH_OUTPUT, OnnxTypes.matrix(OUTPUT, OnnxTypes.FLOAT, BATCH, tower.dimension()));
    }

    private void addLayers(Tensors tensors, String input, String output) {
        String x = input;
        for (int layer = 0; layer < tower.weights().size(); layer++) {
            Parameter weight = tower.weights().get(layer);
            Parameter bias = tower.biases().get(layer);
            graph.message(GRAPH_INITIALIZER, tensors.matrix(weight.name(), weight.value()));
            graph.message(GRAPH_INITIALIZER, tensors.vector(bias.name(), bias.value()));
            boolean last = layer == tower.weights().size() - 1;
            String h = last ? output : "h" + (layer + 1);
            String sum = tower.hasRelu(layer) ? h + ".sum" : h;
            add(new OnnxNode("Gemm", List.of(x, weight.name(), bias.name()), sum));
            if (tower.hasRelu(layer)) {
                add(new OnnxNode("Relu", List.of(sum), h));
            }
            x = h;
        }
    }

    private void addUnitLength(Arena arena) {
        Matrix least = Matrix.allocate(arena, 1, 1);
        least.set(0, 0, LayerKernels.MIN_NORM);
        graph.message(GRAPH_INITIALIZER, new Tensors(Tensors.Place.INSIDE, "").vector("least-length", least));
        add(new OnnxNode("ReduceL2", List.of("h"), "length").with("axes", List.of(1)));
        add(new OnnxNode("Max", List.of("length", "least-length"), "divisor"));
        add(new OnnxNode("Div", List.of("h", "divisor"), OUTPUT));
    }

    private void add(OnnxNode node) {
        graph.message(GRAPH_NODE, node.proto());
    }
}
