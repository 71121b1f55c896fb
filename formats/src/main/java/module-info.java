/** Parquet and zstd for data sets. */
@SuppressWarnings("requires-automatic") // hardwood stays out of every public signature
module io.dovetail.formats {
    requires com.github.luben.zstd_jni;
    requires dev.hardwood.core;
    requires io.dovetail.trainer;
    requires static org.jspecify;

    provides io.dovetail.data.Decompression with
            io.dovetail.formats.Zstd;
    provides io.dovetail.data.TableFormat with
            io.dovetail.formats.Parquet;
}
