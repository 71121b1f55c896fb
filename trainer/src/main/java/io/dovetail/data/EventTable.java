package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/** The events in the order of their file, with rows of the {@link EntityTable}s that were read before. */
final class EventTable {
    private static final String SPLIT = "split";

    private final IntArrayList user = new IntArrayList();
    private final IntArrayList item = new IntArrayList();
    private final LongArrayList time = new LongArrayList();
    private final List<Part> part = new ArrayList<>();

    private EventTable() {}

    /** Reads the events; users and items that no table lists are added to theirs. */
    static EventTable read(Path file, DatasetSpec.Events spec, EntityTable users, EntityTable items)
            throws IOException {
        EventTable events = new EventTable();
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
            boolean none = true;
            while (table.next()) {
                none = false;
                if (ratingColumn.isPresent()
                        && rating(table, ratingColumn.get()) < spec.minRating().getAsDouble()) {
                    continue;
                }
                events.user.addInt(users.requireRow(table, userColumn));
                events.item.addInt(items.requireRow(table, itemColumn));
                events.time.addLong(timeColumn.isPresent() ? time(table, timeColumn.get()) : table.line());
                if (splitColumn.isPresent()) {
                    events.part.add(part(table, splitColumn.get()));
                }
            }
            if (events.user.isEmpty()) {
                throw DataException.of(
                        file,
                        none ? "there is no line after the header" : "no event is left",
                        ratingColumn.isPresent() ? "lower 'minRating' or add events" : "add events");
            }
        }
        return events;
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

    /** The users' rows. */
    int[] users() {
        return user.toIntArray();
    }

    /** The items' rows. */
    int[] items() {
        return item.toIntArray();
    }

    /** The events among the kept users and items, by their new rows. */
    Interactions interactions(KCore kept) {
        int[] order = kept.events();
        int[] keptUser =
                Arrays.stream(order).map(e -> kept.newUser(user.getInt(e))).toArray();
        int[] keptItem =
                Arrays.stream(order).map(e -> kept.newItem(item.getInt(e))).toArray();
        long[] keptTime = Arrays.stream(order).mapToLong(time::getLong).toArray();
        int users = kept.users().length;
        int items = kept.items().length;
        if (part.isEmpty()) {
            return Interactions.leaveLastOut(users, items, keptUser, keptItem, keptTime);
        }
        Part[] keptPart = Arrays.stream(order).mapToObj(part::get).toArray(Part[]::new);
        return Interactions.of(users, items, keptUser, keptItem, keptTime, keptPart);
    }
}
