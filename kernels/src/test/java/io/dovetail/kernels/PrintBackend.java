package io.dovetail.kernels;

/** Run in a JVM of its own by {@link KernelsTest}. */
final class PrintBackend {

    private PrintBackend() {}

    public static void main(String[] arguments) {
        Kernels kernels = arguments[0].equals("vector") ? Kernels.vector() : Kernels.best();
        System.out.println(kernels.describe());
    }
}
