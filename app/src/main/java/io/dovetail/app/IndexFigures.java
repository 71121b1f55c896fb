package io.dovetail.app;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Norms;
import io.dovetail.index.Tuning;
import io.dovetail.index.live.Drift;
import io.dovetail.index.live.FollowedIndex;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is in an index file, for programs and for people. */
final class IndexFigures {

    private IndexFigures() {}

    /** {@return the figures by their JSON keys} */
    static Map<String, Object> json(IvfPqIndex index, long bytes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("vectors", index.size());
        json.put("dimension", index.dimension());
        json.put("nlist", index.nlist());
        json.put("code", code(index));
        json.put("bytes", bytes);
        json.put("bytesPerVector", bytes / (double) index.size());
        json.put("codeBytesPerVector", codeBytes(index));
        json.put("imbalance", index.imbalance());
        json.put("emptyLists", index.emptyLists());
        json.put("longestList", index.longestList());
        json.put("rotated", index.rotated());
        json.put("anisotropy", index.anisotropy());
        json.put("precision", index.vectors().precision().toString());
        ParamsFigures.put(json, index.defaults());
        index.tuning().ifPresent(tuning -> json.put("tuned", json(tuning)));
        json.put("fingerprint", index.fingerprint());
        return json;
    }

    private static Map<String, Object> json(Tuning tuning) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("k", tuning.k());
        json.put("asked", tuning.asked());
        json.put("recall", tuning.reached());
        json.put("queries", tuning.queries());
        return json;
    }

    /** {@return the figures of the index itself, for a page} */
    static Map<String, String> facts(IvfPqIndex index) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("vectors", Figures.count(index.size()));
        facts.put("dimension", Figures.count(index.dimension()));
        facts.put("lists", Figures.count(index.nlist()));
        facts.put("code", code(index));
        facts.put("vectors kept as", index.vectors().precision().toString());
        facts.put("imbalance", String.format(Locale.ROOT, "%.2f", index.imbalance()));
        return facts;
    }

    /** Prints the figures. */
    static void print(IvfPqIndex index, long bytes, PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                "vectors      %,d of dimension %d, in %,d lists with imbalance %.2f (1 is best, below 1.3 good)",
                index.size(),
                index.dimension(),
                index.nlist(),
                index.imbalance()));
        out.println(String.format(
                Locale.ROOT,
                "lists        %,d empty, the longest has %,d vectors, %.1f times the mean",
                index.emptyLists(),
                index.longestList(),
                index.longestList() * (double) index.nlist() / index.size()));
        out.println(String.format(
                Locale.ROOT,
                "bytes        %,d: %.1f per vector, %.1f of them code (%s%s), %d of them the vector (%s)",
                bytes,
                bytes / (double) index.size(),
                codeBytes(index),
                code(index),
                index.rotated() ? ", in learnt axes" : "",
                index.vectors().precision().bytesPerVector(index.dimension()),
                index.vectors().precision()));
        out.println("search       " + index.defaults() + " unless told otherwise" + tuned(index));
        out.println("fingerprint  " + (index.fingerprint().isEmpty() ? "none" : index.fingerprint()));
        out.flush();
    }

    /** {@return what takes the bytes of a file and how long its vectors are, by JSON keys} */
    static Map<String, Object> details(IvfPqIndex index) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sections", index.sectionBytes());
        json.put("norms", json(index.norms()));
        return json;
    }

    /** Prints what takes the bytes of a file, and how long its vectors are. */
    static void printDetails(IvfPqIndex index, PrintWriter out) {
        index.sectionBytes()
                .forEach((name, bytes) -> out.println(String.format(Locale.ROOT, "  %-16s %,15d bytes", name, bytes)));
        print(index.norms(), out);
    }

    /** {@return what was written to a live index since its file, by JSON keys} */
    static Map<String, Object> json(FollowedIndex live) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("vectors", live.size());
        json.put("file", live.file().toString());
        json.put("pending", live.pending());
        json.put("removed", live.removed());
        json.put("names", live.names().size());
        Drift drift = live.drift();
        json.put("driftWritten", drift.written());
        json.put("driftFar", drift.far());
        json.put("retrain", drift.retrain());
        return json;
    }

    /** Prints what was written to a live index since its file. */
    static void print(FollowedIndex live, PrintWriter out) {
        Drift drift = live.drift();
        out.println(String.format(
                Locale.ROOT,
                "live         %,d vectors; a compaction would tidy up %,d rows: %,d written since %s, and %,d of it"
                        + " that were replaced or removed",
                live.size(),
                live.pending(),
                live.pending() - live.removed(),
                live.file().getFileName(),
                live.removed()));
        int names = live.names().size();
        if (names > 0) {
            out.println(String.format(
                    Locale.ROOT, "names        %,d, those of vectors that were removed among them", names));
        }
        out.println(String.format(
                Locale.ROOT,
                "drift        %s of %,d vectors written since training are far from their centroid%s",
                Figures.share(drift.share()),
                drift.written(),
                drift.retrain() ? ": train anew" : ""));
        out.flush();
    }

    private static String tuned(IvfPqIndex index) {
        return index.tuning()
                .map(tuning -> String.format(
                        Locale.ROOT,
                        ", tuned for recall@%d of %s: %s on %,d queries",
                        tuning.k(),
                        Figures.share(tuning.asked()),
                        Figures.share(tuning.reached()),
                        tuning.queries()))
                .orElse("");
    }

    /** {@return how long the vectors are, by JSON keys} */
    static Map<String, Object> json(Norms norms) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("least", norms.least());
        json.put("mean", norms.mean());
        json.put("greatest", norms.greatest());
        json.put("deviation", norms.deviation());
        return json;
    }

    /** Prints how long the vectors are. */
    static void print(Norms norms, PrintWriter out) {
        if (norms.areUnit()) {
            out.println("lengths      all 1: an inner product is a cosine");
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "lengths      %.4g to %.4g, mean %.4g, deviation %.4g: longer vectors score higher; for cosines"
                            + " scale all to 1",
                    norms.least(),
                    norms.greatest(),
                    norms.mean(),
                    norms.deviation()));
        }
        out.flush();
    }

    private static double codeBytes(IvfPqIndex index) {
        return index.subspaces() * index.bits() / 8.0;
    }

    private static String code(IvfPqIndex index) {
        return index.subspaces() + "x" + index.bits();
    }
}
