package io.dovetail.jmh.search;

import io.dovetail.jmh.report.ReportException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that turns results of {@link SearchDuel} into pages: {@code FOLDER FILE.json...}. */
public final class SearchReport {
    private static final int USAGE = 2;

    private SearchReport() {}

    /**
     * Writes {@code index.html} and {@code tables.md}.
     *
     * @param arguments the folder, then files
     */
    public static void main(String... arguments) {
        int status = run(List.of(arguments), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.size() < 2) {
            err.println("search report: give the folder to write to, then what SearchDuel wrote: FOLDER FILE.json...");
            return USAGE;
        }
        try {
            Path folder = Files.createDirectories(Path.of(arguments.getFirst()));
            List<SearchFile> duels = new ArrayList<>();
            for (String file : arguments.subList(1, arguments.size())) {
                duels.add(SearchFile.read(Path.of(file)));
            }
            SearchPage page = new SearchPage(duels);
            out.println(Files.writeString(folder.resolve("index.html"), page.html()));
            out.println(Files.writeString(folder.resolve("tables.md"), page.markdown()));
            return 0;
        } catch (ReportException e) {
            err.println("search report: " + e.getMessage());
            return USAGE;
        } catch (IOException e) {
            err.println("search report: cannot write: " + e);
            return 1;
        }
    }
}
