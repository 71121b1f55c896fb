package io.dovetail.jmh.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * A shared library in the folder of the peers. It stays loaded to the end of the process, as the threads of an OpenMP
 * runtime do not survive its unloading.
 *
 * @param file name of its file
 * @param symbols what it exports
 */
record NativeLibrary(String file, SymbolLookup symbols) {

    private static final String FOLDER = "dovetail.peers";
    private static final String FETCH = "mvn -Ppeers -pl jmh dependency:unpack@peers";
    private static final long LONGEST_TEXT = 1024;

    /** What makes a peer choose other kernels than it would by itself. */
    private static final Set<String> HANDICAPS = Set.of(
            "OPENBLAS_CORETYPE",
            "OPENBLAS_L2_SIZE",
            "MKL_ENABLE_INSTRUCTIONS",
            "MKL_DEBUG_CPU_TYPE",
            "MKL_CBWR",
            "ONEDNN_MAX_CPU_ISA",
            "DNNL_MAX_CPU_ISA",
            "ONEDNN_VERBOSE",
            "DNNL_VERBOSE");

    /**
     * Loads libraries, each after those it needs.
     *
     * @param files names of files; what they need is given before them
     * @return the last one
     */
    static NativeLibrary open(String... files) {
        requireNoHandicap();
        Path folder = folder();
        NativeLibrary library = null;
        for (String file : files) {
            Path path = folder.resolve(file);
            if (!Files.exists(path)) {
                throw new IllegalStateException("peers: there is no " + path + "; fetch the libraries with \"" + FETCH
                        + "\", or name their folder with -D" + FOLDER + "=FOLDER");
            }
            library = new NativeLibrary(file, load(path));
        }
        if (library == null) {
            throw new IllegalArgumentException("no library named");
        }
        return library;
    }

    /**
     * A call that is not timed, with a descriptor made from the arguments.
     *
     * @param function name of a function that returns an int, or nothing
     * @param arguments each an Integer, Long, Float or MemorySegment
     * @return what it returned; meaningless if it returns nothing
     */
    int call(String function, Object... arguments) {
        return (int) invoke(FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts(arguments)), function, arguments);
    }

    /** As {@link #call}, of a function that returns a pointer, to so many bytes. */
    MemorySegment pointer(long bytes, String function, Object... arguments) {
        return sized(
                (MemorySegment)
                        invoke(FunctionDescriptor.of(ValueLayout.ADDRESS, layouts(arguments)), function, arguments),
                bytes);
    }

    /** As {@link #call}, of a function that returns a text. */
    String text(String function) {
        return pointer(LONGEST_TEXT, function).getString(0);
    }

    /** {@return the address of a function} */
    MemorySegment address(String function) {
        return symbols.find(function)
                .orElseThrow(() -> new IllegalStateException("peers: " + file + " has no " + function));
    }

    /**
     * A handle that takes the address of the function as its first argument: it can be a constant, which the compiler
     * then inlines, before any library is loaded.
     *
     * @param descriptor what the function takes and returns
     * @return the handle
     */
    @SuppressWarnings("restricted") // calling C is what this package is for
    static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    /** What a call through a handle must declare, though C throws nothing. */
    static AssertionError impossible(Throwable thrown) {
        return new AssertionError("C does not throw", thrown);
    }

    private Object invoke(FunctionDescriptor descriptor, String function, Object... arguments) {
        try {
            return handle(descriptor).bindTo(address(function)).invokeWithArguments(arguments);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    private static MemoryLayout[] layouts(Object... arguments) {
        return Arrays.stream(arguments)
                .map(argument -> switch (argument) {
                    case Integer _ -> ValueLayout.JAVA_INT;
                    case Long _ -> ValueLayout.JAVA_LONG;
                    case Float _ -> ValueLayout.JAVA_FLOAT;
                    case MemorySegment _ -> ValueLayout.ADDRESS;
                    default -> throw new IllegalArgumentException("no C type for " + argument);
                })
                .toArray(MemoryLayout[]::new);
    }

    @SuppressWarnings("restricted") // loading C is what this package is for
    private static SymbolLookup load(Path path) {
        return SymbolLookup.libraryLookup(path, Arena.global());
    }

    @SuppressWarnings("restricted") // C does not tell the size of what it returns
    static MemorySegment sized(MemorySegment pointer, long bytes) {
        return pointer.reinterpret(bytes);
    }

    private static void requireNoHandicap() {
        Set<String> handicaps = new TreeSet<>(System.getenv().keySet());
        handicaps.retainAll(HANDICAPS);
        if (!handicaps.isEmpty()) {
            throw new IllegalStateException("peers: the environment sets " + String.join(", ", handicaps)
                    + ", which makes a peer run other kernels than its best; start again with \"env -u "
                    + String.join(" -u ", handicaps) + " java ...\"");
        }
    }

    /** The folder asked for, or the one beside the jar of the benchmarks. */
    private static Path folder() {
        String asked = System.getProperty(FOLDER);
        if (asked != null) {
            return Path.of(asked).toAbsolutePath();
        }
        try {
            return Path.of(NativeLibrary.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("peers");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("peers: name their folder with -D" + FOLDER + "=FOLDER", e);
        }
    }
}
