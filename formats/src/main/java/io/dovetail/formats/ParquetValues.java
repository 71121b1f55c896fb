package io.dovetail.formats;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values of Parquet as the texts that a table of text would hold. */
final class ParquetValues {
    private static final double MOST_WHOLE = 1e15;

    private ParquetValues() {}

    /**
     * The text of a value: empty for null; Unix seconds for an instant or a local time, which is taken for UTC; lists and
     * maps as {@code a,b} and {@code key:value,key:value}.
     */
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case PqList list -> list.values().stream().map(ParquetValues::text).collect(Collectors.joining(","));
            case PqMap map ->
                map.getEntries().stream()
                        .map(entry -> text(entry.getKey()) + ":" + text(entry.getValue()))
                        .collect(Collectors.joining(","));
            case PqStruct struct ->
                IntStream.range(0, struct.getFieldCount())
                        .mapToObj(struct::getFieldName)
                        .filter(name -> !struct.isNull(name))
                        .map(name -> name + ":" + text(struct.getValue(name)))
                        .collect(Collectors.joining(","));
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case Double number -> text(number.doubleValue(), number);
            case Float number -> text(number.doubleValue(), number);
            case BigDecimal number -> number.toPlainString();
            case Instant time -> Long.toString(time.getEpochSecond());
            case LocalDateTime time -> Long.toString(time.toEpochSecond(ZoneOffset.UTC));
            default -> value.toString();
        };
    }

    /** Whole numbers without a fraction: an id that a table with gaps keeps as a float is the id that others keep as an int. */
    private static String text(double value, Number number) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < MOST_WHOLE;
        return whole ? Long.toString((long) value) : number.toString();
    }
}
