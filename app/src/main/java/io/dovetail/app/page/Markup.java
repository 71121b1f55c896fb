package io.dovetail.app.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/**
 * Writes HTML and SVG. Every text and every attribute's value is escaped, every element that is opened is closed.
 *
 * <p>Attributes follow their element: {@code page.open("circle").with("r", 4).close()}.
 */
public final class Markup {
    /** Elements of HTML that have no end. */
    private static final Set<String> VOID = Set.of("meta", "br");

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private boolean inStartTag;

    /** Opens an element. */
    public Markup open(String tag) {
        endStartTag();
        out.append('<').append(tag);
        open.push(tag);
        inStartTag = true;
        return this;
    }

    /** Opens an element of a class of the style sheet. */
    public Markup open(String tag, String styleClass) {
        return open(tag).with("class", styleClass);
    }

    /** Adds an attribute to the element that was just opened. */
    public Markup with(String name, String value) {
        if (!inStartTag) {
            throw new IllegalStateException("attribute '" + name + "' comes after the start of its element");
        }
        out.append(' ').append(name).append("=\"").append(escape(value)).append('"');
        return this;
    }

    /** Adds an attribute that is a length, with one decimal. */
    public Markup with(String name, double value) {
        return with(name, decimal(value));
    }

    /** Adds text. */
    public Markup text(String text) {
        endStartTag();
        out.append(escape(text));
        return this;
    }

    /** Closes the innermost open element. */
    public Markup close() {
        endStartTag();
        String tag = open.pop();
        if (!VOID.contains(tag)) {
            out.append("</").append(tag).append('>');
        }
        out.append('\n');
        return this;
    }

    /** Adds an element that has nothing but text. */
    public Markup element(String tag, String text) {
        return open(tag).text(text).close();
    }

    /** Adds an element of a class of the style sheet that has nothing but text. */
    public Markup element(String tag, String styleClass, String text) {
        return open(tag, styleClass).text(text).close();
    }

    /** Adds a style sheet, which is the program's own and not escaped. */
    public Markup style(String sheet) {
        endStartTag();
        out.append("<style>\n").append(sheet).append("</style>\n");
        return this;
    }

    /** {@return the document; all elements must be closed} */
    public String document() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("<" + open.peek() + "> is not closed");
        }
        return "<!DOCTYPE html>\n" + out;
    }

    /** A length with one decimal. */
    public static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private void endStartTag() {
        if (inStartTag) {
            out.append('>');
            inStartTag = false;
        }
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }
}
