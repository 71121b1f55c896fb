package io.dovetail.index.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file on a disk that has room for so many bytes, and may fail to force. Writes what fits of a write, as disks do. */
final class FaultyChannel extends FileChannel {

    /** The disk, as the test sets it. */
    static final class Disk {
        long room = Long.MAX_VALUE;
        boolean forces = true;
        boolean truncates = true;
        int forced;
    }

    private final FileChannel file;
    private final Disk disk;

    FaultyChannel(FileChannel file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    static LogStorage storage(Disk disk) {
        return (path, options) -> new FaultyChannel(FileChannel.open(path, options), disk);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (disk.room == 0) {
            throw new IOException("No space left on device");
        }
        ByteBuffer fits = source.slice(source.position(), (int) Math.min(source.remaining(), disk.room));
        int written = file.write(fits);
        disk.room -= written;
        source.position(source.position() + written);
        return written;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (!disk.forces) {
            throw new IOException("Input/output error");
        }
        disk.forced++;
        file.force(metaData);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (!disk.truncates) {
            throw new IOException("Read-only file system");
        }
        long freed = Math.max(0, file.size() - size);
        disk.room = Math.min(disk.room, Long.MAX_VALUE - freed) + freed;
        file.truncate(size);
        return this;
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        file.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
