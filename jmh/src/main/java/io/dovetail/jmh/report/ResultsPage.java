package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The figures as one HTML file: bars and rooflines. */
final class ResultsPage {
    private static final String STYLE = "results.css";
    private static final int MOST_CASES = 8;
    private static final double GIGA = 1e9;

    /** A limit is no share of itself. */
    private static final Machine NONE = new Machine(List.of(), List.of());

    private final Markup page = new Markup();
    private final Findings findings;
    private final Machine machine;

    private ResultsPage(Findings findings) {
        this.findings = findings;
        machine = findings.machine();
    }

    static String html(Findings findings) throws IOException {
        return new ResultsPage(findings).write();
    }

    private String write() throws IOException {
        Page.open(page, "Dovetail benchmarks", Page.sheet(ResultsPage.class, STYLE));
        writeHeader();
        page.open("main");
        findings.warnings().forEach(warning -> page.element("p", "warning", warning));
        if (!findings.limits().isEmpty()) {
            writeLimits();
        }
        for (Duel duel : findings.duels()) {
            writeDuel(duel);
        }
        writeTraining(Training.of(findings));
        findings.families().forEach(this::writeFamily);
        writeReading();
        page.close().close().close();
        return page.document();
    }

    private void writeHeader() {
        page.open("header").open("div", "inside").element("p", "brand", "Dovetail");
        if (findings.isOfTraining()) {
            page.element("h1", "Training against PyTorch and TensorFlow");
            page.element(
                    "p", "lead", "What a step of training takes, alone and beside its peers, and what an epoch does.");
        } else {
            page.element("h1", "Kernels against the machine");
            page.element(
                    "p",
                    "lead",
                    "What each kernel does in a second, and how much of what the machine could do that is.");
        }
        writeTiles();
        Page.facts(page, findings.facts());
        page.close();
        Page.joint(page);
        page.close();
    }

    private void writeTiles() {
        OptionalDouble peak = machine.peak(1);
        List<Machine.Bandwidth> roofs = machine.roofs(1);
        OptionalDouble againstPeers = bestAgainstPeers();
        OptionalDouble steps = Training.of(findings).againstPeers();
        if (peak.isEmpty() && roofs.isEmpty() && againstPeers.isEmpty() && steps.isEmpty()) {
            return;
        }
        page.open("dl", "tiles");
        peak.ifPresent(flops -> Page.tile(
                page, Numbers.figure(flops / GIGA) + " GFLOP/s", "of fused multiply-adds is the peak of one thread"));
        if (!roofs.isEmpty()) {
            Machine.Bandwidth memory = roofs.getLast();
            String where = Numbers.bytes(memory.workingSet()) + " (" + memory.kind() + ")";
            Page.tile(
                    page, Numbers.figure(memory.bytes() / GIGA) + " GB/s", "is the most one thread moves in " + where);
        }
        againstPeers.ifPresent(mean -> Page.tile(
                page,
                KernelTable.ratio(mean) + " ×",
                "is the speed of our products against the fastest native peer, over all shapes"));
        steps.ifPresent(mean -> Page.tile(
                page,
                KernelTable.ratio(mean) + " ×",
                "is the speed of our training step against the fastest peer, over all sizes"));
        page.close();
    }

    /** The geometric mean over the cases of products, of alternating rounds if there were any. */
    private OptionalDouble bestAgainstPeers() {
        if (!findings.duels().isEmpty()) {
            return Figure.geometricMean(findings.duels().getFirst().ratiosToTheFastest());
        }
        List<Kernel> products = Kernel.of(findings.results().stream()
                .filter(result -> result.family().contains("Gemm"))
                .toList());
        return Comparison.of(products).stream()
                .filter(comparison -> comparison.ratios().containsKey(Comparison.BEST))
                .map(comparison -> Figure.geometricMean(comparison.ratios().getOrDefault(Comparison.BEST, List.of())))
                .findFirst()
                .orElse(OptionalDouble.empty());
    }

    private void writeLimits() {
        page.open("section").element("h2", "The limits of this machine");
        page.element("p", "Measured like everything else here; the other figures are shares of these.");
        page.open("div", "columns");
        for (Kernel kernel : findings.limitsByKind()) {
            writeFigure(kernel, NONE);
        }
        page.close().close();
    }

