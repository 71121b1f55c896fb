package io.dovetail.checks.fuzz;

import java.util.SplittableRandom;

/** Makes a bad file of a good one. */
@FunctionalInterface
interface Damage {

    /**
     * Damages a file.
     *
     * @param good the bytes of a file; not changed
     * @param other those of another good file of the same kind, or of the same one
     * @param random chooses what to do
     * @return the bytes of the damaged file
     */
    byte[] of(byte[] good, byte[] other, SplittableRandom random);

    /** {@return this or, for that share of the files, the other damage} */
    default Damage or(double share, Damage instead) {
        return (good, other, random) -> (random.nextDouble() < share ? instead : this).of(good, other, random);
    }
}
