package io.dovetail.index.live;

import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Progress;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that is to be killed: writes to a live index and tells after each write that it has returned, while another thread
 * compacts and swaps without a pause.
 */
final class CrashChild {

    private CrashChild() {}

    /** Arguments: directory, seed, dimension, number of the first write, milliseconds of the interval of forces. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        CrashScript script = new CrashScript(Long.parseLong(args[1]), Integer.parseInt(args[2]));
        Durability durability = Durability.interval(Duration.ofMillis(Long.parseLong(args[4])));
        LiveIndex live = LiveIndex.open(directory, durability, Kernels.scalar());
        Thread maintenance = new Thread(() -> maintain(live, directory.resolveSibling("swap.ivfpq")));
        maintenance.setDaemon(true);
        maintenance.start();
        try (FileOutputStream out = new FileOutputStream("/dev/stdout")) {
            for (int number = Integer.parseInt(args[3]); ; number++) {
                script.write(number, live);
                out.write(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
            }
        }
    }

    private static void maintain(LiveIndex live, Path file) {
        try (Workers workers = Workers.of(1)) {
            for (int round = 0; ; round++) {
                if (round % 3 == 2) {
                    swap(live, file, workers);
                } else {
                    live.compact(workers);
                }
                Thread.sleep(5);
            }
        } catch (Throwable thrown) {
            Runtime.getRuntime().halt(1); // ends the process otherwise than by being killed, which fails the test
        }
    }

    private static void swap(LiveIndex live, Path file, Workers workers) throws IOException {
        try (Arena arena = Arena.ofShared();
                Mark mark = live.mark()) {
            Contents contents = live.contents(arena);
            IvfPqSpec spec = new IvfPqSpec(4, live.dimension() / 2, 4, 500, 1, 1);
            new IvfPqBuilder(spec, workers, Kernels.scalar(), Progress.none())
                    .build(contents.vectors(), contents.ids(), live.fingerprint(), file);
            live.swap(file, mark);
        }
    }
}
