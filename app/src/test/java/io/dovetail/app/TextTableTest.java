package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TextTableTest {

    @Test
    void numbersAreSetRightAndWordsLeft() {
        StringWriter text = new StringWriter();
        new TextTable("name", "share")
                .row("a", "0.5")
                .row("longer", "12.25")
                .row("b", "")
                .print(new PrintWriter(text));
        assertEquals(
                String.join(System.lineSeparator(), "name    share", "a         0.5", "longer  12.25", "b", ""),
                text.toString());
    }

    @Test
    void refusesARowOfAnotherWidth() {
        TextTable table = new TextTable("name", "share");
        assertThrows(IllegalArgumentException.class, () -> table.row("a"));
    }
}
