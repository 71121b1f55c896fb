package io.dovetail.synthetic;

import io.dovetail.data.DatasetWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Makes up a data set with a structure that a model can find, of any size, streaming: memory grows with the number of items
 * alone (8 bytes each).
 *
 * <ul>
 *   <li>Each category has four styles; category c holds a share of the items in proportion to 1/(c + 1). A style is a point
 *       on the unit sphere in 8 dimensions, near that of its category.
 *   <li>A user's taste is a point there too; it drifts from a first to a last one over the user's history. A style is
 *       chosen with a probability in proportion to its share of the items and exp(6 &lt;taste, style&gt;); one event of ten
 *       ignores the taste.
 *   <li>In a style the r-th item has a probability of about r^-0.8 (Zipf). A user takes an item once.
 *   <li>Histories have Pareto lengths (exponent 2.5, at most six times the least), and 3 events at least where there are
 *       enough.
 *   <li>What tells of it: of an item {@code category}, {@code attributes} (its style and a word that says nothing),
 *       {@code price} (log-normal about a mean of its style); of a user {@code segment} (the category of a favourite style,
 *       one of ten wrong), {@code age} (says nothing).
 * </ul>
 */
public final class Synthesizer {

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called from time to time.
         *
         * @param done number of events written
         */
        void events(long done);
    }

    private static final double PARETO = 2.5;
    private static final double LONGEST = 6;
    private static final int FEWEST = 3;
    private static final int WORDS = 50;
    private static final int AGES = 60;
    private static final long FIRST_TIME = 1_600_000_000L;
    private static final int YEAR = 365 * 86_400;
    private static final int LONGEST_PAUSE = 5 * 86_400;
    private static final long USER_MIX = 0x9E3779B97F4A7C15L;

    private final SyntheticSpec spec;
    private final SplittableRandom random;
    private final Catalogue catalogue;

    private Synthesizer(SyntheticSpec spec) {
        this.spec = spec;
        random = new SplittableRandom(spec.seed());
        catalogue = new Catalogue(spec, random);
    }

    /**
     * Writes a data set.
     *
     * @param spec its size and its seed
     * @param folder where it will be; must be empty or absent
     * @param progress hears of the events
     * @throws IOException if writing fails; then nothing is there
     */
    public static void write(SyntheticSpec spec, Path folder, Progress progress) throws IOException {
        try (DatasetWriter writer = new DatasetWriter(folder)) {
            Synthesizer synthesizer = new Synthesizer(spec);
            synthesizer.writeItems(writer.table("items", "item", "category", "attributes", "price"));
            synthesizer.writeUsers(
                    writer.table("users", "user", "segment", "age"),
                    writer.table("interactions", "user", "item", "ts"),
                    progress);
            writer.declare(
                    "# Made up by dovetail synthesize: %d users, %d items, %d interactions, %d categories, seed %d.%n"
                                    .formatted(
                                            spec.users(),
                                            spec.items(),
                                            spec.interactions(),
                                            spec.categories(),
                                            spec.seed())
                            + "name: synthetic\n");
            writer.commit();
        }
    }

    private void writeItems(DatasetWriter.Table items) throws IOException {
        double[] meanPrice = new double[catalogue.clusters()];
        for (int k = 0; k < meanPrice.length; k++) {
            meanPrice[k] = 3 + random.nextGaussian();
        }
        int[] cluster = catalogue.clusterOfItem();
        for (int item = 0; item < spec.items(); item++) {
            int k = cluster[item];
            double price = Math.exp(meanPrice[k] + 0.3 * random.nextGaussian());
            items.row(
                    "i" + item,
                    "category " + Catalogue.category(k),
                    "style" + k + ",word" + random.nextInt(WORDS),
                    String.format(Locale.ROOT, "%.2f", price));
        }
    }

    private void writeUsers(DatasetWriter.Table users, DatasetWriter.Table events, Progress progress)
            throws IOException {
        long fewest = spec.interactions() >= (long) FEWEST * spec.users() ? FEWEST : 0;
        long spread = spec.interactions() - fewest * spec.users();
        double total = 0;
        for (int user = 0; user < spec.users(); user++) {
            total += activity(random(user));
        }
        Shopper shopper = new Shopper(catalogue);
        double sum = 0;
        long done = 0;
        for (int user = 0; user < spec.users(); user++) {
            SplittableRandom own = random(user);
            sum += activity(own);
            boolean lastUser = user == spec.users() - 1;
            long end = fewest * (user + 1L) + (lastUser ? spread : Math.round(spread * (sum / total)));
            shopper.begin(own);
            writeUser(users, user, shopper, own);
            writeEvents(events, user, shopper, (int) (end - done), own);
            done = end;
            progress.events(done);
        }
    }

    /** What is random about a user depends on the seed and the user alone. */
    private SplittableRandom random(int user) {
        return new SplittableRandom(spec.seed() + USER_MIX * (user + 1L));
    }

    private static double activity(SplittableRandom own) {
        return Math.min(LONGEST, Math.pow(1 - own.nextDouble(), -1 / PARETO));
    }

    private void writeUser(DatasetWriter.Table users, int user, Shopper shopper, SplittableRandom own)
            throws IOException {
        int segment = own.nextInt(10) > 0 ? Catalogue.category(shopper.favourite()) : own.nextInt(spec.categories());
        users.row("u" + user, "segment " + segment, Integer.toString(18 + own.nextInt(AGES)));
    }

    private static void writeEvents(
            DatasetWriter.Table events, int user, Shopper shopper, int length, SplittableRandom own)
            throws IOException {
        long time = FIRST_TIME + own.nextInt(YEAR);
        for (int e = 0; e < length; e++) {
            int item = shopper.next((e + 0.5) / length);
            events.row("u" + user, "i" + item, Long.toString(time));
            time += 1 + own.nextInt(LONGEST_PAUSE);
        }
    }
}
