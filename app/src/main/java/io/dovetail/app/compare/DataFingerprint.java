package io.dovetail.app.compare;

import io.dovetail.data.Dataset;
import io.dovetail.data.Interactions;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Tells data sets apart by their events and splits: results of one are no results of another. */
final class DataFingerprint {

    private DataFingerprint() {}

    /** {@return sizes, and a checksum of user, item and part of every event} */
    static String of(Dataset dataset) {
        Interactions events = dataset.interactions();
        CRC32C checksum = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(9);
        for (int user = 0; user < events.users(); user++) {
            for (int event = events.start(user); event < events.start(user + 1); event++) {
                buffer.clear();
                buffer.putInt(user).putInt(events.item(event));
                buffer.put((byte) events.part(event).name().charAt(1));
                checksum.update(buffer.flip());
            }
        }
        return events.users() + " x " + events.items() + ", " + events.size() + " events, "
                + Long.toHexString(checksum.getValue());
    }
}
