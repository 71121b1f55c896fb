package io.dovetail.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MarkupTest {

    @Test
    void textAndAttributesAreEscaped() {
        Markup page = new Markup();
        page.open("p")
                .with("title", "a \"b\" & 'c' <d>")
                .text("</p><script>x</script>\u0000")
                .close();
        assertEquals(
                "<!DOCTYPE html>\n<p title=\"a &quot;b&quot; &amp; &#39;c&#39; &lt;d&gt;\">"
                        + "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;\uFFFD</p>\n",
                page.document());
    }

    @Test
    void anElementLeftOpenIsRefused() {
        Markup page = new Markup().open("p").open("em").close();
        IllegalStateException refused = assertThrows(IllegalStateException.class, page::document);
        assertEquals("<p> is not closed", refused.getMessage());
    }

    @Test
    void anAttributeAfterTextIsRefused() {
        Markup page = new Markup().open("p").text("a");
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> page.with("id", "x"));
        assertEquals("attribute 'id' comes after the start of its element", refused.getMessage());
    }

    @Test
    void lengthsHaveADecimalPointInEveryLocale() {
        assertEquals("1234.5", Markup.decimal(1234.5));
    }
}
