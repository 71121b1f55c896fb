package io.dovetail.index.live;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens the files of logs; tests put in disks that are full or fail. */
@FunctionalInterface
interface LogStorage {

    FileChannel open(Path path, OpenOption... options) throws IOException;

    static LogStorage files() {
        return FileChannel::open;
    }
}
