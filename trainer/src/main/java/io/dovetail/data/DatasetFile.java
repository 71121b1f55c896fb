package io.dovetail.data;

import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A whole {@link Dataset} in one binary file, so that what was trained on it needs the text files no more.
 *
 * <p>The file is a {@link SectionFile} of the kind {@code catalog}, version 1, with these sections; {@code n} counts
 * users or items, {@code E} events, {@code SIDE} is {@code users} or {@code items}:
 *
 * <pre>
 * name             text     of the data set
 * users, items     strings  external ids by row, distinct
 * item.names       strings  one for each item
 * events.start     ints     users + 1: where the events of each user begin; ascending from 0 to E
 * events.item      ints     E: rows of items
 * events.time      longs    E
 * events.part      bytes    E: 0 train, 1 valid, 2 test
 * category.names   strings  distinct
 * category.of      ints     one for each item: a row of category.names
 * SIDE.features    strings  the names of the side's features, distinct; feature i has the sections SIDE.i.*:
 * SIDE.i.kind      text     categorical, multi-valued or numeric
 * SIDE.i.values    strings  not if numeric: the known values, distinct; the first has row 1
 * SIDE.i.separator text     if multi-valued, not empty
 * SIDE.i.bounds    longs    if numeric: boundaries as float64 bits, finite, strictly ascending
 * SIDE.i.start     ints     n + 1: where the rows of each entity begin; ascending from 0
 * SIDE.i.rows      ints     one for each entity, or distinct ones if multi-valued; below the feature's cardinality
 * </pre>
 *
 * <p>A reader refuses a file whose content breaks these rules, even if all checksums are right.
 */
public final class DatasetFile {
    private static final String KIND = "catalog";
    private static final int VERSION = 1;
    private static final List<Part> PARTS = List.of(Part.TRAIN, Part.VALID, Part.TEST);

    private DatasetFile() {}

    /**
     * Writes a data set: all of it or nothing.
     *
     * @param dataset the data set
     * @param target the file, which is replaced if it exists; its folder must exist
     * @throws IOException if writing fails
     */
    public static void write(Dataset dataset, Path target) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(target, KIND, VERSION)) {
            writer.text("name", dataset.name());
            writer.strings("users", dataset.users().ids());
            writer.strings("items", dataset.items().ids());
            writer.strings("item.names", dataset.itemNames());
            writeEvents(writer, dataset.interactions());
            Categories categories = dataset.categories();
            writer.strings("category.names", categories.names().ids());
            writer.ints(
                    "category.of",
                    IntStream.range(0, categories.items()).map(categories::of).toArray());
            FeatureSections.write(writer, "users", dataset.userFeatures());
            FeatureSections.write(writer, "items", dataset.itemFeatures());
            writer.commit();
        }
    }

    private static void writeEvents(SectionFileWriter writer, Interactions events) throws IOException {
        byte[] parts = new byte[events.size()];
        for (int e = 0; e < parts.length; e++) {
            parts[e] = (byte) PARTS.indexOf(events.part(e));
        }
        writer.ints(
                "events.start",
                IntStream.rangeClosed(0, events.users()).map(events::start).toArray());
        writer.ints(
                "events.item",
                IntStream.range(0, events.size()).map(events::item).toArray());
        writer.longs(
                "events.time",
                IntStream.range(0, events.size()).mapToLong(events::time).toArray());
        writer.begin("events.part");
        writer.append(MemorySegment.ofArray(parts));
    }

    /**
     * Reads a data set.
     *
     * @param path the file
     * @return the data set, which holds nothing of the file
     * @throws io.dovetail.index.file.CorruptFileException if the file is damaged, of another kind, newer, or has a
     *     content that makes no sense; the message names the section, what is expected and what is there
     * @throws IOException if it cannot be read
     */
    public static Dataset read(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.open(path, KIND, VERSION, arena);
            Vocabulary users = SectionChecks.vocabulary(file, "users");
            Vocabulary items = SectionChecks.vocabulary(file, "items");
            List<String> names = file.strings("item.names");
            SectionChecks.requireCount(file, "item.names", names.size(), items.size());
            Vocabulary categoryNames = SectionChecks.vocabulary(file, "category.names");
            int[] categories = SectionChecks.rows(file, "category.of", categoryNames.size());
            SectionChecks.requireCount(file, "category.of", categories.length, items.size());
            return new Dataset(
                    file.text("name"),
                    users,
                    items,
                    readEvents(file, users.size(), items.size()),
                    FeatureSections.read(file, "users", users.size()),
                    FeatureSections.read(file, "items", items.size()),
                    Categories.of(categoryNames, categories),
                    names);
        }
    }

    private static Interactions readEvents(SectionFile file, int users, int items) throws IOException {
        int[] item = SectionChecks.rows(file, "events.item", items);
        int[] start = SectionChecks.starts(file, "events.start", users, item.length);
        long[] time = file.longs("events.time");
        SectionChecks.requireCount(file, "events.time", time.length, item.length);
        MemorySegment codes = file.section("events.part");
        SectionChecks.requireCount(file, "events.part", codes.byteSize(), item.length);
        Part[] parts = new Part[item.length];
        int[] user = new int[item.length];
        for (int u = 0; u < users; u++) {
            Arrays.fill(user, start[u], start[u + 1], u);
        }
        for (int e = 0; e < parts.length; e++) {
            int code = codes.get(ValueLayout.JAVA_BYTE, e);
            if (code < 0 || code >= PARTS.size()) {
                throw file.malformed("events.part", "0, 1 or 2", code + " for event " + e);
            }
            parts[e] = PARTS.get(code);
        }
        return Interactions.of(users, items, user, item, time, parts);
    }
}
