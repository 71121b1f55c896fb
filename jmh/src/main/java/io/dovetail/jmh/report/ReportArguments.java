package io.dovetail.jmh.report;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What was asked for.
 *
 * @param files results, at least one unless help is wanted
 * @param out the folder to write to
 * @param machine what the machine is called, or empty to ask the operating system
 * @param help whether to explain the command only
 */
record ReportArguments(List<Path> files, Path out, String machine, boolean help) {
    static final String USAGE = """
        Usage: java -cp jmh/target/benchmarks.jar io.dovetail.jmh.report.Report RESULTS.json... --out DIR [--machine NAME]

        Turns results into DIR/index.html (bars and rooflines) and DIR/tables.md.

          RESULTS.json    what JMH wrote with -rf json -rff RESULTS.json, the duel of products with --json, a peer
                          of the training step with --json, or bin/bench of an epoch (epoch.json).
                          Forks of the same benchmark in several files are taken together.
          --out DIR       the folder to write to; it is made if it is not there
          --machine NAME  the machine that was measured (default: the processor of this one)
          --help          this text
        """;

    static ReportArguments parse(List<String> arguments) throws ReportException {
        List<Path> files = new ArrayList<>();
        String out = "";
        String machine = "";
        Deque<String> left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String argument = left.pop();
            switch (argument) {
                case "--help", "-h" -> {
                    return new ReportArguments(List.of(), Path.of(""), "", true);
                }
                case "--out" -> out = value(argument, left);
                case "--machine" -> machine = value(argument, left);
                default -> {
                    if (argument.startsWith("-")) {
                        throw new ReportException("unknown option " + argument + "; --help lists them");
                    }
                    files.add(Path.of(argument));
                }
            }
        }
        if (files.isEmpty()) {
            throw new ReportException("no results given: name the JSON files that JMH wrote (--help)");
        }
        if (out.isEmpty()) {
            throw new ReportException("no --out given: name the folder to write to (--help)");
        }
        return new ReportArguments(List.copyOf(files), Path.of(out), machine, false);
    }

    private static String value(String option, Deque<String> left) throws ReportException {
        if (left.isEmpty()) {
            throw new ReportException(option + " needs a value (--help)");
        }
        return left.pop();
    }
}
