package io.dovetail.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dovetail.data.DataException;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MovieLensTest {
    @TempDir
    private Path folder;

    private Path source() throws IOException {
        return Files.createDirectories(folder.resolve("ml"));
    }

    private Path target() {
        return folder.resolve("data");
    }

    private void lines(String name, String... lines) throws IOException {
        Files.writeString(
                source().resolve(name),
                String.join("\r\n", lines) + "\n",
                name.endsWith(".dat") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private void oneMillion() throws IOException {
        lines(
                "movies.dat",
                "1::Toy Story (1995)::Animation|Children's|Comedy",
                "2::Misérables, Les (1995)::Drama",
                "3::Ratings: 5::Drama");
        lines("users.dat", "7::F::1::10::48067", "8::M::56::16::70072");
        lines("ratings.dat", "7::2::5::978300760", "7::1::3::978302109", "8::1::4::978301968", "8::9::4::978301968");
    }

    @Test
    void theFormOfOneMillionIsRead() throws IOException {
        oneMillion();
        List<String> heard = new ArrayList<>();
        Imported imported = MovieLens.run(source(), target(), (file, lines) -> heard.add(file + lines));
        assertEquals(new Imported(2, 3, 4), imported);
        assertEquals("ratings.dat4", heard.getLast());
        Dataset data = DatasetReader.read(
                target(),
                DatasetSpec.of(Map.of(
                        "unlisted",
                        "add",
                        "items",
                        Map.of("columns", Map.of("attributes", Map.of("kind", "multi-valued", "separator", "|"))))));
        assertEquals(List.of("Toy Story (1995)", "Misérables, Les (1995)", "Ratings: 5", "9"), data.itemNames());
        assertEquals(
                List.of("Animation", "Drama", "unknown"),
                data.categories().names().ids());
        assertEquals(
                List.of("age", "occupation"),
                data.userFeatures().stream().map(feature -> feature.name()).toList(),
                "two users share no gender: it describes neither");
        assertEquals(978300760, data.interactions().time(0));
        String yaml = Files.readString(target().resolve("dataset.yaml"));
        assertEquals("name: movielens", yaml.lines().skip(1).findFirst().orElse(""));
    }

    @Test
    void theFormOfLatestIsRead() throws IOException {
        lines(
                "movies.csv",
                "movieId,title,genres",
                "1,\"American President, The (1995)\",Comedy|Romance",
                "2,X,(no genres listed)");
        lines("ratings.csv", "userId,movieId,rating,timestamp", "1,1,4.0,964982703", "1,2,4.5,964981247");
        assertEquals(new Imported(1, 2, 2), MovieLens.run(source(), target(), (file, lines) -> {}));
        Dataset data = DatasetReader.read(target(), DatasetSpec.defaults());
        assertEquals(List.of("American President, The (1995)", "X"), data.itemNames());
        assertEquals(List.of("Comedy", "unknown"), data.categories().names().ids());
    }

    private void refused(String expected) throws IOException {
        Path source = source();
        DataException refused =
                assertThrows(DataException.class, () -> MovieLens.run(source, target(), (file, lines) -> {}));
        assertEquals(
                expected,
                String.valueOf(refused.getMessage()).replace(source + "/", "").replace(source.toString(), "FROM"));
        assertFalse(Files.exists(target()), "nothing is left");
        assertEquals(1, folder.toFile().list().length);
    }

    @Test
    void mistakesAreToldAndNothingIsLeft() throws IOException {
        refused("FROM: there is no ratings.csv; give the unpacked folder, as ml-1m or ml-latest-small");
        oneMillion();
        lines("ratings.dat", "7::2::5::978300760", "7::1::3");
        refused("ratings.dat:2: 3 fields where 4 are wanted; the form is user::movie::rating::timestamp; "
                + "fetch the archive again");
        lines("ratings.dat", "7::2::5::today");
        refused("ratings.dat:1: column 'timestamp': 'today' is not a whole number; fetch the archive again");
        lines("ratings.dat", "");
        refused("ratings.dat: there is no rating; fetch the archive again");
        Files.delete(source().resolve("movies.dat"));
        refused("FROM: there is no movies.dat; give the unpacked folder, as ml-1m or ml-latest-small");
    }
}
