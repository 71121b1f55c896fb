package io.dovetail.data;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** The texts of a column: each distinct one once, and which of them each of some rows has. */
final class TextColumn {
    private final Vocabulary.Builder texts;
    private final int rows;
    private final IntUnaryOperator textOfRow;

    /**
     * A column.
     *
     * @param texts the distinct texts
     * @param rows number of rows
     * @param textOfRow the text of a row, or {@link Vocabulary#MISSING}
     */
    TextColumn(Vocabulary.Builder texts, int rows, IntUnaryOperator textOfRow) {
        this.texts = texts;
        this.rows = rows;
        this.textOfRow = textOfRow;
    }

    static TextColumn of(List<String> textOfRow) {
        Vocabulary.Builder texts = new Vocabulary.Builder();
        int[] rows = textOfRow.stream().mapToInt(texts::add).toArray();
        return new TextColumn(texts, rows.length, row -> rows[row]);
    }

    int rows() {
        return rows;
    }

    /** The number of distinct texts, of which some may belong to no row. */
    int texts() {
        return texts.size();
    }

    String text(int text) {
        return texts.id(text);
    }

    /** Which text a row has: {@link Vocabulary#MISSING} if it has none. */
    int textOf(int row) {
        int text = textOfRow.applyAsInt(row);
        return text == Vocabulary.MISSING || texts.isEmpty(text) ? Vocabulary.MISSING : text;
    }

    /** The text of a row; empty if it has none. */
    String textOfRow(int row) {
        int text = textOf(row);
        return text == Vocabulary.MISSING ? "" : texts.id(text);
    }

    /** How many rows have each text. */
    int[] counts() {
        int[] counts = new int[texts.size()];
        for (int row = 0; row < rows; row++) {
            int text = textOf(row);
            if (text != Vocabulary.MISSING) {
                counts[text]++;
            }
        }
        return counts;
    }
}
