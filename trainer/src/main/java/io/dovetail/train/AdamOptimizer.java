package io.dovetail.train;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.AdamStep;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.ModelFile;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.RowOrigins;
import io.dovetail.model.Stage;
import io.dovetail.model.TowerGradients;
import io.dovetail.model.TrainingMemory;
import io.dovetail.model.TrainingMemory.Moments;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Adam (Kingma and Ba, 2015). Weights change at each step; of embedding tables only the rows that the batch looked up,
 * with bias corrections by the global step ("lazy" Adam). Not thread-safe.
 */
final class AdamOptimizer {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    /** Parts that the rows of a table are cut into. */
    private static final int TABLE_PARTS = 4;

    private final TrainSpec spec;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private final Stage updates;

    private final AdamStep weightStep;
    private final AdamStep tableStep;

    /**
     * An optimizer that has made no step.
     *
     * @param engine what to compute on
     * @param memory of the parameters and their moments
     * @param spec learning rates and decay
     * @param model what to update
     * @param gradients hands out the gradients of all parameters, the same objects at each step
     */
    AdamOptimizer(
            Engine engine,
            TrainingMemory memory,
            TrainSpec spec,
            TwoTower model,
            Consumer<TowerGradients.Visitor> gradients) {
        this.spec = spec;
        for (Parameter parameter : model.parameters()) {
            moments.put(parameter.name(), memory.moments(parameter));
        }
        weightStep = new AdamStep(spec.learningRate(), BETA1, BETA2, EPSILON, spec.weightDecay(), 1);
        tableStep = new AdamStep(spec.learningRate(), BETA1, BETA2, EPSILON, spec.weightDecay(), 1);
        updates = new Stage(engine, parts(gradients));
    }

    private List<Stage.Part> parts(Consumer<TowerGradients.Visitor> gradients) {
        List<Stage.Part> parts = new ArrayList<>();
        gradients.accept(new TowerGradients.Visitor() {
            @Override
            public void rows(Parameter parameter, RowGradients rows) {
                for (int part = 0; part < TABLE_PARTS; part++) {
                    parts.add(tablePart(parameter, rows, part));
                }
            }

            @Override
            public void all(Parameter parameter, Matrix gradient) {
                parts.add(weightPart(parameter, gradient));
            }
        });
        return parts;
    }

    private Stage.Part weightPart(Parameter parameter, Matrix gradient) {
        Moments state = moments(parameter);
        Matrix value = parameter.value();
        return engine -> engine.kernels()
                .optimizers()
                .adam(engine.workers(), weightStep, value, gradient, state.first(), state.second());
    }

    private Stage.Part tablePart(Parameter parameter, RowGradients rows, int part) {
        Moments state = moments(parameter);
        return engine -> engine.kernels()
                .optimizers()
                .adamRows(
                        engine.workers(),
                        tableStep,
                        parameter.value(),
                        rows.rows(),
                        (int) ((long) rows.count() * part / TABLE_PARTS),
                        (int) ((long) rows.count() * (part + 1) / TABLE_PARTS),
                        rows.gradients(),
                        state.first(),
                        state.second());
    }

    /**
     * Updates all parameters by the gradients as they stand.
     *
     * @param number of the step, from 1
     * @param factor of the learning rate, by the schedule
     */
    void step(long number, float factor) {
        float rate = spec.learningRate() * factor;
        weightStep.set(rate, number);
        tableStep.set(rate * spec.tableRate(), number);
        updates.run();
    }

    private Moments moments(Parameter parameter) {
        return Objects.requireNonNull(moments.get(parameter.name()));
    }

    /**
     * Writes the moments as sections {@code first/<name>} and {@code second/<name>}.
     *
     * @param writer receives them
     * @throws IOException if writing fails
     */
    void write(SectionFileWriter writer) throws IOException {
        for (Map.Entry<String, Moments> entry : moments.entrySet()) {
            writer.matrix("first/" + entry.getKey(), entry.getValue().first());
            writer.matrix("second/" + entry.getKey(), entry.getValue().second());
        }
    }

    /**
     * Reads the moments back.
     *
     * @param file holds them
     * @throws CorruptFileException if one is missing or has another shape
     */
    void read(SectionFile file) throws CorruptFileException {
        for (Map.Entry<String, Moments> entry : moments.entrySet()) {
            ModelFile.readMatrix(
                    file, "first/" + entry.getKey(), entry.getValue().first());
            ModelFile.readMatrix(
                    file, "second/" + entry.getKey(), entry.getValue().second());
        }
    }

    /**
     * Takes over moments of an earlier model; rows that are new keep theirs of 0.
     *
     * @param file holds them, as {@link #write} wrote them
     * @param origins from the earlier model to this one
     * @throws CorruptFileException if one is missing or has another shape
     */
    void goOnFrom(SectionFile file, RowOrigins origins) throws CorruptFileException {
        for (Map.Entry<String, Moments> entry : moments.entrySet()) {
            String name = entry.getKey();
            origins.copy(
                    name,
                    origins.ofEarlier(file, "first/" + name, name),
                    entry.getValue().first());
            origins.copy(
                    name,
                    origins.ofEarlier(file, "second/" + name, name),
                    entry.getValue().second());
        }
    }
}
