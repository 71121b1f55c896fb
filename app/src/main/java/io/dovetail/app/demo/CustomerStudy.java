package io.dovetail.app.demo;

import io.dovetail.app.report.ReportData;
import io.dovetail.data.Dataset;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.index.SearchParams;
import io.dovetail.recommend.Query;
import io.dovetail.recommend.Recommendation;
import io.dovetail.recommend.Recommender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Chooses customers and asks what to recommend to them. */
final class CustomerStudy {
    private static final int FEWEST_PURCHASES = 10;
    private static final int LATEST = 5;
    private static final int SUGGESTIONS = 10;
    private static final String COUNTRY = "country";

    private final Dataset dataset;
    private final Recommender recommender;
    private final Query query;

    CustomerStudy(Dataset dataset, Recommender recommender, SearchParams params) {
        this.dataset = dataset;
        this.recommender = recommender;
        query = Query.unseen(params);
    }

    /** Customers by lot, from as many countries as possible. */
    List<ReportData.Customer> customers(int count, long seed) {
        List<Integer> drawn = new ArrayList<>(IntStream.range(0, dataset.users().size())
                .filter(user -> before(user).size() >= FEWEST_PURCHASES && target(user) >= 0)
                .boxed()
                .toList());
        Collections.shuffle(drawn, new Random(seed));
        Set<String> countries = new HashSet<>();
        List<Integer> varied = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int user : drawn) {
            (countries.add(country(user)) ? varied : others).add(user);
        }
        varied.addAll(others);
        return varied.stream().limit(count).map(this::customer).toList();
    }

    private ReportData.Customer customer(int user) {
        String id = dataset.users().id(user);
        List<Recommendation> recommendations = recommender.recommend(id, SUGGESTIONS, query);
        List<Integer> before = before(user);
        int target = target(user);
        int place = recommendations.stream()
                .map(Recommendation::id)
                .toList()
                .indexOf(dataset.items().id(target));
        return new ReportData.Customer(
                id,
                country(user),
                before.size(),
                before.reversed().stream()
                        .limit(LATEST)
                        .map(dataset.itemNames()::get)
                        .toList(),
                recommendations.stream()
                        .map(found -> new ReportData.Suggestion(found.name(), found.category(), found.score()))
                        .toList(),
                dataset.itemNames().get(target),
                place + 1);
    }

    /** The items that a user had before the one that is held out for the test, in time order. */
    private List<Integer> before(int user) {
        Interactions events = dataset.interactions();
        return IntStream.range(events.start(user), events.start(user + 1))
                .filter(event -> Holdout.TEST.fits(events.part(event)))
                .mapToObj(events::item)
                .toList();
    }

    /** The item that is held out for the test, -1 if there is none. */
    private int target(int user) {
        Interactions events = dataset.interactions();
        return IntStream.range(events.start(user), events.start(user + 1))
                .filter(event -> events.part(event) == Part.TEST)
                .map(events::item)
                .findFirst()
                .orElse(-1);
    }

    private String country(int user) {
        return dataset.userFeatures().stream()
                .filter(feature -> feature.name().equals(COUNTRY))
                .map((Feature feature) -> feature.text(feature.value(feature.start(user))))
                .findFirst()
                .orElse("");
    }
}
