package io.dovetail.app;

import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.NewEntity;
import io.dovetail.model.Tower;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the vectors of new users or items, a batch at a time.
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
            output.append(ids, activations.output());
            progress.update(() -> Figures.count(output.rows()) + " vectors");
        }
    }
}
