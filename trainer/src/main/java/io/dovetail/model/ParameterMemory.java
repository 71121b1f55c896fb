package io.dovetail.model;

import io.dovetail.kernels.Matrix;

/**
 * Where the parameters of a model get their memory from.
 *
 * @param <E> what goes wrong if there is none
 */
@FunctionalInterface
interface ParameterMemory<E extends Exception> {

    /**
     * Memory of one parameter.
     *
     * @param name its name
     * @param rows number of rows
     * @param cols number of columns
     * @return (rows, cols)
     * @throws E if there is none
     */
    Matrix matrix(String name, int rows, int cols) throws E;
}
