package io.dovetail.jmh.search;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link SearchDuel} measures.
 *
 * @param values value of each option, by its name
 */
record SearchDuelOptions(Map<String, String> values) {

    static final String USAGE = """
        usage: SearchDuel --json FILE [OPTION VALUE]...  the defaults are
          --vectors 100000       number of vectors, seeded and such as towers make
          --base none            a file of vectors to take instead (.fvecs, .npy)
          --asked none           a file of queries for these, of which two times --queries are taken
          --queries 2000         number of queries, and of others to tune by
          --dimension 32         of the vectors
          --k 10                 neighbours to find
          --code 32x4            of Dovetail
          --nlist 0              of Dovetail, 0 for its own choice
          --precision float32    of the vectors that Dovetail keeps: float32, float16 or int8
          --sides dovetail,jvector,lucene    and faiss
          --faiss none           the command that starts faiss' side, words apart by commas
          --faiss-nlist 1024-4096    of faiss, all are tried
          --jvector panama       how JVector computes: panama or native, one a JVM
          --rounds 5             rounds, each of all sides and efforts
        """;

    static SearchDuelOptions parse(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        USAGE.lines().skip(1).forEach(line -> {
            String[] words = line.strip().split(" +", 3);
            values.put(words[0], words[1]);
        });
        values.put("--json", "");
        for (int i = 0; i < arguments.length; i += 2) {
            if (!values.containsKey(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "unknown option, or one without a value: " + arguments[i] + "\n" + USAGE);
            }
            values.put(arguments[i], arguments[i + 1]);
        }
        SearchDuelOptions options = new SearchDuelOptions(values);
        if (options.text("--json").isEmpty()) {
            throw new IllegalArgumentException("--json FILE is missing\n" + USAGE);
        }
        return options;
    }

    String text(String option) {
        return values.getOrDefault(option, "");
    }

    int number(String option) {
        try {
            return Integer.parseInt(text(option));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": '" + text(option) + "' is no number\n" + USAGE, e);
        }
    }

    List<String> sides() {
        return List.of(text("--sides").split(",", -1));
    }

    Path json() {
        return Path.of(text("--json"));
    }
}
