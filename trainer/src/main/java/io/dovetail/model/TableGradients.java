package io.dovetail.model;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/**
 * The gradients of a model's embedding tables, each once, however many blocks of either tower look it up. Not thread-safe.
 */
public final class TableGradients {
    private final Arena arena;
    private final Map<String, RowGradients> gradients = new HashMap<>();

    /**
     * No gradients yet.
     *
     * @param arena owner of their memory
     */
    public TableGradients(Arena arena) {
        this.arena = arena;
    }

    /** {@return whether a table's gradients were asked for before} */
    boolean has(Parameter table) {
        return gradients.containsKey(table.name());
    }

    RowGradients of(Parameter table) {
        return gradients.computeIfAbsent(table.name(), name -> new RowGradients(arena, table.value()));
    }
}
