package io.dovetail.index.live;

import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * What a directory holds. A {@link SectionFile} of kind {@code live}, version 1, with one section:
 *
 * <pre>
 * state   longs   generation: the files index-GENERATION.ivfpq and log-GENERATION.wal
 *                 the bits of the float32 squared distance to a centroid beyond which a vector is far
 *                 of the vectors in the file, how many were written since training, and how many of them are far
 * </pre>
 *
 * @param generation number of the files, at least 1
 * @param usualDistance squared distance beyond which a vector is far
 * @param drift of the vectors in the file
 */
record Manifest(long generation, float usualDistance, Drift drift) {

    static final String NAME = "MANIFEST";

    private static final String KIND = "live";
    private static final int VERSION = 1;
    private static final String STATE = "state";

    static Manifest read(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.load(directory.resolve(NAME), KIND, VERSION, arena);
            long[] state = file.longs(STATE);
            if (state.length != 4
                    || state[0] < 1
                    || state[1] != (int) state[1]
                    || state[3] < 0
                    || state[2] < state[3]) {
                throw file.malformed(STATE, "a generation, a distance and two counts", state.length + " others");
            }
            return new Manifest(state[0], Float.intBitsToFloat((int) state[1]), new Drift(state[2], state[3]));
        }
    }

    /** Takes the place of the one that is there: in one step, before this returns. */
    void write(Path directory) throws IOException {
        LiveDirectory.force(directory); // the files it names are on the disk before it names them
        try (SectionFileWriter writer = new SectionFileWriter(directory.resolve(NAME), KIND, VERSION)) {
            writer.longs(STATE, generation, Float.floatToIntBits(usualDistance), drift.written(), drift.far());
            writer.commit();
        }
        LiveDirectory.force(directory);
    }
}
