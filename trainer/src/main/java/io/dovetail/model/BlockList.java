package io.dovetail.model;

import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Collects the blocks of a tower's input. */
final class BlockList {
    private final String side;
    private final int embedding;
    private final List<Source> sources = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();

    /**
     * No blocks yet.
     *
     * @param side {@code "user"} or {@code "item"}
     * @param embedding width of the columns' embeddings
     */
    BlockList(String side, int embedding) {
        this.side = side;
        this.embedding = embedding;
    }

    /** Adds a block, unless it has no columns. */
    void add(Source source, int width) {
        if (width > 0) {
            sources.add(source);
            widths.add(width);
        }
    }

    /** The columns come last, those of few values at the very end: there their products can be shared. */
    void addColumns(List<Feature> features, List<DenseFeature> dense) {
        List<Source> columns = new ArrayList<>();
        for (int i = 0; i < dense.size(); i++) {
            columns.add(new Sources.Dense(side + ".dense" + i, dense.get(i)));
        }
        for (int i = 0; i < features.size(); i++) {
            columns.add(new Sources.Column(side + ".feature" + i, features.get(i)));
        }
        columns.sort(Comparator.comparing(Source::isSingleValued)
                .thenComparing(Comparator.comparingInt(Source::tableRows).reversed()));
        columns.forEach(column -> add(column, embedding));
    }

    /**
     * The input of these blocks.
     *
     * @param entities number of users or items that have a row
     * @param seen which of them the model is fitted on
     * @return the input
     */
    TowerInputs inputs(int entities, BitSet seen) {
        return new TowerInputs(side, sources, widths, entities, seen);
    }
}
