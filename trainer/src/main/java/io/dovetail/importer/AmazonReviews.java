package io.dovetail.importer;

import io.dovetail.data.DataException;
import io.dovetail.data.DatasetWriter;
import io.dovetail.data.InputFiles;
import io.dovetail.data.TableRows;
import io.dovetail.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Imports the Amazon reviews of McAuley's group, editions 2018 and 2023: JSON lines of reviews, and of the products'
 * metadata if they are given; either may be gzipped. One pass over each, and memory for the ids alone.
 *
 * <p>Interactions get {@code ts} (Unix seconds) and {@code rating}. An item is a {@code parent_asin} where there is one, else
 * an {@code asin}. Of an item's path of categories one level becomes its {@code category}, all are {@code attributes}; it
 * also gets {@code title}, {@code brand} (2023: the store) and {@code price}. Items without metadata stay, with nothing
 * known of them; metadata of products that nobody reviewed are left out.
 *
 * @param reviews the file of reviews, as {@code All_Beauty.json.gz} or {@code All_Beauty.jsonl.gz}
 * @param metadata the file of products, as {@code meta_All_Beauty.json.gz}
 * @param categoryLevel which entry of the path is the category, from 1; the last one if the path is shorter
 */
public record AmazonReviews(Path reviews, Optional<Path> metadata, int categoryLevel) {
    private static final List<String> REVIEW_KEYS =
            List.of("reviewerID", "user_id", "parent_asin", "asin", "overall", "rating", "unixReviewTime", "timestamp");
    private static final List<String> ITEM_KEYS = List.of(
            "parent_asin",
            "asin",
            "categories",
            "category",
            "main_category",
            "main_cat",
            "brand",
            "store",
            "title",
            "price");
    private static final Pattern PRICE = Pattern.compile("\\d[\\d,]*(\\.\\d+)?");
    private static final String SEPARATOR = "|";
    private static final int LONGEST_TITLE = 200;
    private static final String YAML = """
        # Written by: dovetail import amazon
        name: amazon-reviews
        interactions:
          rating: rating               # minRating: 4 leaves out the ratings below
        """;
    private static final String ITEMS_YAML = """
        items:
          columns:
            attributes: {kind: multi-valued, separator: "|", minCount: 5}
            brand: {kind: categorical, minCount: 5}
            price: {kind: numeric, buckets: 10}
        """;

    /** Checks the range. */
    public AmazonReviews {
        if (categoryLevel < 1) {
            throw new IllegalArgumentException("category level: is " + categoryLevel + "; it must be at least 1");
        }
    }

    /**
     * Imports the data set.
     *
     * @param target where the data set will be; must be empty or absent
     * @param progress hears of the lines
     * @return what was written
     * @throws DataException if a file is wrong; the message names file, line, value and remedy
     * @throws IOException if reading or writing fails; then nothing is there
     */
    public Imported run(Path target, Imported.Progress progress) throws IOException {
        try (DatasetWriter writer = new DatasetWriter(target)) {
            Vocabulary.Builder users = new Vocabulary.Builder();
            Vocabulary.Builder items = new Vocabulary.Builder();
            long events = events(writer, users, items, progress);
            if (metadata.isPresent()) {
                items(metadata.get(), writer, items, progress);
            }
            writer.declare(metadata.isPresent() ? YAML + ITEMS_YAML : YAML);
            writer.commit();
            return new Imported(users.size(), items.size(), events);
        }
    }

    private long events(
            DatasetWriter writer, Vocabulary.Builder users, Vocabulary.Builder items, Imported.Progress progress)
            throws IOException {
        String name = String.valueOf(reviews.getFileName());
        DatasetWriter.Table events = writer.table("interactions", "user", "item", "ts", "rating");
        long count = 0;
        try (Lines lines = new Lines(reviews, REVIEW_KEYS)) {
            while (lines.next()) {
                String user = lines.require("reviewerID", "user_id", "give a file of reviews, as All_Beauty.json.gz");
                String item = lines.require("parent_asin", "asin", "give a file of reviews, as All_Beauty.json.gz");
                users.add(user);
                items.add(item);
                events.row(user, item, lines.seconds(), lines.any("overall", "rating"));
                progress.lines(name, ++count);
            }
        }
        if (count == 0) {
            throw DataException.of(reviews, "there is no review", "fetch the file again");
        }
        return count;
    }

