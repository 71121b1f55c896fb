package io.dovetail.app.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.dovetail.kernels.SparseMatrix;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a tower's model in ONNX Runtime. */
public final class OnnxRunner {
    private OnnxRunner() {}

    /**
     * Runs a model.
     *
     * @param model its file
     * @param blocks names of the blocks
     * @param batch what each block looks up
     * @return the vectors
     */
    public static float[][] run(Path model, List<String> blocks, List<SparseMatrix> batch) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session = environment.createSession(model.toString())) {
            for (int b = 0; b < blocks.size(); b++) {
                SparseMatrix lookups = batch.get(b);
                inputs.put(blocks.get(b) + ".rows", OnnxTensor.createTensor(environment, rows(lookups)));
                inputs.put(blocks.get(b) + ".weights", OnnxTensor.createTensor(environment, weights(lookups)));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                return (float[][]) result.get(OnnxTower.OUTPUT).orElseThrow().getValue();
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static int widest(SparseMatrix lookups) {
        int widest = 0;
        for (int row = 0; row < lookups.rows(); row++) {
            widest = Math.max(widest, lookups.start(row + 1) - lookups.start(row));
        }
        return widest;
    }

    private static long[][] rows(SparseMatrix lookups) {
        long[][] rows = new long[lookups.rows()][widest(lookups)];
        for (int row = 0; row < rows.length; row++) {
            for (int e = lookups.start(row); e < lookups.start(row + 1); e++) {
                rows[row][e - lookups.start(row)] = lookups.columns()[e];
            }
        }
        return rows;
    }

    private static float[][] weights(SparseMatrix lookups) {
        float[][] weights = new float[lookups.rows()][widest(lookups)];
        for (int row = 0; row < weights.length; row++) {
            for (int e = lookups.start(row); e < lookups.start(row + 1); e++) {
                weights[row][e - lookups.start(row)] = lookups.values()[e];
            }
        }
        return weights;
    }
}
