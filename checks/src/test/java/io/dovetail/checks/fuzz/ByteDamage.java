package io.dovetail.checks.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Flips, cuts, splices, and puts hostile numbers in place of little-endian ones: one to four such changes. */
final class ByteDamage implements Damage {

    private static final int MOST_CHANGES = 4;
    private static final int LONGEST_SPLICE = 200;
    private static final long[] HOSTILE = {
        0,
        1,
        -1,
        2,
        63,
        64,
        65,
        255,
        1 << 16,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 63,
        Long.MIN_VALUE,
        0x7fc00000,
        0x7f800000,
        0xff800000L,
        0x7ff8000000000000L
    };

    @Override
    public byte[] of(byte[] good, byte[] other, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
            bytes = changed(bytes, other, random);
        }
        return bytes;
    }

    private static byte[] changed(byte[] bytes, byte[] other, SplittableRandom random) {
        if (bytes.length == 0) {
            return other.clone();
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(10)) {
            case 0, 1 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
            case 2 -> set(bytes, at, random.nextInt());
            case 3, 4 -> number(bytes, at, Integer.BYTES, hostile(random));
            case 5, 6 -> number(bytes, at, Long.BYTES, hostile(random));
            case 7 -> near(bytes, at, random.nextInt(-8, 9));
            case 8 -> random.nextBoolean() ? Arrays.copyOf(bytes, at) : Arrays.copyOfRange(bytes, at, bytes.length);
            default -> splice(bytes, at, other, random);
        };
    }

    private static long hostile(SplittableRandom random) {
        return HOSTILE[random.nextInt(HOSTILE.length)];
    }

    private static byte[] set(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        return bytes;
    }

    /** Numbers mostly begin at multiples of their size; of those that do not, a shifted one is met by the other changes. */
    private static byte[] number(byte[] bytes, int at, int size, long value) {
        int from = at / Integer.BYTES * Integer.BYTES;
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        number.putLong(0, value);
        number.get(0, bytes, from, Math.min(size, bytes.length - from));
        return bytes;
    }

    /** A number that is a little greater or less. */
    private static byte[] near(byte[] bytes, int at, int by) {
        int from = at / Integer.BYTES * Integer.BYTES;
        if (from + Integer.BYTES > bytes.length) {
            return set(bytes, at, bytes[at] + by);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(from, buffer.getInt(from) + by);
        return bytes;
    }

    /** Some bytes of the other file in place of some of this one's; either may be none. */
    private static byte[] splice(byte[] bytes, int at, byte[] other, SplittableRandom random) {
        int removed = random.nextInt(Math.min(LONGEST_SPLICE, bytes.length - at) + 1);
        int from = random.nextInt(other.length + 1);
        int added = random.nextInt(Math.min(LONGEST_SPLICE, other.length - from) + 1);
        byte[] spliced = new byte[bytes.length - removed + added];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(other, from, spliced, at, added);
        System.arraycopy(bytes, at + removed, spliced, at + added, bytes.length - at - removed);
        return spliced;
    }
}
