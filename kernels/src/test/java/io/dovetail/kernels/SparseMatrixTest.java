package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SparseMatrixTest {

    /** An entry with its row; equal entries stand for the order of addition. */
    private record Entry(int row, int column, float value) {}

    private static SparseMatrix random(Random random, int rows, int columns, int perRow) {
        SparseMatrix matrix = new SparseMatrix();
        fill(matrix, random, rows, columns, perRow);
        return matrix;
    }

    private static void fill(SparseMatrix matrix, Random random, int rows, int columns, int perRow) {
        matrix.clear();
        for (int row = 0; row < rows; row++) {
            for (int i = random.nextInt(perRow + 1); i > 0; i--) {
                matrix.add(random.nextInt(columns), random.nextFloat());
            }
            matrix.endRow();
        }
    }

    private static List<Entry> entries(SparseMatrix matrix) {
        List<Entry> entries = new ArrayList<>();
        for (int row = 0; row < matrix.rows(); row++) {
            for (int e = matrix.start(row); e < matrix.start(row + 1); e++) {
                entries.add(new Entry(row, matrix.columns()[e], matrix.values()[e]));
            }
        }
        return entries;
    }

    private static List<Entry> transposed(List<Entry> entries, int columns) {
        List<Entry> result = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            for (Entry entry : entries) {
                if (entry.column() == column) {
                    result.add(new Entry(column, entry.row(), entry.value()));
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"0,5,3", "1,1,1", "1,40,100", "40,1,3", "17,16,2", "100,15,7", "64,1000,3", "33,7,0"})
    void the_transpose_is_what_sorting_by_column_gives(int rows, int columns, int perRow) {
        SparseMatrix source = random(new Random(rows), rows, columns, perRow);
        SparseMatrix transpose = new SparseMatrix();
        transpose.transposeOf(source, columns);
        assertEquals(columns, transpose.rows());
        assertEquals(source.size(), transpose.size());
        assertEquals(transposed(entries(source), columns), entries(transpose));
    }

    @Test
    void a_matrix_is_reused_for_batches_of_any_size_in_any_order() {
        Random random = new Random(3);
        SparseMatrix source = new SparseMatrix();
        SparseMatrix transpose = new SparseMatrix();
        SparseMatrix back = new SparseMatrix();
        for (int round = 0; round < 50; round++) {
            int rows = random.nextInt(60);
            int columns = 1 + random.nextInt(60);
            fill(source, random, rows, columns, 5);
            transpose.transposeOf(source, columns);
            assertEquals(transposed(entries(source), columns), entries(transpose));
            back.transposeOf(transpose, rows);
            assertEquals(transposed(entries(transpose), rows), entries(back));
            transpose.clear();
            transpose.addRow(1, 2f);
            assertEquals(List.of(new Entry(0, 1, 2f)), entries(transpose));
        }
    }

    @Test
    void room_made_ahead_keeps_what_is_there_and_is_not_outgrown() {
        SparseMatrix matrix = new SparseMatrix();
        matrix.addRow(7, 0.5f);
        matrix.reserve(100);
        int[] columns = matrix.columns();
        for (int entry = 1; entry < 100; entry++) {
            matrix.addRow(entry, 1);
        }
        assertSame(columns, matrix.columns());
        assertEquals(7, matrix.columns()[0]);
        assertEquals(0.5f, matrix.values()[0]);
        assertEquals(100, matrix.size());
    }

    @Test
    void entries_of_a_row_that_is_not_closed_do_not_count() {
        SparseMatrix matrix = new SparseMatrix();
        assertEquals(0, matrix.size());
        matrix.add(3, 1f);
        assertEquals(0, matrix.rows());
        assertEquals(0, matrix.size());
        matrix.endRow();
        assertEquals(1, matrix.rows());
        assertEquals(1, matrix.size());
        matrix.clear();
        assertEquals(0, matrix.rows());
        assertEquals(0, matrix.size());
    }
}
