package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecommendCommandTest {
    @TempDir
    static Path shared;

    private static Path data;
    private static Path run;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        data = Shop.write(shared.resolve("shop"));
        run = shared.resolve("run");
        assertEquals(0, dovetail(Shop.train(data, run)).code());
    }

    private static List<String> ids(JsonNode json) {
        List<String> ids = new ArrayList<>();
        json.get("items").forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }

    private static Set<String> bought(String user) throws IOException {
        Set<String> items = new HashSet<>();
        for (String line : Files.readAllLines(data.resolve("interactions.tsv"))) {
            if (line.startsWith(user + "\t")) {
                items.add(line.split("\t", -1)[1]);
            }
        }
        return items;
    }

    @Test
    void printsATableOfRankScoreIdCategoryAndName() {
        Outcome outcome = dovetail("recommend", "--run", run, "--user", "u007", "--k", "3");
        assertEquals(0, outcome.code(), outcome.err());
        List<String> lines = outcome.out().lines().toList();
        assertEquals(4, lines.size(), outcome.out());
        assertTrue(lines.getFirst().matches("rank +score +id +category +name"), lines.getFirst());
        assertTrue(lines.get(1).matches(" +1 +-?0\\.\\d{4} +i\\d{3} +\\w+ +The \\w+ no\\. \\d+"), lines.get(1));
    }

    @Test
    void leavesOutWhatTheUserHasHadUnlessAskedTo() throws IOException {
        Set<String> bought = bought("u007");
        JsonNode unseen = dovetail("recommend", "--run", run, "--user", "u007", "--k", "80", "--json")
                .json();
        assertEquals(80 - bought.size(), ids(unseen).size());
        assertTrue(ids(unseen).stream().noneMatch(bought::contains));
        JsonNode all = dovetail("recommend", "--run", run, "--user", "u007", "--k", "80", "--include-seen", "--json")
                .json();
        assertEquals(80, ids(all).size());
        JsonNode best = unseen.get("items").get(0);
        assertTrue(best.get("score").asDouble()
                >= unseen.get("items").get(1).get("score").asDouble());
    }

    @Test
    void staysWithinTheCategoriesAskedFor() throws IOException {
        JsonNode json = dovetail(
                        "recommend",
                        "--run",
                        run,
                        "--user",
                        "u000",
                        "--k",
                        "80",
                        "--category",
                        "tea",
                        "--category",
                        "toys",
                        "--include-seen",
                        "--json")
                .json();
        Set<String> categories = new HashSet<>();
        json.get("items").forEach(item -> categories.add(item.get("category").asText()));
        assertEquals(Set.of("tea", "toys"), categories);
        assertEquals(40, ids(json).size());
    }

    @Test
    void similarItemsDoNotHoldTheItemItself() throws IOException {
        JsonNode json = dovetail("similar", "--run", run, "--item", "i010", "--k", "80", "--json")
                .json();
        assertEquals("i010", json.get("item").asText());
        assertEquals(79, ids(json).size());
        assertFalse(ids(json).contains("i010"));
    }

    @Test
    void anIndexInTheRunsFolderIsUsedAndScanningAllOfItGivesTheExactAnswer() throws IOException {
        Path copy = folder.resolve("run");
        assertEquals(0, dovetail(Shop.train(data, copy)).code());
        List<String> exact = ids(
                dovetail("recommend", "--run", copy, "--user", "u001", "--json").json());
        Path index = copy.resolve("items.ivfpq");
        assertEquals(
                0,
                dovetail("index", "build", "--run", copy, "--out", index, "--nlist", "4")
                        .code());
        assertEquals(
                exact,
                ids(dovetail("recommend", "--run", copy, "--user", "u001", "--nprobe", "4", "--json")
                        .json()));
        Files.write(index, new byte[] {1});
        dovetail("recommend", "--run", copy, "--user", "u001").refuses(index.toString(), "damaged");
    }

    @Test
    void refusesAnIndexOfAnotherModel() {
        Path other = folder.resolve("other");
        Path index = folder.resolve("other.ivfpq");
        assertEquals(0, dovetail(Shop.train(data, other, "--seed", "9")).code());
        assertEquals(
                0, dovetail("index", "build", "--run", other, "--out", index).code());
        dovetail("recommend", "--run", run, "--user", "u001", "--index", index)
                .refuses(index.toString(), "another model");
    }

    @Test
    void refusesUnknownIdsWithTheNearest() {
        dovetail("recommend", "--run", run, "--user", "u07").refuses("--user: 'u07' is none of the 60", "u007");
        dovetail("similar", "--run", run, "--item", "x").refuses("--item: 'x' is none of the 80", "i000");
        dovetail("recommend", "--run", run, "--user", "u001", "--category", "toy")
                .refuses("--category: 'toy'", "nearest are toys");
    }

    @Test
    void refusesWhatMakesNoSense() {
        dovetail("recommend", "--run", run, "--user", "u001", "--k", "0").refuses("--k: 0");
        dovetail("recommend", "--run", run, "--user", "u001", "--nprobe", "0").refuses("nprobe 0");
        dovetail("recommend", "--run", run, "--user", "u001", "--include-seen", "--exclude-seen")
                .refuses("contradict");
        dovetail("recommend", "--run", folder, "--user", "u001").refuses("not a finished run");
        dovetail("similar", "--run", run).refuses("--item", "see 'dovetail similar --help'");
    }

    @Test
    void nearestIdsAreThoseWithTheFewestEdits() {
        assertEquals(List.of("abc", "abd", "xbc"), NearestIds.of(List.of("zzz", "xbc", "abd", "abc", "q"), "abc", 3));
        assertEquals(3, NearestIds.distance("kitten", "sitting"));
        assertEquals(4, NearestIds.distance("", "four"));
    }
}
