package io.dovetail.app.demo;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a demo writes. A later demo replaces what an earlier one wrote and touches nothing else.
 *
 * @param path where it is
 */
public record DemoFolder(Path path) {
    private static final String MARK = "DEMO.txt";
    private static final String DATA = "data";
    private static final String REPORT = "report.html";
    private static final List<String> OWN = Stream.concat(DemoSetting.folders().stream(), Stream.of(DATA, REPORT))
            .toList();

    /**
     * Makes the folder ready: an absent or empty one is marked as a demo's, one that a demo wrote is cleared of it.
     *
     * @param path where it is
     * @return the folder
     * @throws FileAlreadyExistsException if it is a file, or a folder with something in it that no demo wrote
     * @throws IOException if writing fails
     */
    public static DemoFolder prepare(Path path) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new FileAlreadyExistsException(path.toString(), null, "is a file; give a folder with --out");
        }
        if (Files.isDirectory(path) && !Files.isRegularFile(path.resolve(MARK)) && !isEmpty(path)) {
            throw new FileAlreadyExistsException(
                    path.toString(), null, "holds files that no demo wrote; give another folder with --out");
        }
        Files.createDirectories(path);
        Files.writeString(
                path.resolve(MARK),
                "Written by 'dovetail demo'. Another demo into this folder replaces " + String.join(", ", OWN) + ".\n");
        for (String name : OWN) {
            delete(path.resolve(name));
        }
        return new DemoFolder(path);
    }

    /** {@return the folder of the bundled data's files} */
    public Path data() {
        return path.resolve(DATA);
    }

    /** {@return the report's file} */
    public Path report() {
        return path.resolve(REPORT);
    }

    /** The folder of a run. */
    Path run(String name) {
        return path.resolve(name);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }

    /** Links are taken away, not followed. */
    private static void delete(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
