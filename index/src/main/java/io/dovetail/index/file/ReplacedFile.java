package io.dovetail.index.file;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: bytes go to a temporary file beside it, which {@link #commit} renames over it.
 * Closed without a commit it leaves nothing. Not thread-safe.
 */
public final class ReplacedFile implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final OutputStream out;

    /**
     * Opens the temporary file.
     *
     * @param target the file to make or to replace
     * @throws IOException if it cannot be opened
     */
    public ReplacedFile(Path target) throws IOException {
        this.target = target;
        String unique = Long.toHexString(ProcessHandle.current().pid()) + Long.toHexString(System.nanoTime());
        temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
        channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /**
     * Replaces a file by a text in UTF-8.
     *
     * @param target the file to make or to replace
     * @param text what it will hold
     * @throws IOException if writing fails
     */
    public static void write(Path target, String text) throws IOException {
        try (ReplacedFile file = new ReplacedFile(target)) {
            file.out().write(text.getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
    }

    /** {@return where to write; buffered, and closed by {@link #close}} */
    public OutputStream out() {
        return out;
    }

    /**
     * Overwrites bytes that were written before.
     *
     * @param position of the first, from the start of the file
     * @param bytes what is to stand there
     * @throws IOException if writing fails
     */
    public void overwrite(long position, byte[] bytes) throws IOException {
        out.flush();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }

    /**
     * Ends the file: forces it to disk and gives it its name.
     *
     * @throws IOException if that fails
     */
    public void commit() throws IOException {
        out.flush();
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
