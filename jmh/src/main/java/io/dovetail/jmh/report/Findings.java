package io.dovetail.jmh.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that a report tells.
 *
 * @param facts machine, JDK and how it was measured, by name
 * @param warnings what a reader must know before believing a figure
 * @param machine the limits
 * @param results of kernels, without those of the machine
 * @param limits results of the machine's own benchmarks
 * @param duels comparisons in alternating rounds
 */
record Findings(
        Map<String, String> facts,
        List<String> warnings,
        Machine machine,
        List<Result> results,
        List<Result> limits,
        List<Duel> duels) {

    /** The kernels by the class of their benchmark, in the order of the results. */
    Map<String, List<Kernel>> families() {
        return results.stream()
                .collect(Collectors.groupingBy(
                        Result::family,
                        java.util.LinkedHashMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), Kernel::of)));
    }
}
