package io.dovetail.importer;

/**
 * What an import has written.
 *
 * @param users number of users with an event
 * @param items number of items in {@code items}
 * @param interactions number of events
 */
public record Imported(int users, int items, long interactions) {

    /** Hears how far an import is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called for each line.
         *
         * @param file the name of the file that is being read
         * @param lines number of lines read of it
         */
        void lines(String file, long lines);
    }
}
