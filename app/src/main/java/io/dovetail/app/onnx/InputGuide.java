package io.dovetail.app.onnx;

import io.dovetail.data.Dataset;
import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Tower;
import io.dovetail.model.TowerRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tells how the inputs of a tower's ONNX model are made: what each block stands for and which values have which rows. */
public final class InputGuide {
    private static final int CHUNK = 1024;

    private final Dataset dataset;
    private final Tower tower;
    private final String side;
    private final List<String> blocks;

    /**
     * A guide.
     *
     * @param dataset the data that the model was trained on
     * @param tower one of the model's towers
     * @param side {@code user} or {@code item}, with which the names of the tower's blocks begin
     */
    public InputGuide(Dataset dataset, Tower tower, String side) {
        this.dataset = dataset;
        this.tower = tower;
        this.side = side;
        blocks = OnnxTower.blocks(tower);
    }

    /** {@return the blocks in the order of the graph: lists and maps, ready for JSON} */
    public List<Map<String, Object>> blocks() {
        List<Map<String, Object>> guide = new ArrayList<>();
        for (int b = 0; b < blocks.size(); b++) {
            Map<String, Object> block = new LinkedHashMap<>();
            block.put("block", blocks.get(b));
            block.put("rows", blocks.get(b) + ".rows");
            block.put("weights", blocks.get(b) + ".weights");
            block.put("tableRows", tower.tables().get(b).value().rows());
            block.put("width", tower.tables().get(b).value().cols());
            describe(blocks.get(b).substring(side.length() + 1), block);
            guide.add(block);
        }
        return guide;
    }

    private void describe(String kind, Map<String, Object> block) {
        List<Feature> features = side.equals("user") ? dataset.userFeatures() : dataset.itemFeatures();
        if (kind.equals("id")) {
            block.put("kind", "id");
            block.put("unknown", 0);
        } else if (kind.equals("augmented")) {
            block.put("kind", "augmented");
            block.put("unknown", unknownAugmented());
        } else if (kind.startsWith("history")) {
            block.put("kind", "history");
            block.put("latest", Integer.parseInt(kind.substring("history".length())));
            block.put("empty", 0);
        } else if (kind.startsWith("dense")) {
            List<DenseFeature> dense = side.equals("user") ? dataset.userDense() : dataset.itemDense();
            describe(dense.get(Integer.parseInt(kind.substring("dense".length()))), block);
        } else if (kind.startsWith("feature")) {
            describe(features.get(Integer.parseInt(kind.substring("feature".length()))), block);
        }
    }

    /** The rows of entities without a row of their own: by category for items, one for all users. */
    private Object unknownAugmented() {
        if (side.equals("user")) {
            return 0;
        }
        Map<String, Integer> rows = new LinkedHashMap<>();
        List<String> names = dataset.categories().names().ids();
        names.forEach(name -> rows.put(name, rows.size()));
        return rows;
    }

    /** Row j has component j as its weight, less the mean and divided by the deviation. */
    private static void describe(DenseFeature feature, Map<String, Object> block) {
        block.put("kind", "vector");
        block.put("column", feature.name());
        block.put("dimension", feature.dimension());
        block.put("mean", feature.mean());
        block.put("deviation", feature.deviation());
    }

    private static void describe(Feature feature, Map<String, Object> block) {
        block.put(
                "kind",
                switch (feature.kind()) {
                    case CATEGORICAL -> "value";
                    case NUMERIC -> "number";
                    case MULTI_VALUED -> "values";
                });
        block.put("column", feature.name());
        block.put("unknown", 0);
        if (feature.kind() == Feature.Kind.NUMERIC) {
            block.put("boundaries", feature.boundaries());
        } else {
            block.put(
                    "values",
                    IntStream.range(1, feature.cardinality())
                            .mapToObj(feature::text)
                            .toList());
        }
    }

    /**
     * Writes which rows each known user or item has in the tables of ids: a table with a header, tab-separated.
     *
     * @param file the file to make or to replace
     * @throws IOException if writing fails
     */
    public void writeRows(Path file) throws IOException {
        int[] identities = IntStream.range(0, blocks.size())
                .filter(b -> blocks.get(b).equals(side + ".id") || blocks.get(b).equals(side + ".augmented"))
                .toArray();
        Vocabulary ids = side.equals("user") ? dataset.users() : dataset.items();
        try (ReplacedFile out = new ReplacedFile(file)) {
            StringBuilder lines = new StringBuilder(side);
            for (int block : identities) {
                lines.append('\t').append(blocks.get(block));
            }
            lines.append('\n');
            TowerRows rows = new TowerRows();
            List<SparseMatrix> batch = tower.inputs().newBatch();
            for (int from = 0; from < ids.size(); from += CHUNK) {
                int to = Math.min(ids.size(), from + CHUNK);
                rows.clear();
                for (int entity = from; entity < to; entity++) {
                    rows.add(entity, entity, TowerRows.NOTHING);
                }
                tower.inputs().encode(rows, 0, rows.size(), batch);
                for (int entity = from; entity < to; entity++) {
                    lines.append(ids.id(entity));
                    for (int block : identities) {
                        SparseMatrix lookups = batch.get(block);
                        lines.append('\t').append(lookups.columns()[lookups.start(entity - from)]);
                    }
                    lines.append('\n');
                }
                flush(lines, out.out());
            }
            flush(lines, out.out());
            out.commit();
        }
    }

    private static void flush(StringBuilder lines, OutputStream out) throws IOException {
        out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        lines.setLength(0);
    }
}
