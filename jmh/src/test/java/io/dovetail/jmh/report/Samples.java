package io.dovetail.jmh.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Small files of results, of no real machine. */
final class Samples {
    private Samples() {}

    static Path copy(String name, Path folder) throws IOException {
        try (InputStream sample = Samples.class.getResourceAsStream(name)) {
            return Files.write(
                    folder.resolve(name), Objects.requireNonNull(sample, name).readAllBytes());
        }
    }

    static Findings findings(Path folder, String... names) throws IOException, ReportException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.add(copy(name, folder));
        }
        return FindingsReader.read(files, "a machine");
    }

    static Result result(Findings findings, String benchmark, String backend) {
        return findings.results().stream()
                .filter(result ->
                        result.benchmark().equals(benchmark) && result.backend().equals(backend))
                .findFirst()
                .orElseThrow();
    }
}
