package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * @param epochs of training, measured as whole processes
 */
record Findings(
        Map<String, String> facts,
        List<String> warnings,
        Machine machine,
        List<Result> results,
        List<Result> limits,
        List<Duel> duels,
        List<Epoch> epochs) {

    /** The limits as kernels: the peak, and the kinds of traffic side by side for each size of the arrays. */
    List<Kernel> limitsByKind() {
        List<Result> sorted = new ArrayList<>();
        for (Result limit : limits) {
            sorted.add(limit.bytes().isPresent() ? asBandwidth(limit) : limit);
        }
        return Kernel.of(sorted);
    }

    private static Result asBandwidth(Result limit) {
        Map<String, String> params = new LinkedHashMap<>();
        Sizes.workingSet(limit.params()).ifPresent(size -> params.put("arrays of", Numbers.bytes(size)));
        limit.params().entrySet().stream()
                .filter(param -> params.isEmpty() || param.getKey().equals("threads"))
                .toList()
                .forEach(param -> params.put(param.getKey(), param.getValue()));
        return new Result(
                limit.family() + ".bandwidth",
                limit.mode(),
                limit.callers(),
                params,
                limit.method(),
                limit.score(),
                limit.more());
    }

    /** {@return whether training is all that was measured} */
    boolean isOfTraining() {
        return duels.isEmpty() && results.stream().allMatch(StepSize::fits);
    }

    /** The kernels by the class of their benchmark, in the order of the results; steps of training are {@link Training}'s. */
    Map<String, List<Kernel>> families() {
        return results.stream()
                .filter(result -> !StepSize.fits(result))
                .collect(Collectors.groupingBy(
                        Result::family,
                        LinkedHashMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), Kernel::of)));
    }
}