    private void writeDuel(Duel duel) {
        page.open("section").element("h2", duel.title());
        page.element(
                "p",
                "All sides take turns in one JVM, so that none has the quieter machine. A ratio is the median over the"
                        + " rounds; above 1 we are faster. Shapes are m × n × k.");
        page.open("div", "card");
        Page.table(page, Comparison.head(), duel.summary());
        page.close().open("div", "columns");
        duel.groups().forEach((group, bouts) -> {
            page.open("figure", "card").element("figcaption", group);
            new SvgRatios(duel.title() + ": " + group, bouts).draw(page);
            page.close();
        });
        page.close().open("details").element("summary", "Figures of all sides");
        Page.table(page, duel.head(), duel.rows());
        page.close().close();
    }

    private void writeTraining(Training training) {
        training.sections().forEach(this::writeSection);
        if (!training.steps().isEmpty()) {
            page.open("section").element("h2", "The steps side by side").open("div", "columns");
            Kernel.of(training.steps()).forEach(kernel -> writeFigure(kernel, machine));
            page.close().close();
        }
    }

    private void writeSection(Section section) {
        page.open("section").element("h2", section.title()).element("p", section.text());
        page.open("div", "card");
        Page.table(page, section.head(), section.rows());
        page.close();
        if (!section.notes().isEmpty()) {
            page.open("ul");
            section.notes().forEach(note -> page.element("li", note));
            page.close();
        }
        page.close();
    }

    private void writeFamily(String family, List<Kernel> kernels) {
        page.open("section").element("h2", family);
        List<List<String>> comparisons = Comparison.rows(kernels);
        if (!comparisons.isEmpty()) {
            page.open("div", "card");
            Page.table(page, Comparison.head(), comparisons);
            page.close();
        }
        writeRooflines(family, kernels);
        page.open("div", "columns");
        kernels.forEach(kernel -> kernel.parts(MOST_CASES).forEach(part -> writeFigure(part, machine)));
        page.close();
        for (Kernel kernel : kernels) {
            page.open("details").element("summary", "Figures of " + kernel.benchmark());
            KernelTable table = KernelTable.of(kernel, machine);
            Page.table(page, table.head(), table.rows());
            page.close();
        }
        page.close();
    }

    private void writeFigure(Kernel kernel, Machine limits) {
        Measure measure = Measure.of(kernel.results());
        String unit = measure == Measure.TIME ? "time of a call; longer is faster" : measure.unit(kernel.results());
        page.open("figure", "card");
        page.open("figcaption")
                .text(kernel.benchmark().substring(kernel.benchmark().indexOf('.') + 1));
        page.element("small", " " + unit + (kernel.fixed().isEmpty() ? "" : "; " + kernel.fixed()));
        page.close();
        new SvgBars(kernel, limits).draw(page);
        page.close();
    }

    /** One chart per size of team: roofs hold for one. */
    private void writeRooflines(String family, List<Kernel> kernels) {
        Map<Integer, List<Result>> teams = kernels.stream()
                .flatMap(kernel -> kernel.results().stream())
                .filter(SvgRoofline::fits)
                .collect(Collectors.groupingBy(Result::team, LinkedHashMap::new, Collectors.toList()));
        teams.forEach((team, points) -> {
            String title = "Roofline of " + family + (team == 1 ? ", one thread" : ", " + team + " threads");
            page.open("figure", "card wide").element("figcaption", title);
            writeLegend(points);
            new SvgRoofline(title, points, machine).draw(page);
            page.close();
        });
    }

    private void writeLegend(List<Result> points) {
        page.open("ul", "legend");
        List<String> backends = new ArrayList<>(points.stream()
                .sorted(Backend.order())
                .map(Result::backend)
                .distinct()
                .toList());
        for (String backend : backends) {
            page.open("li", Backend.style(backend));
            page.open("svg", "key").with("viewBox", "0 0 28 12").with("aria-hidden", "true");
            page.open("circle", "point").with("cx", 14).with("cy", 6).with("r", 4.5);
            page.close().close();
            page.element("span", backend.isEmpty() ? "ours" : backend).close();
        }
        page.close();
    }

    private void writeReading() {
        page.open("section").element("h2", "How to read this");
        page.open("div", "card").open("ul");
        page.element(
                "li",
                "A value is the median of the medians of the forks; whiskers go from the slowest fork to the fastest.");
        page.element(
                "li",
                "Longer bars are faster. Where a kernel counts its work the bar is that work in a second, elsewhere"
                        + " the speed relative to the fastest of the same case, with the time of a call beside it.");
        page.element(
                "li",
                "The share after a value is that of the limit which binds: the measured peak of fused multiply-adds,"
                    + " or the bandwidth measured with arrays as large as what one call moves, whichever the kernel is"
                    + " nearer to. Of a product the bytes are the least it must move.");
        page.element(
                "li",
                "A point of a roofline under the slope waits for memory, one under the flat roof for arithmetic.");
        page.close().close().close();
    }
}
