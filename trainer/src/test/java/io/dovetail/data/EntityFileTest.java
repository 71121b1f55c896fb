package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"items.tsv", "items.tsv.gz"})
    void readsLineByLine(String name) throws IOException {
        TextFiles.write(folder, name, "item colour price", "a red 5", "b  7");
        try (EntityFile file = EntityFile.open(folder.resolve(name), Optional.empty())) {
            assertEquals("item", file.idColumn());
            assertEquals(List.of("item", "colour", "price"), file.columns());
            assertTrue(file.next());
            assertEquals("a", file.id());
            assertEquals(Map.of("colour", "red", "price", "5"), file.fields());
            assertTrue(file.next());
            assertEquals(Map.of("colour", "", "price", "7"), file.fields());
            assertFalse(file.next());
        }
    }

    @Test
    void theIdMayStandAnywhere() throws IOException {
        TextFiles.write(folder, "users.csv", "age,user,town", "30,u1,\"Rome, Italy\"");
        try (EntityFile file = EntityFile.open(folder.resolve("users.csv"), Optional.of("user"))) {
            assertTrue(file.next());
            assertEquals("u1", file.id());
            assertEquals(Map.of("age", "30", "town", "Rome, Italy"), file.fields());
        }
    }

    @Test
    void refusesWhatHasNoId() throws IOException {
        TextFiles.write(folder, "items.tsv", "item colour", "a red", " blue");
        Path path = folder.resolve("items.tsv");
        DataException missing = assertThrows(DataException.class, () -> EntityFile.open(path, Optional.of("sku")));
        assertTrue(String.valueOf(missing.getMessage()).contains("items.tsv:1: there is no column 'sku'"));
        try (EntityFile file = EntityFile.open(path, Optional.empty())) {
            assertTrue(file.next());
            DataException empty = assertThrows(DataException.class, file::next);
            assertTrue(String.valueOf(empty.getMessage()).contains("items.tsv:3: column 'item': '' is not an id"));
        }
    }

    @Test
    void refusesALineOfAnotherWidthAndATruncatedFile() throws IOException {
        TextFiles.write(folder, "items.tsv", "item colour", "a red blue");
        try (EntityFile file = EntityFile.open(folder.resolve("items.tsv"), Optional.empty())) {
            DataException wide = assertThrows(DataException.class, file::next);
            assertTrue(String.valueOf(wide.getMessage()).contains("3 fields, but the header has 2"));
        }
        byte[] whole = TextFiles.gzip("item\tcolour\na\tred\n".getBytes(StandardCharsets.UTF_8));
        Files.write(folder.resolve("cut.tsv.gz"), Arrays.copyOf(whole, whole.length - 9));
        assertThrows(IOException.class, () -> {
            try (EntityFile file = EntityFile.open(folder.resolve("cut.tsv.gz"), Optional.empty())) {
                while (file.next()) {
                    assertFalse(file.id().isEmpty());
                }
            }
        });
    }
}
