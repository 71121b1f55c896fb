package io.dovetail.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.ByteVector;

/**
 * How table entries are looked up, for each width of a code. Hardware forces the choice: a permute reads a table of one
 * or two vectors, so that tables of up to four vectors take at most two permutes; a larger one is read by scalar loads.
 * Chosen once.
 */
final class LookupStrategy {

    private static final int LEAST_BITS = CodeShape.LEAST_BITS;
    private static final int MOST_BITS = CodeShape.MOST_BITS;
    private static final int WIDEST = 64;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private record Choice(LookupSums sums, String how) {}

    private final List<Choice> choices = new ArrayList<>();
    private final String reason;

    private LookupStrategy(String reason) {
        this.reason = reason;
    }

    /** What suits the vector width of this JVM and the CPU. */
    static LookupStrategy ofThisMachine() {
        return of(ByteVector.SPECIES_PREFERRED.length(), bytePermutes());
    }

    /**
     * The choice for a vector length.
     *
     * @param lanes bytes of a vector: 16, 32 or 64
     * @param bytePermutes whether 512-bit permutes of bytes are one instruction
     * @return the choice
     */
    static LookupStrategy of(int lanes, boolean bytePermutes) {
        int width = lanes * Byte.SIZE;
        if (lanes == WIDEST && !bytePermutes) {
            return scalar("512-bit vectors without VBMI; try -XX:MaxVectorSize=32");
        }
        LookupStrategy strategy = new LookupStrategy(width + "-bit " + (lanes == WIDEST ? "VBMI" : "permutes"));
        for (int bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
            strategy.choices.add(choice(bits, lanes));
        }
        return strategy;
    }

    /** Scalar look-ups for all codes. */
    static LookupStrategy scalar(String reason) {
        LookupStrategy strategy = new LookupStrategy(reason);
        for (int bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
            strategy.choices.add(scalarChoice(bits));
        }
        return strategy;
    }

    private static Choice choice(int bits, int lanes) {
        if (bits == LEAST_BITS) {
            return new Choice(PermutedSums.of(bits), "16-entry permutes");
        }
        return switch ((1 << bits) / lanes) {
            case 0, 1 -> new Choice(PermutedSums.of(bits), "1-table permute");
            case 2 -> new Choice(PermutedSums.of(bits), "2-table permute");
            case 4 -> new Choice(PermutedSums.of(bits), "two 2-table permutes");
            default -> scalarChoice(bits);
        };
    }

    private static Choice scalarChoice(int bits) {
        return new Choice(new ScalarLookupSums(bits), "scalar");
    }

    /**
     * Whether 512-bit byte permutes are one instruction. Without it (Intel before Ice Lake) the JVM runs them as Java
     * code, far slower than the scalar kernel. Where the system does not tell, the CPU is taken to be a newer one.
     */
    private static boolean bytePermutes() {
        if (!Files.isReadable(CPU_INFO)) {
            return true;
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(flags -> flags.contains("avx512vbmi") || flags.contains("avx512_vbmi"))
                    .orElse(true);
        } catch (IOException | UncheckedIOException e) {
            return true;
        }
    }

    /**
     * The kernel for a code.
     *
     * @param bits in [4, 8]
     * @return the kernel
     */
    LookupSums sums(int bits) {
        return choices.get(bits - LEAST_BITS).sums();
    }

    /** One phrase for {@link Kernels#describe()}. */
    String describe() {
        StringBuilder text = new StringBuilder("look-ups by bits of a code:");
        for (int bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
            text.append(' ')
                    .append(bits)
                    .append(": ")
                    .append(choices.get(bits - LEAST_BITS).how())
                    .append(',');
        }
        text.setLength(text.length() - 1);
        return text.append(" (").append(reason).append(')').toString();
    }
}
