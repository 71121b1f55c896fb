package io.dovetail.app.onnx;

import io.dovetail.app.proto.ProtoMessage;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** What makes a vector of a factorization machine from {@code h}, the sum of what an entity looks up. */
final class Factors {
    private final ProtoMessage graph;
    private final Arena arena;
    private final int dimension;
    private final Tensors tensors = new Tensors(Tensors.Place.INSIDE, "");

    /** Nodes and tensors for a graph whose vectors have {@code dimension} elements, the last of which is no factor. */
    Factors(ProtoMessage graph, Arena arena, int dimension) {
        this.graph = graph;
        this.arena = arena;
        this.dimension = dimension;
    }

    /** The factors and a 1: {@code h [I 0] + [0 1]}. */
    void addUsers(String output) {
        Matrix identity = Matrix.allocate(arena, dimension - 1, dimension);
        for (int j = 0; j < dimension - 1; j++) {
            identity.set(j, j, 1);
        }
        graph.message(OnnxTower.GRAPH_INITIALIZER, tensors.matrix("factors", identity));
        graph.message(OnnxTower.GRAPH_INITIALIZER, tensors.vector("last", last()));
        add(new OnnxNode("Gemm", List.of("h", "factors", "last"), output));
    }

    /** Adds half of {@code |sum|² - sum of squares} of the factors to the last element. */
    void addItems(List<String> blocks, String output) {
        Matrix halves = Matrix.allocate(arena, 1, dimension);
        halves.fill(0.5f);
        halves.set(0, dimension - 1, 0);
        graph.message(OnnxTower.GRAPH_INITIALIZER, tensors.vector("halves", halves));
        graph.message(OnnxTower.GRAPH_INITIALIZER, tensors.vector("last", last()));
        List<String> squares = new ArrayList<>();
        for (String block : blocks) {
            String weighted = block + ".weighted";
            add(new OnnxNode("Mul", List.of(weighted, weighted), block + ".squares"));
            add(new OnnxNode("ReduceSum", List.of(block + ".squares", "one"), block + ".square").with("keepdims", 0));
            squares.add(block + ".square");
        }
        add(new OnnxNode("Sum", squares, "square"));
        add(new OnnxNode("Mul", List.of("h", "h"), "square-of-sum"));
        add(new OnnxNode("Sub", List.of("square-of-sum", "square"), "pairs"));
        add(new OnnxNode("Mul", List.of("pairs", "halves"), "half-pairs"));
        add(new OnnxNode("ReduceSum", List.of("half-pairs", "one"), "pairwise").with("keepdims", 1));
        add(new OnnxNode("Mul", List.of("pairwise", "last"), "own"));
        add(new OnnxNode("Add", List.of("h", "own"), output));
    }

    private Matrix last() {
        Matrix last = Matrix.allocate(arena, 1, dimension);
        last.set(0, dimension - 1, 1);
        return last;
    }

    private void add(OnnxNode node) {
        graph.message(OnnxTower.GRAPH_NODE, node.proto());
    }
}
