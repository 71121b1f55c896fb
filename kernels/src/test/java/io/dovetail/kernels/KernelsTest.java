package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    private static final String FLAG = "--add-modules jdk.incubator.vector";

    @Test
    void on_the_class_path_without_the_flag_the_scalar_kernels_run_and_one_warning_names_the_flag() throws Exception {
        Child child = Child.run("best");
        assertEquals(0, child.status, child.output);
        assertTrue(child.output.contains("scalar kernels: the module jdk.incubator.vector is absent"), child.output);
        assertEquals(2, child.output.split(FLAG, -1).length, child.output);
    }

    @Test
    void on_the_class_path_without_the_flag_asking_for_vectors_fails_and_names_the_flag() throws Exception {
        Child child = Child.run("vector");
        assertNotEquals(0, child.status, child.output);
        assertTrue(child.output.contains("IllegalStateException") && child.output.contains(FLAG), child.output);
    }

    @Test
    void with_the_flag_the_vector_kernels_run() throws Exception {
        Child child = Child.run("best", "--add-modules", "jdk.incubator.vector", "-XX:MaxVectorSize=16");
        assertEquals(0, child.status, child.output);
        assertTrue(child.output.contains("vector kernels: 128 bits"), child.output);
        assertTrue(child.output.contains("7: scalar, 8: scalar (128-bit permutes)"), child.output);
    }

    @Test
    void vector_kernels_are_made_once() {
        assertSame(Kernels.vector(), Kernels.vector());
    }

    @Test
    void the_description_says_which_look_ups_run() {
        assertEquals(
                "look-ups by bits of a code: 4: 16-entry permutes, 5: 1-table permute, 6: 1-table permute,"
                        + " 7: 2-table permute, 8: two 2-table permutes (512-bit VBMI)",
                LookupStrategy.of(64, true).describe());
        assertEquals(
                "look-ups by bits of a code: 4: 16-entry permutes, 5: 1-table permute, 6: 2-table permute,"
                        + " 7: two 2-table permutes, 8: scalar (256-bit permutes)",
                LookupStrategy.of(32, false).describe());
        assertEquals(
                "look-ups by bits of a code: 4: scalar, 5: scalar, 6: scalar, 7: scalar, 8: scalar"
                        + " (512-bit vectors without VBMI; try -XX:MaxVectorSize=32)",
                LookupStrategy.of(64, false).describe());
        assertTrue(Kernels.vector()
                .describe()
                .contains(LookupStrategy.ofThisMachine().describe()));
        assertEquals("scalar kernels: asked for", Kernels.scalar().describe());
    }

    /** A JVM that runs {@link PrintBackend} on the class path. */
    private record Child(int status, String output) {

        static Child run(String backend, String... flags) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(flags));
            command.add("-cp");
            command.add(classPathOf(Kernels.class) + File.pathSeparator + classPathOf(PrintBackend.class));
            command.add(PrintBackend.class.getName());
            command.add(backend);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Child(process.waitFor(), output);
        }

        private static Path classPathOf(Class<?> type) {
            String file = type.getName().replace('.', '/') + ".class";
            String location = String.valueOf(type.getResource("/" + file));
            return Path.of(URI.create(location.substring(0, location.length() - file.length())));
        }
    }
}
