package io.dovetail.app;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The ids that somebody may have meant, by edit distance (Levenshtein). */
final class NearestIds {

    private record Near(String id, int distance) {}

    private NearestIds() {}

    /**
     * Finds the ids with the fewest edits; of equal ones the first.
     *
     * @param ids what there is
     * @param meant what was written
     * @param count greatest number of ids
     * @return the nearest first
     */
    static List<String> of(List<String> ids, String meant, int count) {
        Comparator<Near> order = Comparator.comparingInt(Near::distance);
        PriorityQueue<Near> worstFirst = new PriorityQueue<>(order.reversed());
        for (String id : ids) {
            int distance = distance(id, meant);
            if (worstFirst.size() < count) {
                worstFirst.add(new Near(id, distance));
            } else if (distance < worstFirst.element().distance()) {
                worstFirst.remove();
                worstFirst.add(new Near(id, distance));
            }
        }
        return worstFirst.stream()
                .sorted(order.thenComparing(Near::id))
                .map(Near::id)
                .toList();
    }

    /** Number of characters to insert, drop or replace to make one text of the other. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
