package io.dovetail.jmh.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * oneDNN's inner product with bias and ReLU in one primitive: {@code dst = max(0, src weights + bias)}.
 *
 * <p>Its best case: the primitive says how it wants the weights laid out, and they are brought into that layout once,
 * when it is made. Source and destination stay plain, by rows without gaps.
 */
public final class FusedForward implements AutoCloseable {

    // Values of the enumerations of dnnl_types.h, version 3.
    private static final int CPU = 1;
    private static final int IN_ORDER = 1;
    private static final int F32 = 3;
    private static final int ANY_LAYOUT = 1;
    private static final int BY_ROWS = 3;
    private static final int BY_COLUMNS = 14;
    private static final int VECTOR = 2;
    private static final int INFERENCE = 96;
    private static final int RELU = 0x20;
    private static final int QUERY_IMPLEMENTATION = 8;
    private static final int QUERY_WEIGHTS = 131;
    private static final int SOURCE = 1;
    private static final int DESTINATION = 17;
    private static final int WEIGHTS = 33;
    private static final int BIAS = 41;
    private static final MemorySegment ALLOCATE = MemorySegment.ofAddress(-1);

    /** An argument is an int and, after a gap, a pointer. */
    private static final long ARGUMENT_BYTES = 16;

    private static final long POINTER_AT = 8;
    private static final long LONGEST_NAME = 64;

    private static final MethodHandle EXECUTE =
            NativeLibrary.handle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));

    /** An object of oneDNN and the function that frees it. */
    private record Owned(String destroy, MemorySegment object) {}

    private final Arena arena = Arena.ofShared();
    private final Deque<Owned> owned = new ArrayDeque<>();
    private final NativeLibrary library;
    private final MemorySegment execute;
    private final MemorySegment stream;
    private final MemorySegment primitive;
    private final MemorySegment arguments;
    private final String describe;

    /**
     * Makes the primitive and lays out the weights.
     *
     * @param threads size of the team, the caller included
     * @param rows rows of source and destination
     * @param inputs columns of the source
     * @param outputs columns of the destination
     * @param source (rows, inputs), native, without gaps
     * @param weights (inputs, outputs), native, without gaps; read now and not again
     * @param bias (1, outputs), native
     * @param destination (rows, outputs), native, without gaps
     */
    public FusedForward(
            int threads,
            int rows,
            int inputs,
            int outputs,
            MemorySegment source,
            MemorySegment weights,
            MemorySegment bias,
            MemorySegment destination) {
        library = OneDnn.open(threads);
        execute = library.address("dnnl_primitive_execute");
        MemorySegment engine = create("dnnl_engine", CPU, 0L);
        stream = create("dnnl_stream", engine, IN_ORDER);
        MemorySegment sourceLayout = layout(BY_ROWS, rows, inputs);
        MemorySegment destinationLayout = layout(BY_ROWS, rows, outputs);
        MemorySegment biasLayout = layout(VECTOR, outputs);
        // oneDNN speaks of weights as (outputs, inputs): ours lie by its columns
        MemorySegment plainLayout = layout(BY_COLUMNS, outputs, inputs);
        MemorySegment anyLayout = layout(ANY_LAYOUT, outputs, inputs);

        MemorySegment relu = create("dnnl_post_ops");
        call("dnnl_post_ops_append_eltwise", relu, RELU, 0f, 0f);
        MemorySegment attributes = create("dnnl_primitive_attr");
        call("dnnl_primitive_attr_set_post_ops", attributes, relu);
        MemorySegment plan = create(
                "dnnl_inner_product_forward_primitive_desc_create",
                "dnnl_primitive_desc_destroy",
                engine,
                INFERENCE,
                sourceLayout,
                anyLayout,
                biasLayout,
                destinationLayout,
                attributes);
        describe = OneDnn.describe(library) + ", " + implementation(plan);
        primitive = create("dnnl_primitive", plan);

        MemorySegment packedLayout = library.pointer(0, "dnnl_primitive_desc_query_md", plan, QUERY_WEIGHTS, 0);
        MemorySegment plain = create("dnnl_memory", plainLayout, engine, weights);
        MemorySegment packed = create("dnnl_memory", packedLayout, engine, ALLOCATE);
        MemorySegment packing = create(
                "dnnl_reorder_primitive_desc_create",
                "dnnl_primitive_desc_destroy",
                plainLayout,
                engine,
                packedLayout,
                engine,
                MemorySegment.NULL);
        MemorySegment ends = arguments(new int[] {SOURCE, DESTINATION}, plain, packed);
        call("dnnl_primitive_execute", create("dnnl_primitive", packing), stream, 2, ends);
        call("dnnl_stream_wait", stream);

        arguments = arguments(
                new int[] {SOURCE, WEIGHTS, BIAS, DESTINATION},
                create("dnnl_memory", sourceLayout, engine, source),
                packed,
                create("dnnl_memory", biasLayout, engine, bias),
                create("dnnl_memory", destinationLayout, engine, destination));
    }

    /** One forward pass. On a CPU with OpenMP it has ended when the call returns: there is nothing to wait for. */
    public void run() {
        int status;
        try {
            status = (int) EXECUTE.invokeExact(execute, primitive, stream, 4, arguments);
        } catch (Throwable thrown) {
            throw NativeLibrary.impossible(thrown);
        }
        OneDnn.require(status, "dnnl_primitive_execute");
    }

    /** {@return one line: the library, its version, and which of its implementations runs} */
    public String describe() {
        return describe;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            Owned last = owned.pop();
            call(last.destroy(), last.object());
        }
        arena.close();
    }

    private MemorySegment create(String kind, Object... operands) {
        return create(kind + "_create", kind + "_destroy", operands);
    }

    /** Calls a function whose first argument says where to store the new object. */
    private MemorySegment create(String create, String destroy, Object... operands) {
        MemorySegment place = arena.allocate(ADDRESS);
        Object[] all = new Object[operands.length + 1];
        all[0] = place;
        System.arraycopy(operands, 0, all, 1, operands.length);
        call(create, all);
        MemorySegment object = place.get(ADDRESS, 0);
        owned.push(new Owned(destroy, object));
        return object;
    }

    private MemorySegment layout(int tag, long... sizes) {
        MemorySegment dimensions = arena.allocateFrom(JAVA_LONG, sizes);
        return create(
                "dnnl_memory_desc_create_with_tag", "dnnl_memory_desc_destroy", sizes.length, dimensions, F32, tag);
    }

    private MemorySegment arguments(int[] roles, MemorySegment... memories) {
        MemorySegment array = arena.allocate(ARGUMENT_BYTES * roles.length, ARGUMENT_BYTES);
        for (int i = 0; i < roles.length; i++) {
            array.set(JAVA_INT, i * ARGUMENT_BYTES, roles[i]);
            array.set(ADDRESS, i * ARGUMENT_BYTES + POINTER_AT, memories[i]);
        }
        return array;
    }

    private String implementation(MemorySegment plan) {
        MemorySegment place = arena.allocate(ADDRESS);
        call("dnnl_primitive_desc_query", plan, QUERY_IMPLEMENTATION, 0, place);
        return NativeLibrary.sized(place.get(ADDRESS, 0), LONGEST_NAME).getString(0);
    }

    private void call(String function, Object... operands) {
        OneDnn.require(library.call(function, operands), function);
    }
}
