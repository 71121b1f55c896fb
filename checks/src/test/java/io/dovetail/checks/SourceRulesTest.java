package io.dovetail.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no source may contain. The patterns are written so that they do not match themselves. */
final class SourceRulesTest {

    private static final int LONGEST_FILE = 500;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
        no note of unfinished work             ~ \\b(TOD[O]|FIXM[E]|XX[X])\\b
        imports are spelled out                ~ ^import .*\\*;
        no author tags                         ~ @autho[r]\\b
        no path of a particular machine        ~ (?<![\\w.])/(root|work|home|Users)/|\\b[A-Z]:\\\\\\\\
        the library is spoken of, not its past ~ (?i)\\bissue #\\d
        """)
    void no_source_breaks_the_rule(String rule, String pattern) throws IOException {
        Pattern forbidden = Pattern.compile(pattern);
        List<String> found = new ArrayList<>();
        for (Path file : Sources.javaFiles()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (forbidden.matcher(lines.get(i)).find()) {
                    found.add(Sources.name(file) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        assertEquals(List.of(), found, rule);
    }

    @Test
    void no_source_is_too_long_to_read() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : Sources.javaFiles()) {
            int lines = Files.readAllLines(file).size();
            if (lines > LONGEST_FILE) {
                found.add(Sources.name(file) + ": " + lines + " lines");
            }
        }
        assertEquals(List.of(), found, "files of more than " + LONGEST_FILE + " lines: split them");
    }
}
