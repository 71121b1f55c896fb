package io.dovetail.index.live;

import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Random;

/** Numbered writes that a process can be told to do, and another knows without being told. */
record CrashScript(long seed, int dimension) {

    private static final int IDS = 400;

    private Random random(int number) {
        return new Random(seed * 1_000_003 + number);
    }

    private boolean removes(int number) {
        return number % 4 == 3;
    }

    private long[] ids(int number) {
        Random random = random(number);
        return random.longs(1 + random.nextInt(8), 0, IDS).toArray();
    }

    private float[][] vectors(int number) {
        Random random = random(~number);
        float[][] vectors = new float[ids(number).length][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    void write(int number, LiveIndex live) throws IOException {
        if (removes(number)) {
            live.remove(ids(number));
        } else {
            try (Arena arena = Arena.ofConfined()) {
                live.upsert(ids(number), Matrix.copyOf(arena, vectors(number)));
            }
        }
    }

    /** Does the same to a map. {@return how many records that was: a removal of nothing is none} */
    int write(int number, Map<Long, float[]> map) {
        long[] ids = ids(number);
        if (removes(number)) {
            int before = map.size();
            for (long id : ids) {
                map.remove(id);
            }
            return map.size() == before ? 0 : 1;
        }
        float[][] vectors = vectors(number);
        for (int i = 0; i < ids.length; i++) {
            map.put(ids[i], vectors[i]);
        }
        return 1;
    }
}
