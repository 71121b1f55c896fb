package io.dovetail.checks.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hostile numbers in place of those in a text, lines and separators gone, doubled or in other places. */
final class TextDamage implements Damage {

    private static final int MOST_CHANGES = 4;
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern LINE = Pattern.compile("(?<=\n)");
    private static final Pattern WORD = Pattern.compile("[^\\s,=\"{}:]+");
    private static final List<String> HOSTILE = List.of(
            "0",
            "-1",
            "1",
            "2147483647",
            "2147483648",
            "-2147483648",
            "4294967296",
            "1099511627776",
            "100000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "1e309",
            "1e-400",
            "NaN",
            "Infinity",
            "",
            "0x10",
            "1.5",
            "+1",
            " 1",
            "00000000000000000001",
            "99999999999999999999999999999999");
    private static final List<String> INSERTED = List.of(
            "\t",
            "\n",
            "\r",
            "\r\n",
            "\"",
            ",",
            "\0",
            "=",
            "{",
            "[[[[",
            "}",
            "\\",
            "\\ud800",
            "\ufeff",
            "\u00ff",
            "\u00ed\u00a0\u0080",
            "\u00c3",
            " ",
            "-");

    @Override
    public byte[] of(byte[] good, byte[] other, SplittableRandom random) {
        String text = new String(good, StandardCharsets.ISO_8859_1); // a character a byte, UTF-8 or not
        for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
            text = changed(text, random);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String changed(String text, SplittableRandom random) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> replaced(text, NUMBER, at, chosen(HOSTILE, random));
            case 3 -> replaced(text, WORD, at, word(text, random));
            case 4 -> text.substring(0, at) + latin(chosen(INSERTED, random)) + text.substring(at);
            case 5 -> {
                int end = Math.min(text.length(), at + random.nextInt(20));
                yield text.substring(0, at) + text.substring(end);
            }
            default -> lines(text, random);
        };
    }

    private static String replaced(String text, Pattern what, int from, String by) {
        Matcher matcher = what.matcher(text);
        if (!matcher.find(from) && !matcher.find(0)) {
            return text;
        }
        return text.substring(0, matcher.start()) + by + text.substring(matcher.end());
    }

    private static String word(String text, SplittableRandom random) {
        Matcher matcher = WORD.matcher(text);
        return matcher.find(random.nextInt(text.length() + 1)) ? matcher.group() : "";
    }

    /** Takes a line away, says it twice, or puts it elsewhere. */
    private static String lines(String text, SplittableRandom random) {
        List<String> lines = new ArrayList<>(LINE.splitAsStream(text).toList());
        String line = lines.get(random.nextInt(lines.size()));
        if (random.nextBoolean()) {
            lines.remove(line);
        }
        if (random.nextBoolean()) {
            lines.add(random.nextInt(lines.size() + 1), line);
        }
        return String.join("", lines);
    }

    private static String chosen(List<String> of, SplittableRandom random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String latin(String text) {
        return text.chars().allMatch(c -> c < 256)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
