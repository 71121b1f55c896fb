package io.dovetail.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Java sources of the repository, found from the folder in which Maven runs the tests of a module. */
final class Sources {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Sources() {}

    /** {@return every Java file under the {@code src} folder of any module, sorted} */
    static List<Path> javaFiles() throws IOException {
        try (var paths = Files.walk(ROOT)) {
            List<Path> files = paths.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> ROOT.relativize(path).getName(1).toString().equals("src"))
                    .sorted()
                    .toList();
            if (files.stream().noneMatch(path -> path.endsWith("Sources.java"))) {
                throw new IllegalStateException(
                        "no sources under " + ROOT + ": run the checks from the module's folder");
            }
            return files;
        }
    }

    /** {@return the folder of the repository} */
    static Path root() {
        return ROOT;
    }

    /** {@return the path as seen from the root of the repository} */
    static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}
