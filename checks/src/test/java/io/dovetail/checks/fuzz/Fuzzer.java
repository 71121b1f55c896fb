package io.dovetail.checks.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Gives damaged files to a reader, and judges what it does: it reads the file or refuses it by an {@link IOException} whose
 * message names the file, and takes no more memory than a good file and the size of this one explain. Everything else is a
 * failure. Which file comes depends on the seed, the target's name and the number of the case alone.
 */
final class Fuzzer {

    /** An exception, its message and its trace take some of the heap. */
    private static final long SLACK = 64 << 10;

    private static final int TRIES = 5;
    private static final int EXAMPLES = 10;

    private final Target target;
    private final long seed;
    private final Path failures;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<String, String> found = new TreeMap<>();
    private long allowed;
    private long allowedOffHeap;
    private long read;
    private long refused;

    /**
     * A fuzzer of a reader.
     *
     * @param target the reader
     * @param seed chooses the files
     * @param failures folder that keeps the files that make it fail
     */
    Fuzzer(Target target, long seed, Path failures) {
        this.target = target;
        this.seed = seed;
        this.failures = failures;
    }

    /** Reads the good files, which must work, to know what memory that takes. */
    void begin() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            for (byte[] good : target.seeds()) {
                Files.write(target.file(), good);
                long before = threads.getCurrentThreadAllocatedBytes();
                try (BoundedArena arena = new BoundedArena(Long.MAX_VALUE)) {
                    target.reading().read(arena);
                    allowedOffHeap = Math.max(allowedOffHeap, arena.given());
                }
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                allowed = Math.max(allowed, i == 0 ? 0 : allocated); // the first loads classes
            }
        }
    }

    /** Tries the cases of these numbers. */
    void run(long from, long to) throws IOException {
        for (long i = from; i < to; i++) {
            byte[] input = input(i);
            String failure = failure(input);
            for (int again = 1; !failure.isEmpty() && again < TRIES; again++) {
                failure = failure(input); // the first time classes may have been loaded
            }
            if (!failure.isEmpty() && found.size() < EXAMPLES && !found.containsKey(key(failure))) {
                Path kept = failures.resolve(target.name().replace(' ', '-') + "-" + i);
                Files.createDirectories(failures);
                Files.write(kept, input);
                found.put(key(failure), "case " + i + ", " + kept + ": " + failure);
            }
        }
    }

    /** {@return what failed, an example of each kind} */
    Map<String, String> found() {
        return found;
    }

    /** {@return how many files were read and refused} */
    String counts() {
        return target.name() + ": " + read + " read, " + refused + " refused";
    }

    private byte[] input(long number) {
        SplittableRandom random = new SplittableRandom(seed * 31 + target.name().hashCode() + (number << 32));
        byte[] good = target.seeds().get(random.nextInt(target.seeds().size()));
        byte[] other = target.seeds().get(random.nextInt(target.seeds().size()));
        return target.damage().of(good, other, random);
    }

    /** {@return what is wrong with how a file was read, or nothing} */
    private String failure(byte[] input) throws IOException {
        Files.write(target.file(), input);
        long before = threads.getCurrentThreadAllocatedBytes();
        String message = "";
        try (BoundedArena arena = new BoundedArena(allowedOffHeap + (long) target.factor() * input.length)) {
            target.reading().read(arena);
            read++;
        } catch (IOException e) {
            refused++;
            message = String.valueOf(e.getMessage());
            if (!message.contains(String.valueOf(target.file().getParent())) || !message.contains(": ")) {
                return trace(e);
            }
        } catch (Throwable t) { // of whatever kind: it is what is looked for
            return trace(t);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long most = allowed + SLACK + (long) target.factor() * input.length;
        if (allocated > most) {
            return "allocated " + allocated + " bytes for a file of " + input.length + ", more than " + most + "; "
                    + message;
        }
        return "";
    }

    /** {@return the exception and where it was thrown, or the message without its numbers} */
    private static String key(String failure) {
        List<String> lines = failure.lines().toList();
        return lines.size() > 2 ? lines.get(0).replaceAll(":.*", "") + lines.get(1) : failure.replaceAll("\\d+", "N");
    }

    private static String trace(Throwable t) {
        StringWriter text = new StringWriter();
        t.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
