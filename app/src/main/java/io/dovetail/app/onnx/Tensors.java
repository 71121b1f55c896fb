package io.dovetail.app.onnx;

import io.dovetail.app.proto.ProtoMessage;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The constants of a graph as {@code TensorProto}: inside the model, or in a file beside it, as a model file that is read at
 * once must stay below 2 GiB.
 */
final class Tensors {
    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int INT64_DATA = 7;
    private static final int NAME = 8;
    private static final int RAW_DATA = 9;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;
    private static final int EXTERNAL = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    /** Memory-mapping readers want the data at the start of a page. */
    private static final long PAGE = 4096;

    /** Where the values of matrices go. */
    enum Place {
        /** Into the model's file. */
        INSIDE,
        /** Into a file beside it. */
        BESIDE
    }

    private final Place place;
    private final String location;
    private final List<Matrix> beside = new ArrayList<>();
    private long end;

    /**
     * No tensors yet.
     *
     * @param place where values go
     * @param location name of the file beside the model, which is named in it
     */
    Tensors(Place place, String location) {
        this.place = place;
        this.location = location;
    }

    static long bytes(Matrix matrix) {
        return (long) matrix.rows() * matrix.cols() * Float.BYTES;
    }

    /** A matrix of floats. */
    ProtoMessage matrix(String name, Matrix matrix) {
        return floats(new ProtoMessage().varint(DIMS, matrix.rows()).varint(DIMS, matrix.cols()), name, matrix);
    }

    /** A matrix of one row as a vector of floats. */
    ProtoMessage vector(String name, Matrix row) {
        return floats(new ProtoMessage().varint(DIMS, row.cols()), name, row);
    }

    /** A vector of one integer. */
    static ProtoMessage integer(String name, long value) {
        return new ProtoMessage()
                .varint(DIMS, 1)
                .varint(DATA_TYPE, OnnxTypes.INT64)
                .text(NAME, name)
                .varint(INT64_DATA, value);
    }

    private ProtoMessage floats(ProtoMessage tensor, String name, Matrix matrix) {
        tensor.varint(DATA_TYPE, OnnxTypes.FLOAT).text(NAME, name);
        long bytes = bytes(matrix);
        if (place == Place.INSIDE) {
            return tensor.content(RAW_DATA, bytes, out -> write(matrix, out));
        }
        long offset = (end + PAGE - 1) / PAGE * PAGE;
        end = offset + bytes;
        beside.add(matrix);
        return tensor.message(EXTERNAL_DATA, entry("location", location))
                .message(EXTERNAL_DATA, entry("offset", Long.toString(offset)))
                .message(EXTERNAL_DATA, entry("length", Long.toString(bytes)))
                .varint(DATA_LOCATION, EXTERNAL);
    }

    static ProtoMessage entry(String key, String value) {
        return new ProtoMessage().text(KEY, key).text(VALUE, value);
    }

    /** Writes the file beside the model. */
    void writeBeside(OutputStream out) throws IOException {
        long written = 0;
        for (Matrix matrix : beside) {
            long gap = (PAGE - written % PAGE) % PAGE;
            out.write(new byte[(int) gap]);
            write(matrix, out);
            written += gap + bytes(matrix);
        }
    }

    private static void write(Matrix matrix, OutputStream out) throws IOException {
        byte[] row = new byte[matrix.cols() * Float.BYTES];
        for (int r = 0; r < matrix.rows(); r++) {
            MemorySegment.copy(matrix.data(), ValueLayout.JAVA_BYTE, matrix.offset(r), row, 0, row.length);
            out.write(row);
        }
    }
}
