package io.dovetail.jmh.search;

import java.nio.file.Path;
import java.util.Comparator;
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
          --lengths 0            standard deviation of the logarithm of their lengths; 0 for unit vectors
          --k 10                 neighbours to find
          --code 32x4            of Dovetail
          --nlist 0              of Dovetail, 0 for its own choice
          --precision float32    of the vectors that Dovetail keeps: float32, float16 or int8
          --sides dovetail,jvector,lucene    and faiss
          --faiss none           the command that starts faiss' side, words apart by commas
          --faiss-nlist 1024-4096    of faiss, all are tried
          --jvector panama       how JVector computes: panama or native, one a JVM
          --accept 1             share of the vectors that a filter accepts; several, apart by commas, are a duel each
          --build-threads 1      threads that build, of Dovetail and faiss
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
        options.spread("--lengths");
        options.accepted(); // refuses what it must before anything is built
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

    /** {@return a finite number, at least 0} */
    double spread(String option) {
        double value;
        try {
            value = Double.parseDouble(text(option));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": '" + text(option) + "' is no number\n" + USAGE, e);
        }
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(option + ": is at least 0 and finite, not " + value + "\n" + USAGE);
        }
        return value;
    }

    /** {@return shares in (0, 1], by what was written; the greatest first, since all vectors come before any filter} */
    Map<String, Double> accepted() {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (String share : text("--accept").split(",", -1)) {
            double value;
            try {
                value = Double.parseDouble(share);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("--accept: '" + share + "' is no number\n" + USAGE, e);
            }
            if (!(value > 0 && value <= 1)) {
                throw new IllegalArgumentException("--accept: must be in (0, 1], is " + share + "\n" + USAGE);
            }
            shares.put(share, value);
        }
        return shares.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .collect(LinkedHashMap::new, (sorted, each) -> sorted.put(each.getKey(), each.getValue()), Map::putAll);
    }

    /** {@return the vectors, in a sentence} */
    String data() {
        String base = text("--base");
        if (!base.equals("none")) {
            return "Vectors of " + Path.of(base).getFileName() + ".";
        }
        double lengths = spread("--lengths");
        return "Seeded vectors such as towers make, "
                + (lengths == 0
                        ? "all of length 1."
                        : "of lengths whose logarithm has a standard deviation of " + lengths + ".");
    }

    List<String> sides() {
        return List.of(text("--sides").split(",", -1));
    }

    /** {@return the file of a share, which is in its name if there are several} */
    Path json(String share) {
        String file = text("--json");
        return Path.of(accepted().size() == 1 ? file : file.replaceFirst("(\\.json)?$", "-" + share + ".json"));
    }
}
