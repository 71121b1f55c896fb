package io.dovetail.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.progress.Narrator;
import io.dovetail.app.report.ReportData;
import io.dovetail.data.Dataset;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final int USERS = 120;
    private static final int ITEMS = 90;
    private static final int EVENTS = 14;

    @TempDir
    private Path parent;

    @Test
    void theWholeWayOnASmallShop() throws Exception {
        List<String> lines = new ArrayList<>();
        DemoFolder folder = DemoFolder.prepare(parent.resolve("demo"));
        ReportData report = run(folder, lines);
        for (int step = 1; step <= 7; step++) {
            String start = "[" + step + "/7]";
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(start)), () -> start + " in " + lines);
        }
        assertEquals(2, report.models().size());
        assertEquals(USERS, report.models().getFirst().test().overall().users());
        assertEquals(1, report.index().sweep().getLast().recall10(), "all lists scanned, all items scored again");
        double before = 0;
        for (ReportData.Probe probe : report.index().sweep()) {
            assertTrue(probe.recall100() >= before, () -> "fewer are found in more lists: " + probe);
            before = probe.recall100();
        }
        assertEquals(5, report.customers().size());
        assertEquals(
                2,
                report.customers().stream()
                        .map(ReportData.Customer::country)
                        .distinct()
                        .count());
        for (ReportData.Customer customer : report.customers()) {
            List<String> names = customer.suggestions().stream()
                    .map(ReportData.Suggestion::name)
                    .toList();
            assertEquals(names.indexOf(customer.heldOut()) + 1, customer.rank());
            assertTrue(customer.bought().stream().noneMatch(names::contains), () -> "bought before: " + customer);
        }
        String page = Files.readString(folder.report());
        assertTrue(page.contains("Small Shop"), page);
        assertTrue(page.contains("TEA &amp; CAKE 7"), page);
        assertTrue(Files.isRegularFile(folder.run("run").resolve("items.ivfpq")));
    }

    @Test
    void theSameSeedGivesTheSameFigures() throws Exception {
        ReportData first = run(DemoFolder.prepare(parent.resolve("first")), new ArrayList<>());
        ReportData second = run(DemoFolder.prepare(parent.resolve("second")), new ArrayList<>());
        assertEquals(
                first.models().getFirst().test(), second.models().getFirst().test());
        assertEquals(first.customers(), second.customers());
    }

    @Test
    void theBundledDataIsCopiedOutWithItsAttribution() throws Exception {
        Path folder = parent.resolve("data");
        DemoData data = DemoData.bundled(folder);
        assertTrue(Files.readString(folder.resolve("ATTRIBUTION.txt")).contains("CC BY 4.0"));
        Dataset dataset = data.read();
        assertEquals("Online Retail", dataset.name());
        assertEquals(4074, dataset.users().size());
        assertEquals(3145, dataset.items().size());
        assertFalse(dataset.itemNames().getFirst().isEmpty());
    }

    private ReportData run(DemoFolder folder, List<String> lines) throws IOException {
        Recipe recipe = Recipes.named("dat")
                .withAll(Map.of(
                        "layers",
                        "16-8",
                        "embedding",
                        "8",
                        "augmented",
                        "8",
                        "batch",
                        "64",
                        "negatives",
                        "16",
                        "epochs",
                        "2"));
        DemoSetting setting = new DemoSetting(
                List.of(
                        new DemoSetting.Contender("small", "run", "A small one.", recipe),
                        new DemoSetting.Contender("plain", "paper", "Another.", recipe.with("alignment", "0"))),
                1);
        DemoData data = new DemoData("Small Shop", writeShop(folder.data()), List.of("Made up."));
        try (Workers workers = Workers.of(2)) {
            return new Demo(new Engine(Kernels.scalar(), workers), folder, setting, narrator(lines)).run(data);
        }
    }

    private static Narrator narrator(List<String> lines) {
        return new Narrator() {
            @Override
            public void say(String line) {
                lines.add(line);
            }

            @Override
            public void progress(Supplier<String> text) {
                assertFalse(text.get().isBlank());
            }
        };
    }

    /** Customers of two countries, each fond of one half of the items. */
    private static Path writeShop(Path folder) throws IOException {
        Random random = new Random(5);
        StringBuilder users = new StringBuilder("user\tcountry\n");
        StringBuilder items = new StringBuilder("item\tcategory\tdescription\n");
        StringBuilder events = new StringBuilder("user\titem\tts\n");
        for (int item = 0; item < ITEMS; item++) {
            items.append(item).append(item < ITEMS / 2 ? "\ttea" : "\tcake");
            items.append("\tTEA & CAKE ").append(item).append('\n');
        }
        for (int user = 0; user < USERS; user++) {
            users.append('u').append(user).append(user % 2 == 0 ? "\tWales\n" : "\tSpain\n");
            int half = user % 2 * ITEMS / 2;
            List<Integer> basket = Stream.generate(() -> half + random.nextInt(ITEMS / 2))
                    .distinct()
                    .limit(EVENTS)
                    .toList();
            for (int event = 0; event < EVENTS; event++) {
                events.append('u').append(user).append('\t').append(basket.get(event));
                events.append('\t').append(1000 + event).append('\n');
            }
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("users.tsv"), users);
        Files.writeString(folder.resolve("items.tsv"), items);
        Files.writeString(folder.resolve("interactions.tsv"), events);
        return folder;
    }
}
