package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a user's files, and what is said about it: the whole message each time, without the folder. */
final class DatasetReaderErrorsTest {
    @TempDir
    private Path folder;

    private void refused(String expected) {
        refused(expected, Map.of());
    }

    private void refused(String expected, Map<String, ?> declaration) {
        DatasetSpec spec = DatasetSpec.of(declaration);
        String message = String.valueOf(assertThrows(DataException.class, () -> DatasetReader.read(folder, spec))
                .getMessage());
        assertEquals(expected, message.replace(folder + "/", "").replace(folder.toString(), "FOLDER"));
    }

    private void interactions(String... lines) {
        TextFiles.write(folder, "interactions.tsv", lines);
    }

    @Test
    void noInteractions() {
        refused("FOLDER: there is no file of interactions; add interactions.tsv, .csv, .jsonl or .parquet");
    }

    @Test
    void twoFilesForOne() {
        interactions("user item", "u a");
        TextFiles.write(folder, "interactions.csv", "user,item", "u,a");
        refused("interactions.tsv: there is interactions.csv as well; keep one of them");
    }

    @Test
    void aDeclaredSideWithoutItsFile() {
        interactions("user item", "u a");
        refused(
                "FOLDER: there is no file of items; add it, or declare nothing under 'items'",
                Map.of("items", Map.of("category", "kind")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"interactions.tsv", "interactions.csv"})
    void anEmptyFile(String name) {
        TextFiles.bytes(folder, name, new byte[0]);
        refused(name + ": the file is empty; its first line must name the columns");
    }

    @ParameterizedTest
    @ValueSource(strings = {"interactions.tsv", "interactions.csv", "interactions.tsv.gz"})
    void aFileOfEmptyLines(String name) {
        TextFiles.write(folder, name, "", "");
        refused(name + ": the file has no header; its first line must name the columns");
    }

    @Test
    void aHeaderAlone() {
        interactions("user item");
        refused("interactions.tsv: there is no line after the header; add events");
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item category");
        refused("items.tsv: there is no line after the header; add lines or remove the file");
    }

    @Test
    void aMissingColumn() {
        interactions("customer item", "u a");
        refused("interactions.tsv:1: there is no column 'user' among customer, item; "
                + "rename one, or declare 'interactions: {user: ...}'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "split"})
    void aDeclaredColumnOfTheEventsThatIsAbsent(String key) {
        interactions("user item", "u a");
        refused(
                "interactions.tsv:1: there is no column 'when' among user, item; declare a column that is there, or"
                        + " none",
                Map.of("interactions", Map.of(key, "when")));
    }

    @Test
    void aDeclaredCategoryFeatureOrNameThatIsAbsent() {
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item colour", "a red");
        String expected =
                "items.tsv:1: there is no column 'kind' among item, colour; declare a column that is there, or none";
        refused(expected, Map.of("items", Map.of("category", "kind")));
        refused(expected, Map.of("items", Map.of("name", "kind")));
        refused(expected, Map.of("items", Map.of("id", "kind")));
        refused(expected, Map.of("items", Map.of("columns", Map.of("kind", "ignored"))));
    }

    @Test
    void aRepeatedColumn() {
        interactions("user item user", "u a v");
        refused("interactions.tsv:1: two columns are called 'user'; rename one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "yesterday", "99999999999999999999"})
    void aTimeThatIsNoWholeNumber(String time) {
        interactions("user item ts", "u a 1", "u b " + time);
        refused("interactions.tsv:3: column 'ts': '" + time
                + "' is not a whole number; give Unix seconds or a position, or declare another 'time' column");
    }

    @Test
    void aRatingThatIsNoNumber() {
        interactions("user item rating", "u a good");
        refused(
                "interactions.tsv:2: column 'rating': 'good' is not a number; correct it, or declare no 'minRating'",
                Map.of("interactions", Map.of("minRating", 3)));
    }

    @Test
    void noRatingsToJudgeBy() {
        interactions("user item", "u a");
        refused(
                "interactions.tsv:1: there is no column 'rating' among user, item; "
                        + "declare 'interactions: {rating: ...}'",
                Map.of("interactions", Map.of("minRating", 3)));
    }

    @Test
    void nothingLeft() {
        interactions("user item rating", "u a 1");
        refused(
                "interactions.tsv: no event is left; lower 'minRating' or add events",
                Map.of("interactions", Map.of("minRating", 3)));
        refused("interactions.tsv: no event is left in the 2-core; lower 'kCore'", Map.of("kCore", 2));
    }

    @Test
    void aNumberThatIsNone() {
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item price", "a 3", "b ", "c dear");
        refused(
                "items.tsv:4: column 'price': 'dear' is not a number; "
                        + "correct it, empty it, or declare the column otherwise",
                Map.of("items", Map.of("columns", Map.of("price", "numeric"))));
    }

    @Test
    void anUnknownItemOrUser() {
        interactions("user item", "u a", "v b");
        TextFiles.write(folder, "items.tsv.gz", "item", "a");
        refused("interactions.tsv:3: column 'item': 'b' is not in items.tsv.gz; "
                + "add it there, or declare 'unlisted: add' to go without what is known of it");
        TextFiles.write(folder, "items.tsv.gz", "item", "a", "b");
        TextFiles.write(folder, "users.tsv", "user", "u");
        refused("interactions.tsv:3: column 'user': 'v' is not in users.tsv; "
                + "add it there, or declare 'unlisted: add' to go without what is known of it");
    }

    @Test
    void anEmptyId() {
        interactions("user item", " a");
        refused("interactions.tsv:2: column 'user': '' is not an id; give every event a user and an item");
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item colour", " red");
        refused("items.tsv:2: column 'item': '' is not an id; give every line an id");
    }

    @Test
    void aRepeatedKey() {
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item", "a", "b", "a");
        refused("items.tsv:4: column 'item': 'a' comes a second time; keep one line of each id");
        TextFiles.write(folder, "items.tsv", "item category", "a 1");
        TextFiles.write(folder, "categories.tsv", "category name", "1 x", "1 y");
        refused("categories.tsv:3: column 'category': '1' comes a second time; keep one line of each category");
    }

    @Test
    void categoriesWithoutNames() {
        interactions("user item", "u a");
        TextFiles.write(folder, "items.tsv", "item category", "a 1");
        TextFiles.write(folder, "categories.tsv", "category title", "1 x");
        refused("categories.tsv:1: there is no column 'name' among category, title; "
                + "name the columns 'category' and 'name', or remove the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"u", "u a 1 x"})
    void aRaggedLine(String line) throws IOException {
        interactions("user item ts", "", "u a 1", line);
        int fields = line.split(" ", -1).length;
        String fault = fields + " fields, but the header has 3; "
                + "give each line as many fields as the header, with nothing in those that are missing";
        refused("interactions.tsv:4: " + fault);
        Files.delete(folder.resolve("interactions.tsv"));
        TextFiles.write(folder, "interactions.csv", "user,item,ts", "u,\"a\nb\",1", line.replace(' ', ','));
        refused("interactions.csv:4: " + fault);
    }

    @Test
    void aSplitOfNoPart() {
        interactions("user item split", "u a train", "u b dev");
        refused("interactions.tsv:3: column 'split': 'dev' is not train, valid or test; "
                + "correct it, or declare 'split: leave-last-out'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"interactions.tsv", "interactions.csv.gz"})
    void whatIsNotUtf8(String name) {
        byte[] text = "user,item\nu,a\nv,caf\u00e9\nw,b\n"
                .replace(',', name.contains("tsv") ? '\t' : ',')
                .getBytes(StandardCharsets.ISO_8859_1);
        TextFiles.bytes(folder, name, text);
        refused(name + ":3: this is not UTF-8; convert the file, as by iconv -t UTF-8");
    }

    @Test
    void aLetterCutShortAtTheEnd() {
        byte[] text = "user\titem\nu\t€".getBytes(StandardCharsets.UTF_8);
        TextFiles.bytes(folder, "interactions.tsv", Arrays.copyOf(text, text.length - 1));
        refused("interactions.tsv:2: this is not UTF-8; convert the file, as by iconv -t UTF-8");
    }

    @Test
    void anOpenQuote() {
        TextFiles.write(folder, "interactions.csv", "user,item", "u,a", "u,\"b", "u,c");
        refused("interactions.csv:3: quoting is wrong from here on; close every quote");
    }

    @Test
    void gzipThatIsNone() throws IOException {
        Files.writeString(folder.resolve("interactions.tsv.gz"), "user\titem\nu\ta\n");
        refused("interactions.tsv.gz:1: the gzip stream is damaged; fetch the file again");
    }

    @Test
    void gzipCutShortAnywhere() throws IOException {
        byte[] whole = TextFiles.gzip("user\titem\nu\ta\nu\tb\n".getBytes(StandardCharsets.UTF_8));
        for (int length = 1; length < whole.length; length++) {
            Files.write(folder.resolve("interactions.tsv.gz"), Arrays.copyOf(whole, length));
            String message = String.valueOf(
                    assertThrows(DataException.class, () -> DatasetReader.read(folder, DatasetSpec.defaults()))
                            .getMessage());
            assertEquals(
                    "the gzip stream ends too early; fetch the file again", message.replaceFirst(".*gz:\\d: ", ""));
        }
    }

    @Test
    void gzipWithAFlippedBit() throws IOException {
        byte[] whole = TextFiles.gzip("user\titem\nu\ta\nu\tb\n".getBytes(StandardCharsets.UTF_8));
        whole[whole.length - 6] ^= 1;
        Files.write(folder.resolve("interactions.tsv.gz"), whole);
        refused("interactions.tsv.gz:3: the gzip stream is damaged; fetch the file again");
    }

    @Test
    void aLongValueIsCut() {
        interactions("user item ts", "u a " + "9".repeat(1000));
        refused("interactions.tsv:2: column 'ts': '" + "9".repeat(60)
                + "...' is not a whole number; give Unix seconds or a position, or declare another 'time' column");
    }
}
