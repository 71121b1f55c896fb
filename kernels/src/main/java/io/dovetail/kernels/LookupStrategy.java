package io.dovetail.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import jdk.incubator.vector.ByteVector;

/**
 * How table entries are looked up. Hardware forces the choice: a table of 256 bytes fills four 512-bit registers, which
 * two two-table byte permutes read (AVX-512 VBMI); a table of 16 bytes fits any register.
 *
 * @param wide whether tables of 256 entries are read by permutes
 * @param narrow whether tables of 16 entries are read by shuffles
 * @param reason why
 */
record LookupStrategy(boolean wide, boolean narrow, String reason) {

    private static final int WIDE_BITS = 512;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** What suits the vector width of this JVM and the CPU. */
    static LookupStrategy ofThisMachine() {
        int bits = ByteVector.SPECIES_PREFERRED.vectorBitSize();
        if (bits < WIDE_BITS) {
            return new LookupStrategy(false, true, "256 entries need 512-bit vectors, here " + bits);
        }
        return bytePermutes()
                ? new LookupStrategy(true, true, "512-bit VBMI")
                : new LookupStrategy(false, false, "512-bit vectors without VBMI; try -XX:MaxVectorSize=32");
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

    /** One phrase for {@link Kernels#describe()}. */
    String describe() {
        return "8-bit look-ups: " + (wide ? "two 2-table selectFrom" : "scalar") + ", 4-bit: "
                + (narrow ? "16-entry shuffles" : "scalar") + " (" + reason + ")";
    }
}
