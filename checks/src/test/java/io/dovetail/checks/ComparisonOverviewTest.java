package io.dovetail.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/compare-overview} puts pages of single data sets together; what is published is what it makes. */
final class ComparisonOverviewTest {
    private static final Path PUBLISHED = Sources.root().resolve("docs/results/comparison");

    @TempDir
    private Path folder;

    private String overview(Path directory, List<String> pages) throws IOException, InterruptedException {
        return run(0, directory, pages);
    }

    private String run(int code, Path directory, List<String> pages) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Sources.root().resolve("bin/compare-overview").toString());
        command.addAll(pages);
        Path out = folder.resolve("overview");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertEquals(code, process.waitFor(), Files.readString(out));
        return Files.readString(out);
    }

    @Test
    void the_published_overview_is_that_of_the_pages_it_names() throws Exception {
        String published = Files.readString(PUBLISHED.resolve("overview.md"));
        List<String> pages = new ArrayList<>();
        Matcher link = Pattern.compile("]\\((.*/comparison\\.md)\\)").matcher(published);
        while (link.find()) {
            pages.add(link.group(1));
        }
        assertTrue(pages.size() > 1, published);
        assertEquals(published, overview(PUBLISHED, pages), "make it anew by bin/compare-overview");
    }

    private void page(String name, int seeds, String... rows) throws IOException {
        Files.writeString(folder.resolve(name + ".md"), """
            # Comparison

            - seeds: 1 to %d

            ## Models

            - one: a model
            - two: another
            - three: nowhere but on one data set

            ## %s

            ### Figures

            | model | HR@50 | HR@100 |
            | --- | ---: | ---: |
            %s

            | model | HR@50 | HR@100 |
            | --- | ---: | ---: |
            | one | 0.9 | 0.9 |
            """.formatted(seeds, name, String.join("\n", rows)));
    }

    @Test
    void what_is_no_page_of_test_figures_is_refused() throws Exception {
        Files.writeString(folder.resolve("valid.md"), "- judged on: valid, after a fit on train\n");
        Files.writeString(folder.resolve("other.md"), "# Something else\n");
        assertTrue(run(2, folder, List.of("valid.md")).contains("valid.md: judged on valid"));
        assertTrue(run(2, folder, List.of("other.md")).contains("other.md: no table of figures"));
        page("a", 3, "| one | 0.3 | 0.4 |");
        assertTrue(run(2, folder, List.of("a.md", "other.md")).contains("other.md: no table of figures"));
        assertTrue(run(2, folder, List.of("none.md")).contains("none.md: no such file"));
    }

    /** Of {@code one} 0.4 / 0.2 and 0.1 / 0.2: the geometric mean of 2 and 1 / 2. */
    @Test
    void the_last_column_is_the_geometric_mean_of_what_the_best_other_has() throws Exception {
        page(
                "a",
                3,
                "| one | 0.3 | **0.4000 ± 0.0100** |",
                "| two | 0.1 | 0.2000 ± 0.0200 |",
                "| three | 0.1 | 0.1000 |");
        page("b", 2, "| one | 0.05 | 0.1000 |", "| two | 0.1 | **0.2000** |");
        String text = overview(folder, List.of("a.md", "b.md"));
        assertEquals("""
            | HR@100 | a | b | of the best other |
            | --- | ---: | ---: | ---: |
            | one | **0.4000 ± 0.0100** | 0.1000 | 1.000 |
            | two | 0.2000 ± 0.0200 | **0.2000** | 1.000 |
            | three | 0.1000 | – | – |
            """, text.substring(text.indexOf("| HR@100")));
        assertTrue(text.contains("- [a.md](a.md): a; 3 seeds\n- [b.md](b.md): b; 2 seeds\n"), text);
    }

    @Test
    void a_model_on_several_pages_of_a_data_set_has_the_figure_of_the_last() throws Exception {
        page("a", 2, "| one | 0.3 | 0.3000 |", "| two | 0.1 | 0.2000 |");
        Files.move(folder.resolve("a.md"), folder.resolve("first.md"));
        page("a", 3, "| one | 0.3 | 0.5000 |");
        String text = overview(folder, List.of("first.md", "a.md"));
        assertEquals("""
            | HR@100 | a | of the best other |
            | --- | ---: | ---: |
            | one | **0.5000** | 2.500 |
            | two | 0.2000 | 0.400 |
            | three | – | – |
            """, text.substring(text.indexOf("| HR@100")));
        assertTrue(text.contains("- [first.md](first.md): a; 2 seeds\n- [a.md](a.md): a; 3 seeds\n"), text);
    }
}
