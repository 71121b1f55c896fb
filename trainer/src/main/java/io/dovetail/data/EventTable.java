package io.dovetail.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The events in the order of their file, with rows of the {@link EntityTable}s that were read before. Sixteen bytes an
 * event, off the heap, until the table is closed.
 */
final class EventTable implements AutoCloseable {
    private static final String SPLIT = "split";
    private static final int MOST_EVENTS = Integer.MAX_VALUE - 8;

    private final Arena arena = Arena.ofConfined();
    /** The user's row in the upper 31 bits, the item's in the next 31, the part in the last two. */
    private final GrowingLongs who = new GrowingLongs(arena);

    private final GrowingLongs time = new GrowingLongs(arena);
    private boolean split;

    private EventTable() {}

    /** Reads the events; users and items that no table lists are added to theirs. */
    static EventTable read(Path file, DatasetSpec.Events spec, EntityTable users, EntityTable items)
            throws IOException {
        EventTable events = new EventTable();
        try {
            events.fill(file, spec, users, items);
            return events;
        } catch (IOException | RuntimeException e) {
            events.close();
            throw e;
        }
    }

    private void fill(Path file, DatasetSpec.Events spec, EntityTable users, EntityTable items) throws IOException {
        try (TableReader table = TableReader.open(file)) {
            int userColumn = table.requireColumn(spec.user(), "rename one, or declare 'interactions: {user: ...}'");
            int itemColumn = table.requireColumn(spec.item(), "rename one, or declare 'interactions: {item: ...}'");
            Optional<Integer> timeColumn = column(table, spec.time(), "ts", "pos");
            Optional<Integer> splitColumn = spec.split().equals(Optional.of(DatasetSpec.LEAVE_LAST_OUT))
                    ? Optional.empty()
                    : column(table, spec.split(), SPLIT);
            Optional<Integer> ratingColumn = spec.minRating().isPresent()
                    ? Optional.of(table.requireColumn(spec.rating(), "declare 'interactions: {rating: ...}'"))
                    : Optional.empty();
            split = splitColumn.isPresent();
            boolean none = true;
            while (table.next()) {
                none = false;
                if (ratingColumn.isPresent()
                        && rating(table, ratingColumn.get()) < spec.minRating().getAsDouble()) {
                    continue;
                }
                if (who.size() == MOST_EVENTS) {
                    throw DataException.of(
                            file, table.line(), "more than " + MOST_EVENTS + " events", "leave out the oldest");
                }
                long user = users.requireRow(table, userColumn);
                long item = items.requireRow(table, itemColumn);
                Part part = splitColumn.isPresent() ? part(table, splitColumn.get()) : Part.TRAIN;
                who.add(user << 33 | item << 2 | part.code());
                time.add(timeColumn.isPresent() ? time(table, timeColumn.get()) : table.line());
            }
            if (who.size() == 0) {
                throw DataException.of(
                        file,
                        none ? "there is no line after the header" : "no event is left",
                        ratingColumn.isPresent() ? "lower 'minRating' or add events" : "add events");
            }
        }
    }

    private static Optional<Integer> column(TableReader table, Optional<String> declared, String... usual)
            throws DataException {
        if (declared.isPresent()) {
            return Optional.of(table.requireColumn(declared.get(), "declare a column that is there, or none"));
        }
        return Arrays.stream(usual).flatMap(name -> table.column(name).stream()).findFirst();
    }

    private static double rating(TableReader table, int column) throws DataException {
        double rating = Fields.number(table.field(column));
        if (Double.isNaN(rating)) {
            throw table.fault(column, "is not a number", "correct it, or declare no 'minRating'");
        }
        return rating;
    }

    private static long time(TableReader table, int column) throws DataException {
        try {
            return Long.parseLong(table.field(column));
        } catch (NumberFormatException notAWholeNumber) {
            throw table.fault(
                    column,
                    "is not a whole number",
                    "give Unix seconds or a position, or declare another 'time' column");
        }
    }

    private static Part part(TableReader table, int column) throws DataException {
        return switch (table.field(column)) {
            case "train" -> Part.TRAIN;
            case "valid" -> Part.VALID;
            case "test" -> Part.TEST;
            default ->
                throw table.fault(
                        column,
                        "is not train, valid or test",
                        "correct it, or declare 'split: " + DatasetSpec.LEAVE_LAST_OUT + "'");
        };
    }

    int size() {
        return who.size();
    }

    /** The row of an event's user. */
    int user(int event) {
        return (int) (who.get(event) >>> 33);
    }

    /** The row of an event's item. */
    int item(int event) {
        return (int) (who.get(event) >>> 2) & Integer.MAX_VALUE;
    }

    private Part part(int event) {
        return Part.of((int) who.get(event) & 3);
    }

    /** The events among the kept users and items, by their new rows. */
    Interactions interactions(KCore kept) {
        EventStream events = listener -> {
            for (int e = 0; e < size(); e++) {
                int user = kept.newUser(user(e));
                int item = kept.newItem(item(e));
                if (user != Vocabulary.MISSING && item != Vocabulary.MISSING) {
                    listener.event(user, item, time.get(e), part(e));
                }
            }
        };
        int users = kept.users().length;
        int items = kept.items().length;
        return split ? Interactions.of(users, items, events) : Interactions.leaveLastOut(users, items, events);
    }

    @Override
    public void close() {
        arena.close();
    }
}
