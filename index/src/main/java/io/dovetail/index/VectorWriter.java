package io.dovetail.index;

import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.CompactRows;
import io.dovetail.kernels.CompactRows.Elements;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;

/** Writes the section of the vectors, in the form that {@link StoredVectors} reads. */
final class VectorWriter {

    private final SectionFileWriter file;
    private final VectorPrecision precision;
    private final ColumnScale scale;

    VectorWriter(SectionFileWriter file, VectorPrecision precision, ColumnScale scale) {
        this.file = file;
        this.precision = precision;
        this.scale = scale;
    }

    /** Begins the section: n vectors of dimension d follow. */
    void begin(int n, int d) throws IOException {
        if (precision == VectorPrecision.FLOAT32) {
            file.beginMatrix(precision.section(), n, d);
        } else {
            file.begin(precision.section());
        }
    }

    /** Adds vectors. */
    void append(Matrix rows) throws IOException {
        if (precision.elements().isPresent()) {
            append(rows, precision.elements().get());
        } else {
            file.appendRows(rows);
        }
    }

    private void append(Matrix rows, Elements elements) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) rows.rows() * rows.cols() * elements.bytes();
            CompactRows kept = new CompactRows(elements, arena.allocate(bytes, 64), rows.rows(), rows.cols());
            for (int row = 0; row < rows.rows(); row++) {
                for (int col = 0; col < rows.cols(); col++) {
                    kept.set(row, col, scale.encoded(rows.get(row, col), col));
                }
            }
            file.append(kept.data());
        }
    }
}
