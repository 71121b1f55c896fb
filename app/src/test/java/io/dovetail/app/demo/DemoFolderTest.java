package io.dovetail.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
    @TempDir
    private Path parent;

    @Test
    void whatADemoWroteIsReplacedAndNothingElse() throws Exception {
        DemoFolder first = DemoFolder.prepare(parent.resolve("demo"));
        Files.createDirectories(first.data().resolve("deeper"));
        Files.writeString(first.data().resolve("deeper/items.tsv"), "x");
        Files.writeString(first.report(), "x");
        Files.createDirectories(first.run("paper"));
        Path own = Files.writeString(first.path().resolve("notes.txt"), "mine");
        DemoFolder second = DemoFolder.prepare(first.path());
        assertFalse(Files.exists(second.data()));
        assertFalse(Files.exists(second.report()));
        assertFalse(Files.exists(second.run("paper")));
        assertEquals("mine", Files.readString(own));
    }

    @Test
    void aFolderThatNoDemoWroteIsRefusedAndLeftAlone() throws Exception {
        Path other = Files.createDirectories(parent.resolve("other"));
        Path report = Files.writeString(other.resolve("report.html"), "mine");
        FileAlreadyExistsException refused =
                assertThrows(FileAlreadyExistsException.class, () -> DemoFolder.prepare(other));
        assertEquals(other + ": holds files that no demo wrote; give another folder with --out", refused.getMessage());
        assertEquals("mine", Files.readString(report));
    }

    @Test
    void aFileIsRefused() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "mine");
        FileAlreadyExistsException refused =
                assertThrows(FileAlreadyExistsException.class, () -> DemoFolder.prepare(file));
        assertEquals(file + ": is a file; give a folder with --out", refused.getMessage());
    }

    @Test
    void aLinkIsTakenAwayAndNotFollowed() throws Exception {
        DemoFolder demo = DemoFolder.prepare(parent.resolve("demo"));
        Path elsewhere = Files.createDirectories(parent.resolve("elsewhere"));
        Path kept = Files.writeString(elsewhere.resolve("kept.txt"), "mine");
        Files.createSymbolicLink(demo.data(), elsewhere);
        DemoFolder.prepare(demo.path());
        assertFalse(Files.exists(demo.data()));
        assertEquals("mine", Files.readString(kept));
    }
}
