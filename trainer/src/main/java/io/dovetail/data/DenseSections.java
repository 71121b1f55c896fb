package io.dovetail.data;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The sections of a {@link DatasetFile} that keep the numbers and vectors of a side. */
final class DenseSections {
    private DenseSections() {}

    static void write(SectionFileWriter writer, String side, List<DenseFeature> features) throws IOException {
        writer.strings(
                side + ".dense", features.stream().map(DenseFeature::name).toList());
        for (int i = 0; i < features.size(); i++) {
            DenseFeature feature = features.get(i);
            String prefix = side + ".d." + i;
            writer.longs(
                    prefix + ".scale",
                    Double.doubleToRawLongBits(feature.mean()),
                    Double.doubleToRawLongBits(feature.deviation()));
            writer.matrix(prefix + ".values", feature.values());
        }
    }

    static List<DenseFeature> read(SectionFile file, String side, int entities) throws CorruptFileException {
        List<DenseFeature> features = new ArrayList<>();
        if (file.version() == 1) {
            return features;
        }
        Vocabulary names = SectionChecks.vocabulary(file, side + ".dense");
        for (int i = 0; i < names.size(); i++) {
            String prefix = side + ".d." + i;
            long[] scale = file.longs(prefix + ".scale");
            SectionChecks.requireCount(file, prefix + ".scale", scale.length, 2);
            double mean = Double.longBitsToDouble(scale[0]);
            double deviation = Double.longBitsToDouble(scale[1]);
            if (!Double.isFinite(mean) || !Double.isFinite(deviation) || deviation <= 0) {
                throw file.malformed(prefix + ".scale", "a mean and a deviation", mean + " and " + deviation);
            }
            features.add(new DenseFeature(names.id(i), mean, deviation, values(file, prefix + ".values", entities)));
        }
        return features;
    }

    private static Matrix values(SectionFile file, String section, int entities) throws CorruptFileException {
        Matrix stored = file.matrix(section);
        SectionChecks.requireCount(file, section, stored.rows(), entities);
        if (stored.cols() < 1) {
            throw file.malformed(section, "a dimension of at least 1", Integer.toString(stored.cols()));
        }
        Matrix values = DenseFeature.allocate(stored.rows(), stored.cols());
        for (int n = 0; n < stored.rows(); n++) {
            for (int j = 0; j < stored.cols(); j++) {
                if (!Float.isFinite(stored.get(n, j))) {
                    throw file.malformed(section, "finite numbers", stored.get(n, j) + " in row " + n);
                }
                values.set(n, j, stored.get(n, j));
            }
        }
        return values;
    }
}
