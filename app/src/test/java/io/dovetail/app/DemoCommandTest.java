package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path parent;

    @Test
    void aFolderWithOtherFilesIsRefusedBeforeAnythingIsDone() throws Exception {
        Files.writeString(parent.resolve("mine.txt"), "x");
        assertEquals(2, run("demo", "--out", parent.toString()));
        assertEquals(
                "dovetail: " + parent + ": holds files that no demo wrote; give another folder with --out"
                        + System.lineSeparator(),
                err.toString());
    }

    @Test
    void aFloorThatIsNoShareIsRefused() {
        assertEquals(2, run("demo", "--out", parent.resolve("demo").toString(), "--floor", "35"));
        assertTrue(err.toString().contains("--floor: 35.0 is no share; give a number from 0 to 1"), err.toString());
        assertEquals("", out.toString());
    }

    private int run(String... arguments) {
        return Main.run(arguments, new PrintWriter(out), new PrintWriter(err), false);
    }
}
