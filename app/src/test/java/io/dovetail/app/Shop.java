package io.dovetail.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small shop's data: each user buys mostly in one of four departments. */
final class Shop {
    static final int USERS = 60;
    static final int ITEMS = 80;
    private static final int EVENTS = 9;
    private static final String[] DEPARTMENTS = {"tools", "toys", "tea", "tents"};

    /** Settings with which a training takes a moment. */
    static final String[] QUICK = {
        "--set",
        "embedding=8",
        "--set",
        "augmented=8",
        "--set",
        "layers=16-8",
        "--set",
        "negatives=32",
        "--set",
        "batch=64",
        "--set",
        "epochs=2"
    };

    private Shop() {}

    /** Writes the data's files into a folder. */
    static Path write(Path folder) throws IOException {
        Random random = new Random(5);
        StringBuilder items = new StringBuilder("item\tname\tcategory\n");
        for (int item = 0; item < ITEMS; item++) {
            String department = DEPARTMENTS[item % DEPARTMENTS.length];
            items.append("i%03d\tThe %s no. %d\t%s\n".formatted(item, department, item, department));
        }
        StringBuilder events = new StringBuilder("user\titem\tts\n");
        for (int user = 0; user < USERS; user++) {
            for (int event = 0; event < EVENTS; event++) {
                int department =
                        random.nextInt(5) == 0 ? random.nextInt(DEPARTMENTS.length) : user % DEPARTMENTS.length;
                int item = random.nextInt(ITEMS / DEPARTMENTS.length) * DEPARTMENTS.length + department;
                events.append("u%03d\ti%03d\t%d\n".formatted(user, item, 1_000 + event));
            }
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("items.tsv"), items);
        Files.writeString(folder.resolve("interactions.tsv"), events);
        return folder;
    }

    /** The arguments of a quick training. */
    static Object[] train(Path data, Path run, Object... more) {
        Object[] arguments = new Object[5 + QUICK.length + more.length];
        Object[] first = {"train", "--data", data, "--out", run};
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(QUICK, 0, arguments, first.length, QUICK.length);
        System.arraycopy(more, 0, arguments, first.length + QUICK.length, more.length);
        return arguments;
    }
}
