package io.dovetail.jmh.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command that turns results into pages. */
public final class Report {
    private static final int USAGE = 2;

    private Report() {}

    /**
     * Writes {@code index.html} and {@code tables.md}.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        int status = run(arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        try {
            ReportArguments wanted = ReportArguments.parse(List.of(arguments));
            if (wanted.help()) {
                out.print(ReportArguments.USAGE);
                return 0;
            }
            Findings findings = FindingsReader.read(wanted.files(), wanted.machine());
            Path folder = wanted.out();
            Files.createDirectories(folder);
            Path page = folder.resolve("index.html");
            Path tables = folder.resolve("tables.md");
            Files.writeString(page, ResultsPage.html(findings));
            Files.writeString(tables, MarkdownTables.of(findings));
            out.println(page);
            out.println(tables);
            return 0;
        } catch (ReportException e) {
            err.println("report: " + e.getMessage());
            return USAGE;
        } catch (IOException e) {
            err.println("report: cannot write: " + e);
            return 1;
        }
    }
}
