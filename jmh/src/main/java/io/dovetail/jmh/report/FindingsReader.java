package io.dovetail.jmh.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads files of results. */
final class FindingsReader {
    private static final int FORKS = 3;

    /** Megabytes a second that no kernel allocates but one that makes an object of each vector. */
    private static final double BOXING = 500;

    private static final String REMEDY =
            "; run bin/bench, or the benchmarks with -rf json -rff FILE, or the duel with --json FILE, and give"
                    + " that file";

    private FindingsReader() {}

    /**
     * Reads all.
     *
     * @param files what JMH or a duel wrote
     * @param machine its name, or empty for this one's
     * @return all that they tell
     * @throws ReportException if a file is not there or is something else; the message names it
     */
    static Findings read(List<Path> files, String machine) throws ReportException {
        Map<String, Result> results = new LinkedHashMap<>();
        List<Duel> duels = new ArrayList<>();
        List<Epoch> epochs = new ArrayList<>();
        Conditions conditions = new Conditions();
        for (Path file : files) {
            JsonNode root = parse(file);
            if (JmhFile.fits(root)) {
                JmhFile.results(root).forEach(result -> results.merge(result.key(), result, Result::and));
                conditions.add(root);
            } else if (DuelFile.fits(root)) {
                duels.add(DuelFile.duel(root));
            } else if (Epoch.fits(root)) {
                epochs.add(Epoch.of(root));
            } else {
                throw new ReportException(file + " is JSON, but not results of JMH, of a duel or of an epoch" + REMEDY);
            }
            note(conditions, file);
        }
        if (results.isEmpty() && duels.isEmpty() && epochs.isEmpty()) {
            throw new ReportException(files + ": there is not one result in it" + REMEDY);
        }
        List<Result> all = List.copyOf(results.values());
        return new Findings(
                conditions.facts(machine.isEmpty() ? MachineName.here() : machine),
                warnings(all),
                Machine.of(all),
                all.stream().filter(result -> !Machine.isLimit(result)).toList(),
                all.stream().filter(Machine::isLimit).toList(),
                duels,
                epochs);
    }

    private static List<String> warnings(List<Result> results) {
        int fewest = results.stream()
                .mapToInt(result -> result.score().forks().size())
                .min()
                .orElse(FORKS);
        List<String> warnings = new ArrayList<>();
        if (fewest < FORKS) {
            warnings.add("Some figures are of " + (fewest == 1 ? "one fork" : fewest + " forks")
                    + ". Forks differ: quote medians of three or more.");
        }
        for (Result result : results) {
            boolean ours = Machine.isLimit(result) || Backend.isOurs(result.backend());
            if (ours && result.allocationRate().orElse(0) > BOXING) {
                warnings.add(
                        result.benchmark() + (result.params().isEmpty() ? "" : " " + result.params()) + " allocated "
                                + Numbers.figure(result.allocationRate().orElse(0))
                                + " MB/s: its vectors are boxed, or it was measured before it was compiled. Its figure"
                                + " means nothing.");
            }
        }
        return warnings;
    }

    private static JsonNode parse(Path file) throws ReportException {
        if (!Files.isRegularFile(file)) {
            throw new ReportException("there is no file " + file + REMEDY);
        }
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ReportException(
                    file + " is not JSON: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + REMEDY);
        } catch (IOException e) {
            throw new ReportException(file + " cannot be read: " + e + REMEDY);
        }
    }

    private static void note(Conditions conditions, Path file) throws ReportException {
        try {
            conditions.addFile(file);
        } catch (IOException e) {
            throw new ReportException(file + " cannot be read: " + e);
        }
    }
}
