package io.dovetail.jmh;

import io.dovetail.kernels.MatrixKernels.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link GemmDuel} measures.
 *
 * @param values value of each option, by its name
 */
record GemmDuelOptions(Map<String, String> values) {

    static final String USAGE = """
        usage: GemmDuel [OPTION VALUE]...  lists are separated by commas; the defaults are
          --suites layers                        of layers, fused (with bias and ReLU), square
          --rows 256,1280,5120,20480             batch sizes of layers and fused
          --layers 96x256,160x256,256x128,128x32 inputs and outputs of layers and fused
          --forms NN,NT,TN                       products of layers
          --sizes 1024,2048                      of square
          --ours vector                          our sides; the first is compared with the peers
          --peers mkl,openblas,onednn            fused has onednn alone
          --threads 1                            size of each team; with more than 1 each turn waits 250 ms
          --rounds 15                            rounds of each shape
          --millis 10                            length of a turn in a round
          --json FILE                            write the figures there as well
        """;

    /** Longer than the threads of an OpenMP runtime wait for more work before they sleep: Intel's do for 200 ms. */
    private static final long IDLE_TEAMS_SPIN_MS = 250;

    /** The lines of the usage that have a default. */
    private static Map<String, String> defaults() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("--suites", "layers");
        values.put("--rows", "256,1280,5120,20480");
        values.put("--layers", "96x256,160x256,256x128,128x32");
        values.put("--forms", "NN,NT,TN");
        values.put("--sizes", "1024,2048");
        values.put("--ours", "vector");
        values.put("--peers", "mkl,openblas,onednn");
        values.put("--threads", "1");
        values.put("--rounds", "15");
        values.put("--millis", "10");
        values.put("--json", "");
        return values;
    }

    static GemmDuelOptions parse(String... arguments) {
        Map<String, String> values = defaults();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!values.containsKey(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "unknown option, or one without a value: " + arguments[i] + "\n" + USAGE);
            }
            values.put(arguments[i], arguments[i + 1]);
        }
        return new GemmDuelOptions(values);
    }

    List<String> suites() {
        return words("--suites");
    }

    List<Integer> rows() {
        return words("--rows").stream().map(Integer::valueOf).toList();
    }

    List<String> layers() {
        return words("--layers");
    }

    List<Form> forms() {
        return words("--forms").stream().map(Form::valueOf).toList();
    }

    List<Integer> sizes() {
        return words("--sizes").stream().map(Integer::valueOf).toList();
    }

    List<String> ours() {
        return words("--ours");
    }

    List<String> peers() {
        return words("--peers");
    }

    int threads() {
        return Integer.parseInt(value("--threads"));
    }

    Duel duel() {
        return new Duel(Integer.parseInt(value("--rounds")), threads() == 1 ? 0 : IDLE_TEAMS_SPIN_MS);
    }

    double millis() {
        return Double.parseDouble(value("--millis"));
    }

    Optional<Path> json() {
        String file = value("--json");
        return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    }

    private List<String> words(String option) {
        String value = value(option);
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    private String value(String option) {
        return values.getOrDefault(option, "");
    }
}
