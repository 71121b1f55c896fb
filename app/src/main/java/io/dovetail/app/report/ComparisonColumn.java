package io.dovetail.app.report;

import io.dovetail.app.report.ComparisonData.Figures;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonTable.Cell;
import io.dovetail.app.report.ComparisonTable.Kind;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A column of estimates, one for each model; the greatest mean is the best.
 *
 * @param title its head
 * @param factor what its numbers are multiplied by
 * @param estimate of a model's figures
 */
record ComparisonColumn(String title, double factor, Function<Figures, Estimate> estimate) {

    static ComparisonColumn of(Measure measure, Function<Figures, Estimates> part) {
        return new ComparisonColumn(
                measure.title(), 1, figures -> part.apply(figures).of(measure));
    }

    /** MRR as the DAT paper prints it. */
    static ComparisonColumn tenfoldMrr(Function<Figures, Estimates> part) {
        return new ComparisonColumn(
                "MRR ×10", 10, figures -> part.apply(figures).of(Measure.MRR));
    }

    ComparisonColumn titled(String other) {
        return new ComparisonColumn(other, factor, estimate);
    }

    /** The heads, that of the models first. */
    static List<String> heads(List<ComparisonColumn> columns) {
        List<String> heads = new ArrayList<>(List.of("model"));
        columns.forEach(column -> heads.add(column.title));
        return heads;
    }

    /** A row for each model, which begins with its title. */
    static List<List<Cell>> rows(List<Model> models, List<ComparisonColumn> columns) {
        List<List<Cell>> cells =
                columns.stream().map(column -> column.cells(models)).toList();
        List<List<Cell>> rows = new ArrayList<>();
        for (int m = 0; m < models.size(); m++) {
            List<Cell> row = new ArrayList<>(List.of(Cell.words(models.get(m).title())));
            for (List<Cell> column : cells) {
                row.add(column.get(m));
            }
            rows.add(row);
        }
        return rows;
    }

    /** The cells of models with or without figures, in their order. */
    List<Cell> cells(List<Model> models) {
        List<Optional<Estimate>> estimates =
                models.stream().map(model -> model.figures().map(estimate)).toList();
        double best = estimates.stream()
                .flatMap(Optional::stream)
                .mapToDouble(Estimate::mean)
                .max()
                .orElse(Double.NaN);
        return estimates.stream()
                .map(value -> value.map(found -> cell(found, best)).orElse(Cell.figure("–")))
                .toList();
    }

    private Cell cell(Estimate value, double best) {
        String interval = Double.isNaN(value.margin()) || value.margin() == 0
                ? ""
                : "± " + Numbers.figure(factor * value.margin());
        return new Cell(
                Numbers.figure(factor * value.mean()), interval, value.mean() == best ? Kind.BEST : Kind.FIGURE);
    }
}
