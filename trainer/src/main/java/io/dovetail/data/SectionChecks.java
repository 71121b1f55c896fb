package io.dovetail.data;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import java.util.ArrayList;
import java.util.List;

/** Reads sections and checks that their content can be what it claims. */
final class SectionChecks {
    private SectionChecks() {}

    /** Distinct strings. */
    static Vocabulary vocabulary(SectionFile file, String section) throws CorruptFileException {
        Vocabulary.Builder builder = new Vocabulary.Builder();
        List<String> repeated = new ArrayList<>();
        file.strings(section, string -> {
            int rows = builder.size();
            if (builder.add(string) < rows) {
                repeated.add(string);
            }
        });
        if (!repeated.isEmpty()) {
            throw file.malformed(section, "distinct strings", "'" + repeated.getFirst() + "' twice");
        }
        return builder.build();
    }

    /** Strings that may repeat, in little memory. */
    static List<String> strings(SectionFile file, String section) throws CorruptFileException {
        StringStore strings = new StringStore();
        file.strings(section, string -> strings.add(StringStore.utf8(string)));
        strings.trim();
        return strings.asList();
    }

    /** Rows in {@code [0, size)}. */
    static int[] rows(SectionFile file, String section, int size) throws CorruptFileException {
        int[] rows = file.ints(section);
        for (int row : rows) {
            if (row < 0 || row >= size) {
                throw file.malformed(section, "rows in [0, " + size + ")", Integer.toString(row));
            }
        }
        return rows;
    }

    /** Where the values of each of {@code count} entities begin among {@code size} values. */
    static int[] starts(SectionFile file, String section, int count, int size) throws CorruptFileException {
        int[] starts = file.ints(section);
        requireCount(file, section, starts.length, count + 1L);
        int before = 0;
        for (int start : starts) {
            if (start < before) {
                throw file.malformed(section, "ascending numbers from 0", start + " after " + before);
            }
            before = start;
        }
        if (starts[0] != 0 || before != size) {
            throw file.malformed(section, "0 first and " + size + " last", starts[0] + " and " + before);
        }
        return starts;
    }

    static void requireCount(SectionFile file, String section, long count, long expected) throws CorruptFileException {
        if (count != expected) {
            throw file.malformed(section, expected + " elements", Long.toString(count));
        }
    }
}
