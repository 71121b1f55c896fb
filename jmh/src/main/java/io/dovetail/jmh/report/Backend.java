package io.dovetail.jmh.report;

import java.util.Comparator;
import java.util.List;

/** Whose kernels: their order, their colours, and who is compared with whom. */
final class Backend {
    /** The order on a page. What is not here comes last. */
    private static final List<String> KNOWN =
            List.of("vector", "scalar", "plain", "mkl", "openblas", "onednn", "torch", "tensorflow");

    private Backend() {}

    static Comparator<Result> order() {
        return Comparator.comparingInt(result -> rank(result.backend()));
    }

    /** The class of the style sheet. A variant has the colour of what its name begins with. */
    static String style(String backend) {
        if (backend.isEmpty()) {
            return "b-vector";
        }
        return "b-" + KNOWN.stream().filter(backend::startsWith).findFirst().orElse("other");
    }

    /** Whether it is one of the kernels that a user gets. */
    static boolean isOurs(String backend) {
        return backend.startsWith("vector");
    }

    /** Whether it is compared with: neither one of ours nor the scalar twin. */
    static boolean isPeer(String backend) {
        return !backend.isEmpty() && !isOurs(backend) && !backend.equals("scalar");
    }

    static int rank(String backend) {
        for (int rank = 0; rank < KNOWN.size(); rank++) {
            if (backend.startsWith(KNOWN.get(rank))) {
                return rank;
            }
        }
        return KNOWN.size();
    }
}
