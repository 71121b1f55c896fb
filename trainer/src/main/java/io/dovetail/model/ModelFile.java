package io.dovetail.model;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import java.io.IOException;

/**
 * How parameters stand in a file: a section {@code value/<name>} per parameter, holding its matrix.
 */
public final class ModelFile {
    private static final String PREFIX = "value/";

    private ModelFile() {}

    /**
     * Writes all parameters of a model.
     *
     * @param model the model
     * @param writer receives the sections
     * @throws IOException if writing fails
     */
    public static void write(TwoTower model, SectionFileWriter writer) throws IOException {
        for (Parameter parameter : model.parameters()) {
            writer.matrix(PREFIX + parameter.name(), parameter.value());
        }
    }

    /**
     * Checks that a file holds the parameters of a model, without allocating any: to be called before {@link
     * TwoTower#allocate}, since the sizes in a file's settings may be anything.
     *
     * @param file holds the sections
     * @param spec the shape
     * @param userInputs blocks of the user tower
     * @param itemInputs blocks of the item tower
     * @throws CorruptFileException if a parameter is missing or has another shape
     */
    public static void check(SectionFile file, ModelSpec spec, TowerInputs userInputs, TowerInputs itemInputs)
            throws CorruptFileException {
        TwoTower.over((name, rows, cols) -> stored(file, PREFIX + name, rows, cols), spec, userInputs, itemInputs);
    }

    /**
     * Reads all parameters of a model.
     *
     * @param file holds the sections
     * @param model receives the values
     * @throws CorruptFileException if a parameter is missing or has another shape
     */
    public static void read(SectionFile file, TwoTower model) throws CorruptFileException {
        for (Parameter parameter : model.parameters()) {
            readMatrix(file, PREFIX + parameter.name(), parameter.value());
        }
    }

    /**
     * Reads a matrix into one of the same shape.
     *
     * @param file holds the section
     * @param section its name
     * @param target receives the values
     * @throws CorruptFileException if the section is missing or has another shape
     */
    public static void readMatrix(SectionFile file, String section, Matrix target) throws CorruptFileException {
        target.copyFrom(stored(file, section, target.rows(), target.cols()));
    }

    static Matrix stored(SectionFile file, String section, int rows, int cols) throws CorruptFileException {
        Matrix stored = file.matrix(section);
        if (stored.rows() != rows || stored.cols() != cols) {
            throw file.malformed(section, "a " + rows + "x" + cols + " matrix", stored.shape());
        }
        return stored;
    }
}
