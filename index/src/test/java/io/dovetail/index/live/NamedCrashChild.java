package io.dovetail.index.live;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that is to be killed: writes a new name and a known one at a time, and tells when they are written. */
final class NamedCrashChild {

    static final int DIMENSION = 4;

    private NamedCrashChild() {}

    static float[] vector(int number) {
        return new float[] {number, number % 7, -number, 1};
    }

    /** Arguments: directory, number of the first write. */
    public static void main(String[] args) throws Exception {
        try (NamedLiveIndex live = NamedLiveIndex.open(
                        Path.of(args[0]), Durability.interval(Duration.ofDays(1)), Kernels.scalar());
                FileOutputStream out = new FileOutputStream("/dev/stdout");
                Workers workers = Workers.of(1)) {
            for (int number = Integer.parseInt(args[1]); ; number++) {
                write(live, number);
                out.write(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
                if (number % 50 == 49) {
                    live.compact(workers);
                }
            }
        }
    }

    private static void write(NamedLiveIndex live, int number) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            live.upsert(
                    List.of("item-" + number, "last"),
                    Matrix.copyOf(arena, new float[][] {vector(number), vector(number)}));
        }
    }
}
