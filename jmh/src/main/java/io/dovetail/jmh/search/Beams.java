package io.dovetail.jmh.search;

import java.util.List;
import java.util.stream.IntStream;

/** How many candidates a search of a graph keeps: what its recall and its time depend on. */
final class Beams {
    private static final int[] WIDTHS = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640};

    private Beams() {}

    /** {@return the widths of at least k} */
    static int[] of(int k) {
        return IntStream.of(WIDTHS).filter(width -> width >= k).toArray();
    }

    /** {@return the widths in words} */
    static List<String> efforts(String name, int... widths) {
        return IntStream.of(widths).mapToObj(width -> name + " " + width).toList();
    }
}
