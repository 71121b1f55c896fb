package io.dovetail.importer;

import io.dovetail.data.DataException;
import io.dovetail.data.DatasetWriter;
import io.dovetail.data.InputFiles;
import io.dovetail.data.TableRows;
import io.dovetail.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Imports MovieLens, as GroupLens hands it out: {@code ml-1m} and {@code ml-10m} ({@code ratings.dat}, {@code movies.dat},
 * {@code users.dat}; {@code ::} separates, Latin-1 or UTF-8) and {@code ml-latest}, {@code ml-20m}, {@code ml-25m},
 * {@code ml-32m} ({@code ratings.csv}, {@code movies.csv}).
 *
 * <p>Interactions get {@code ts} and {@code rating}. An item's {@code category} is the first genre listed, {@code
 * attributes} are all genres, {@code year} comes from the title; users of ml-1m get {@code gender}, {@code age} and {@code
 * occupation}.
 */
public final class MovieLens {
    private static final Pattern YEAR = Pattern.compile("\\((\\d{4})\\)\\s*$");
    private static final String NO_GENRES = "(no genres listed)";
    private static final String YAML = """
        # Written by: dovetail import movielens
        name: movielens
        unlisted: add
        interactions:
          rating: rating               # minRating: 4 leaves out the ratings below
        items:
          columns:
            attributes: {kind: multi-valued, separator: "|"}
            year: {kind: numeric, buckets: 10}
        """;

    private MovieLens() {}

    /**
     * Imports a data set.
     *
     * @param folder the unpacked archive
     * @param target where the data set will be; must be empty or absent
     * @param progress hears of the lines
     * @return what was written
     * @throws DataException if a file is missing or wrong; the message names file, line, value and remedy
     * @throws IOException if reading or writing fails; then nothing is there
     */
    public static Imported run(Path folder, Path target, Imported.Progress progress) throws IOException {
        boolean dat = Files.exists(folder.resolve("ratings.dat"));
        String ending = dat ? ".dat" : ".csv";
        for (String name : List.of("ratings", "movies")) {
            if (!Files.exists(folder.resolve(name + ending))) {
                throw DataException.of(
                        folder,
                        "there is no " + name + ending,
                        "give the unpacked folder, as ml-1m or ml-latest-small");
            }
        }
        try (DatasetWriter writer = new DatasetWriter(target)) {
            int items = movies(open(folder, "movies" + ending), writer, progress);
            if (dat && Files.exists(folder.resolve("users.dat"))) {
                users(open(folder, "users.dat"), writer, progress);
            }
            Vocabulary.Builder users = new Vocabulary.Builder();
            long events = ratings(open(folder, "ratings" + ending), writer, users, progress);
            writer.declare(YAML);
            writer.commit();
            return new Imported(users.size(), items, events);
        }
    }

    private static Lines open(Path folder, String name) throws IOException {
        return new Lines(folder.resolve(name));
    }

    private static int movies(Lines lines, DatasetWriter writer, Imported.Progress progress) throws IOException {
        try (lines) {
            DatasetWriter.Table items = writer.table("items", "item", "category", "attributes", "title", "year");
            int count = 0;
            while (lines.next(3, "movie::title::genres")) {
                String title = lines.field(1);
                String genres = lines.field(2).equals(NO_GENRES) ? "" : lines.field(2);
                Matcher year = YEAR.matcher(title);
                String category = genres.contains("|") ? genres.substring(0, genres.indexOf('|')) : genres;
                items.row(lines.field(0), category, genres, title, year.find() ? year.group(1) : "");
                progress.lines(lines.name(), ++count);
            }
            return count;
        }
    }

    private static void users(Lines lines, DatasetWriter writer, Imported.Progress progress) throws IOException {
        try (lines) {
            DatasetWriter.Table users = writer.table("users", "user", "gender", "age", "occupation");
            long count = 0;
            while (lines.next(5, "user::gender::age::occupation::zip")) {
                users.row(lines.field(0), lines.field(1), lines.field(2), lines.field(3));
                progress.lines(lines.name(), ++count);
            }
        }
    }

    private static long ratings(Lines lines, DatasetWriter writer, Vocabulary.Builder users, Imported.Progress progress)
            throws IOException {
        try (lines) {
            DatasetWriter.Table events = writer.table("interactions", "user", "item", "ts", "rating");
            long count = 0;
            while (lines.next(4, "user::movie::rating::timestamp")) {
                users.add(lines.field(0));
                events.row(lines.field(0), lines.field(1), lines.wholeNumber(3), lines.field(2));
                progress.lines(lines.name(), ++count);
            }
            if (count == 0) {
                throw DataException.of(lines.file(), "there is no rating", "fetch the archive again");
            }
            return count;
        }
    }

    /** The lines of a {@code .dat} or {@code .csv} file, without the header of the latter. */
    private static final class Lines implements AutoCloseable {
        private final Path file;
        private final TableRows rows;
        private List<String> fields = List.of();

        Lines(Path file) throws IOException {
            this.file = file;
            rows = DoubleColonRows.isOne(file) ? DoubleColonRows.open(file) : InputFiles.rows(file);
        }

        Path file() {
            return file;
        }

        String name() {
            return String.valueOf(file.getFileName());
        }

        /** Goes to the next line, which must have so many fields; false at the end. */
        boolean next(int count, String form) throws IOException {
            fields = rows.next();
            if (!fields.isEmpty() && fields.size() != count) {
                throw DataException.of(
                        file,
                        rows.line(),
                        fields.size() + " fields where " + count + " are wanted",
                        "the form is " + form + "; fetch the archive again");
            }
            return !fields.isEmpty();
        }

        String field(int column) {
            return fields.get(column);
        }

        String wholeNumber(int column) throws DataException {
            String text = field(column);
            if (!text.matches("-?\\d{1,18}")) {
                throw DataException.of(
                        file, rows.line(), "timestamp", text, "is not a whole number", "fetch the archive again");
            }
            return text;
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