    private void items(Path file, DatasetWriter writer, Vocabulary.Builder items, Imported.Progress progress)
            throws IOException {
        String name = String.valueOf(file.getFileName());
        DatasetWriter.Table table = writer.table("items", "item", "category", "attributes", "title", "brand", "price");
        Vocabulary reviewed = items.build();
        BitSet written = new BitSet();
        long count = 0;
        try (Lines lines = new Lines(file, ITEM_KEYS)) {
            while (lines.next()) {
                String item =
                        lines.require("parent_asin", "asin", "give a file of metadata, as meta_All_Beauty.json.gz");
                int row = reviewed.row(item);
                if (row != Vocabulary.MISSING && !written.get(row)) {
                    written.set(row);
                    String path = lines.any("category", "categories");
                    table.row(
                            item,
                            category(path, lines.any("main_category", "main_cat")),
                            path,
                            shortened(lines.any("title", "title")),
                            lines.any("brand", "store"),
                            price(lines.any("price", "price")));
                }
                progress.lines(name, ++count);
            }
        }
        if (written.isEmpty()) {
            throw DataException.of(
                    file,
                    "none of its products has a review in " + reviews.getFileName(),
                    "give the metadata of the reviews");
        }
        for (int row = written.nextClearBit(0); row < reviewed.size(); row = written.nextClearBit(row + 1)) {
            table.row(reviewed.id(row), "", "", "", "", "");
        }
    }

    private String category(String path, String main) {
        List<String> levels = Arrays.stream(path.split(Pattern.quote(SEPARATOR), -1))
                .filter(level -> !level.isBlank())
                .toList();
        return levels.isEmpty() ? main : levels.get(Math.min(categoryLevel, levels.size()) - 1);
    }

    private static String shortened(String title) {
        return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE);
    }

    /** The first number of a text such as {@code $1,299.00}. */
    private static String price(String text) {
        Matcher number = PRICE.matcher(text);
        return number.find() ? number.group().replace(",", "") : "";
    }

    /** JSON lines, by key. */
    private static final class Lines implements AutoCloseable {
        private final Path file;
        private final List<String> keys;
        private final TableRows rows;
        private List<String> fields = List.of();

        Lines(Path file, List<String> keys) throws IOException {
            this.file = file;
            this.keys = keys;
            rows = InputFiles.json(file, keys, SEPARATOR);
        }

        boolean next() throws IOException {
            fields = rows.next();
            return !fields.isEmpty();
        }

        /** The value of the first of two keys that has one, or an empty text. */
        String any(String key, String other) {
            String value = fields.get(keys.indexOf(key));
            return value.isEmpty() ? fields.get(keys.indexOf(other)) : value;
        }

        String require(String key, String other, String remedy) throws DataException {
            String value = any(key, other);
            if (value.isEmpty()) {
                throw DataException.of(file, rows.line(), "there is neither '" + key + "' nor '" + other + "'", remedy);
            }
            return value;
        }

        /** The time of a review: seconds in 2018, milliseconds in 2023. */
        String seconds() throws DataException {
            String seconds = fields.get(keys.indexOf("unixReviewTime"));
            String time = any("unixReviewTime", "timestamp");
            try {
                long number = Long.parseLong(time);
                return Long.toString(seconds.isEmpty() ? Math.floorDiv(number, 1000) : number);
            } catch (NumberFormatException notAWholeNumber) {
                String key = seconds.isEmpty() ? "timestamp" : "unixReviewTime";
                throw DataException.of(
                        file, rows.line(), key, time, "is not a whole number", "correct it, or leave out the line");
            }
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
