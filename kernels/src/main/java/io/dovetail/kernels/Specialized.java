package io.dovetail.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Objects;

/**
 * One source, several classes: a kernel defined anew, as a hidden class, for each set of numbers that C2 must take for constants.
 * The kernel reads its numbers in a static initializer, so that a static final field of it is what a literal would be.
 */
final class Specialized {

    private Specialized() {}

    /**
     * Defines the lookup's class once more, and makes an instance of that.
     *
     * @param pattern lookup of the class, which has a constructor without parameters
     * @param type what it is used as
     * @param constants for {@link #constants}
     * @return the instance
     */
    static <T> T of(MethodHandles.Lookup pattern, Class<T> type, int... constants) {
        Class<?> source = pattern.lookupClass();
        String name = source.getSimpleName() + ".class";
        try (InputStream code = Objects.requireNonNull(source.getResourceAsStream(name), name)) {
            MethodHandles.Lookup specialized =
                    pattern.defineHiddenClassWithClassData(code.readAllBytes(), constants, true);
            return type.cast(specialized.lookupClass().getDeclaredConstructor().newInstance());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot specialize " + name, e);
        }
    }

    /**
     * What a class was defined with.
     *
     * @param self lookup of the class
     * @param count how many numbers
     * @return the numbers; zeros for the class that only serves as the pattern
     */
    static int[] constants(MethodHandles.Lookup self, int count) {
        try {
            int[] constants = MethodHandles.classData(self, "_", int[].class);
            return constants == null ? new int[count] : constants;
        } catch (IllegalAccessException e) {
            throw new LinkageError("class data of " + self.lookupClass(), e);
        }
    }
}
