package io.dovetail.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.palantir.javaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every source is laid out as palantir-java-format lays it out; {@code bin/format} does it. */
final class FormattingTest {

    @Test
    void every_source_is_formatted() throws Exception {
        var unformatted = new StringWriter();
        var errors = new StringWriter();
        String[] arguments = Stream.concat(
                        Stream.of("--palantir", "--dry-run"),
                        Sources.javaFiles().stream().map(Object::toString))
                .toArray(String[]::new);
        int exit = new Main(new PrintWriter(unformatted), new PrintWriter(errors), InputStream.nullInputStream())
                .format(arguments);
        assertEquals("", errors.toString(), "the formatter could not read some sources");
        assertEquals("", unformatted.toString(), "these sources are not formatted: run bin/format");
        assertEquals(0, exit, "exit code of the formatter");
    }
}
