package io.dovetail.data;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A whole {@link Dataset} in one binary file, so that what was trained on it needs the text files no more.
 *
 * <p>The file is a {@link SectionFile} of the kind {@code catalog}, version 2, with these sections; {@code n} counts
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
 * SIDE.i.kind      text     categorical, hashed, multi-valued, weighted or numeric
 * SIDE.i.values    strings  if categorical, multi-valued or weighted: the known values, distinct; the first has row 1
 * SIDE.i.buckets   ints     if hashed: one number, the buckets; at least 1
 * SIDE.i.separator text     if multi-valued or weighted, not empty
 * SIDE.i.between   text     if weighted: what stands between a value and its weight, not empty
 * SIDE.i.bounds    longs    if numeric: boundaries as float64 bits, finite, strictly ascending
 * SIDE.i.start     ints     n + 1: where the rows of each entity begin; ascending from 0
 * SIDE.i.rows      ints     one for each entity, or distinct ones if multi-valued; below the feature's cardinality
 * SIDE.i.weights   ints     if weighted: one for each row as float32 bits, positive; those of an entity sum to 1
 * SIDE.dense       strings  the names of the side's numbers and vectors, distinct; number i has the sections SIDE.d.i.*:
 * SIDE.d.i.scale   longs    mean and standard deviation as float64 bits, finite, the latter positive
 * SIDE.d.i.values  matrix   (n, dimension), finite
 * </pre>
 *
 * <p>Version 1 knew neither the kinds hashed and weighted nor numbers and vectors; it is read as well.
 *
 * <p>A reader refuses a file whose content breaks these rules, even if all checksums are right.
 */
public final class DatasetFile {
    private static final String KIND = "catalog";
    private static final int VERSION = 2;
    private static final int BLOCK = 4096;
    private static final ValueLayout.OfInt ROW = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong TIME = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

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
            DenseSections.write(writer, "users", dataset.userDense());
            DenseSections.write(writer, "items", dataset.itemDense());
            writer.commit();
        }
    }

    private static void writeEvents(SectionFileWriter writer, Interactions events) throws IOException {
        int[] start = new int[events.users() + 1];
        Arrays.setAll(start, events::start);
        writer.ints("events.start", start);
        writer.begin("events.item");
        writer.append(events.itemData());
        writer.begin("events.time");
        MemorySegment block = Arena.ofAuto().allocate(TIME, BLOCK);
        for (int from = 0; from < events.size(); from += BLOCK) {
            int count = Math.min(BLOCK, events.size() - from);
            for (int e = 0; e < count; e++) {
                block.setAtIndex(TIME, e, events.time(from + e));
            }
            writer.append(block.asSlice(0, count * TIME.byteSize()));
        }
        writer.begin("events.part");
        writer.append(events.partData());
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
            List<String> names = SectionChecks.strings(file, "item.names");
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
                    DenseSections.read(file, "users", users.size()),
                    DenseSections.read(file, "items", items.size()),
                    Categories.of(categoryNames, categories),
                    names);
        }
    }

    private static Interactions readEvents(SectionFile file, int users, int items) throws IOException {
        MemorySegment item = elements(file, "events.item", ROW);
        int size = (int) (item.byteSize() / ROW.byteSize());
        int[] start = SectionChecks.starts(file, "events.start", users, size);
        MemorySegment time = elements(file, "events.time", TIME);
        SectionChecks.requireCount(file, "events.time", time.byteSize() / TIME.byteSize(), size);
        MemorySegment codes = elements(file, "events.part", ValueLayout.JAVA_BYTE);
        SectionChecks.requireCount(file, "events.part", codes.byteSize(), size);
        for (int e = 0; e < size; e++) {
            int row = item.getAtIndex(ROW, e);
            if (row < 0 || row >= items) {
                throw file.malformed("events.item", "rows in [0, " + items + ")", Integer.toString(row));
            }
            int code = codes.get(ValueLayout.JAVA_BYTE, e);
            if (code < 0 || code >= Part.CODES) {
                throw file.malformed("events.part", "0, 1 or 2", code + " for event " + e);
            }
        }
        return Interactions.of(users, items, listener -> {
            for (int user = 0; user < users; user++) {
                for (int e = start[user]; e < start[user + 1]; e++) {
                    Part part = Part.of(codes.get(ValueLayout.JAVA_BYTE, e));
                    listener.event(user, item.getAtIndex(ROW, e), time.getAtIndex(TIME, e), part);
                }
            }
        });
    }

    private static MemorySegment elements(SectionFile file, String section, ValueLayout layout)
            throws CorruptFileException {
        MemorySegment bytes = file.section(section);
        long size = layout.byteSize();
        if (bytes.byteSize() % size != 0 || bytes.byteSize() / size > Integer.MAX_VALUE - 8) {
            throw file.malformed(
                    section, "whole elements of " + size + " bytes, below 2^31", bytes.byteSize() + " bytes");
        }
        return bytes;
    }
}
