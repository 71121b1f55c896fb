package io.dovetail.app;

import io.dovetail.data.Vocabulary;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.NewEntity;
import io.dovetail.model.Tower;
import io.dovetail.model.TowerRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Computes and writes the vectors of users or items, a batch at a time.
 *
 * @param engine what to compute on
 * @param arena owner of the batch's memory
 */
record Encoder(Engine engine, Arena arena) {
    private static final int BATCH = 1024;

    /** Writes the vectors of all entities. */
    void encode(Tower tower, NewEntities entities, VectorOutput output, ProgressLine progress) throws IOException {
        Activations activations = tower.newActivations(engine, arena, BATCH);
        List<String> ids = new ArrayList<>();
        List<NewEntity> batch = new ArrayList<>();
        while (entities.next(BATCH, ids, batch)) {
            tower.forward(engine, batch, activations);
            append(ids, activations, output);
            progress.update(() -> Figures.count(output.rows()) + " vectors");
        }
    }

    /** Writes the vectors of all entities of a vocabulary. */
    void encode(Tower tower, Vocabulary ids, VectorOutput output) throws IOException {
        Activations activations = tower.newActivations(engine, arena, BATCH);
        TowerRows rows = new TowerRows();
        for (int from = 0; from < ids.size(); from += BATCH) {
            int to = Math.min(ids.size(), from + BATCH);
            rows.clear();
            for (int entity = from; entity < to; entity++) {
                rows.add(entity, entity, TowerRows.NOTHING);
            }
            tower.forward(engine, rows, activations);
            append(ids.ids().subList(from, to), activations, output);
        }
    }

    /** A vector for each interest of an entity, under its id. */
    private static void append(List<String> ids, Activations activations, VectorOutput output) throws IOException {
        List<String> rowIds = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            rowIds.addAll(Collections.nCopies(activations.start(i + 1) - activations.start(i), ids.get(i)));
        }
        output.append(rowIds, activations.output());
    }
}
