package io.dovetail.model;

import io.dovetail.kernels.SparseMatrix;

/** One block of a tower's input: which rows of an embedding table an entity looks up, and with what weights. */
interface Source {

    /** {@return the name of the block, unique in its tower} */
    String name();

    /** {@return the name of the table; blocks of one name share one} */
    default String table() {
        return name();
    }

    /** {@return the number of rows of the table} */
    int tableRows();

    /** {@return whether every entity looks up exactly one row, with weight 1} */
    default boolean isSingleValued() {
        return false;
    }

    /** {@return whether the table has an embedding per item, item i in row 1 + i} */
    default boolean isOfItems() {
        return false;
    }

    /**
     * Adds the look-ups of one entity as a row.
     *
     * @param rows the batch
     * @param row which row of it
     * @param out receives one row
     */
    void append(TowerRows rows, int row, SparseMatrix out);

    /**
     * Adds the look-ups of an entity that has no row in the vocabularies.
     *
     * @param entity what is known of it
     * @param out receives one row
     */
    void append(NewEntity entity, SparseMatrix out);
}
