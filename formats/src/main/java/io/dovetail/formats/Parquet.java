package io.dovetail.formats;

import dev.hardwood.InputFile;
import io.dovetail.data.DataException;
import io.dovetail.data.TableFormat;
import io.dovetail.data.TableRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parquet files, by hardwood: a file, or a folder of parts as Spark writes it. Pages may be plain or compressed by gzip,
 * snappy or zstd.
 */
public final class Parquet implements TableFormat {

    /** Made by {@link java.util.ServiceLoader}. */
    public Parquet() {}

    @Override
    public String ending() {
        return ".parquet";
    }

    @Override
    public TableRows open(Path file) throws IOException {
        List<Path> parts = Files.isDirectory(file) ? parts(file) : List.of(file);
        if (parts.isEmpty()) {
            throw DataException.of(file, "there is no .parquet file in this folder", "add the parts of the table");
        }
        return ParquetRows.open(file, parts.stream().map(InputFile::of).toList());
    }

    private static List<Path> parts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(part -> isPart(String.valueOf(part.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    /** Names that begin with a dot or an underscore are the writer's own. */
    private static boolean isPart(String name) {
        return name.endsWith(".parquet") && !name.startsWith(".") && !name.startsWith("_");
    }
}
