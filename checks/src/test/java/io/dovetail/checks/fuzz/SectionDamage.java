package io.dovetail.checks.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Damage to a {@link io.dovetail.index.file.SectionFile} under right checksums, so that what is behind them is reached: to the
 * bytes of the file as they are, or to the content, number and order of its sections.
 */
final class SectionDamage implements Damage {

    private static final int ALIGNMENT = 64;
    private static final int NAME_BYTES = 40;

    /** A section: its name as it stands in the table, and its bytes without padding. */
    private static final class Section {
        final byte[] name;
        final byte[] content;

        Section(byte[] name, byte[] content) {
            this.name = name;
            this.content = content;
        }
    }

    private final Damage bytes = new ByteDamage();
    private final Damage content = new ByteDamage().or(0.3, new TextDamage());

    @Override
    public byte[] of(byte[] good, byte[] other, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            byte[] damaged = bytes.of(good, other, random);
            seal(damaged);
            return damaged;
        }
        List<Section> sections = sections(good);
        for (int change = random.nextInt(3); change >= 0; change--) {
            change(sections, sections(other), random);
        }
        return file(good, sections);
    }

    private void change(List<Section> sections, List<Section> others, SplittableRandom random) {
        if (sections.isEmpty()) {
            return;
        }
        int at = random.nextInt(sections.size());
        Section section = sections.get(at);
        byte[] spare = others.get(random.nextInt(others.size())).content;
        switch (random.nextInt(12)) {
            case 0 -> sections.remove(at);
            case 1 -> sections.add(section);
            case 2 -> sections.set(at, new Section(section.name, spare));
            case 3 -> sections.set(at, new Section(bytes.of(section.name, section.name, random), section.content));
            default -> sections.set(at, new Section(section.name, content.of(section.content, spare, random)));
        }
    }

    /** The sections of a good file. */
    private static List<Section> sections(byte[] file) {
        ByteBuffer buffer = littleEndian(file);
        List<Section> sections = new ArrayList<>();
        for (int entry = (int) buffer.getLong(32); entry < file.length; entry += ALIGNMENT) {
            byte[] name = new byte[NAME_BYTES];
            byte[] content = new byte[(int) buffer.getLong(entry + 48)];
            buffer.get(entry, name);
            buffer.get((int) buffer.getLong(entry + 40), content);
            sections.add(new Section(name, content));
        }
        return sections;
    }

    /** A file of these sections, with the kind and version of another. */
    private static byte[] file(byte[] like, List<Section> sections) {
        int table = ALIGNMENT
                + sections.stream().mapToInt(s -> padded(s.content.length)).sum();
        byte[] bytes = new byte[table + sections.size() * ALIGNMENT];
        ByteBuffer file = littleEndian(bytes);
        file.put(0, like, 0, 28);
        file.putInt(28, sections.size());
        file.putLong(32, table);
        file.putLong(40, bytes.length);
        int at = ALIGNMENT;
        int entry = table;
        for (Section section : sections) {
            file.put(at, section.content);
            file.put(entry, section.name, 0, Math.min(NAME_BYTES, section.name.length));
            file.putLong(entry + 40, at);
            file.putLong(entry + 48, section.content.length);
            at += padded(section.content.length);
            entry += ALIGNMENT;
        }
        seal(bytes);
        return bytes;
    }

    /** Puts right checksums wherever the file says that there is a section, a table and a header. */
    private static void seal(byte[] bytes) {
        if (bytes.length < ALIGNMENT) {
            return;
        }
        ByteBuffer file = littleEndian(bytes);
        long table = file.getLong(32);
        long size = (long) file.getInt(28) * ALIGNMENT;
        if (holds(bytes, table, size)) {
            for (int entry = (int) table; entry < table + size; entry += ALIGNMENT) {
                long offset = file.getLong(entry + 40);
                long length = file.getLong(entry + 48);
                if (holds(bytes, offset, length) && holds(bytes, offset, padded((int) length))) {
                    file.putInt(entry + 56, checksum(bytes, (int) offset, padded((int) length)));
                }
            }
            file.putInt(48, checksum(bytes, (int) table, (int) size));
        }
        file.putInt(60, checksum(bytes, 0, 60));
    }

    private static boolean holds(byte[] bytes, long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= bytes.length && length <= bytes.length - offset;
    }

    private static int padded(int length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
