package io.dovetail.jmh.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.index.Neighbors;
import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.Matrix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * faiss in a process of its own, {@code jmh/peers/faiss_search.py}, which builds the indexes that may win, keeps the front of
 * their parameters by the queries to tune by, and times itself: no pipe is in its figures.
 */
final class FaissSide implements SearchSide {
    private final ObjectMapper mapper = new ObjectMapper();
    private final Path folder;
    private final Process process;
    private final BufferedReader replies;
    private final Writer commands;
    private JsonNode facts;

    /**
     * Starts it and waits until all is built.
     *
     * @param command an interpreter of Python and the script
     * @param nlist numbers of lists to try, with hyphens between
     * @param threads that build
     * @param data to index and to be asked
     * @param tuning queries to tune by
     * @param truth of these
     * @param k number of neighbours
     */
    FaissSide(List<String> command, String nlist, int threads, TowerVectors data, Matrix tuning, Neighbors truth, int k)
            throws IOException {
        folder = Files.createTempDirectory("search-duel");
        Path base = write("base.fvecs", data.vectors());
        Path asked = write("asked.fvecs", data.queries());
        Path tune = write("tune.fvecs", tuning);
        Path known = write(truth);
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--base", base.toString(), "--asked", asked.toString(), "--tune", tune.toString()));
        words.addAll(List.of("--truth", known.toString(), "--k", Integer.toString(k), "--nlist", nlist));
        words.addAll(List.of("--build-threads", Integer.toString(threads)));
        process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        replies = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
        facts = reply();
    }

    private Path write(String name, Matrix vectors) throws IOException {
        Path file = folder.resolve(name);
        VectorFiles.write(file, vectors);
        return file;
    }

    private Path write(Neighbors truth) throws IOException {
        Path file = folder.resolve("tune.ivecs");
        VectorFiles.writeIvecs(file, ids(truth));
        return file;
    }

    private static int[][] ids(Neighbors truth) {
        int[][] ids = new int[truth.queries()][];
        for (int query = 0; query < ids.length; query++) {
            ids[query] = new int[truth.count(query)];
            for (int place = 0; place < ids[query].length; place++) {
                ids[query][place] = (int) truth.id(query, place);
            }
        }
        return ids;
    }

    private JsonNode reply() throws IOException {
        String line = replies.readLine();
        if (line == null) {
            throw new IOException("faiss' side has ended; its message is above");
        }
        return mapper.readTree(line);
    }

    private JsonNode ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return reply();
    }

    @Override
    public String name() {
        return facts.path("name").asText();
    }

    @Override
    public List<String> efforts() {
        List<String> efforts = new ArrayList<>();
        facts.path("efforts").forEach(effort -> efforts.add(effort.asText()));
        return efforts;
    }

    @Override
    public void answer(int effort, long[][] found, long[] nanos) throws IOException {
        JsonNode answer = ask("single " + effort);
        for (int query = 0; query < nanos.length; query++) {
            nanos[query] = answer.path("nanos").path(query).asLong();
            for (int place = 0; place < found[query].length; place++) {
                found[query][place] =
                        answer.path("found").path(query).path(place).asLong();
            }
        }
    }

    @Override
    public OptionalLong answerAtOnce(int effort) throws IOException {
        return OptionalLong.of(ask("batch " + effort).path("nanos").asLong());
    }

    @Override
    public void accept(boolean[] members, Neighbors truth) throws IOException {
        Path bytes = folder.resolve("accepted");
        byte[] each = new byte[members.length];
        for (int id = 0; id < each.length; id++) {
            each[id] = (byte) (members[id] ? 1 : 0);
        }
        Files.write(bytes, each);
        write(truth);
        facts = ask("accept " + bytes);
    }

    @Override
    public double buildSeconds() {
        return facts.path("buildSeconds").asDouble();
    }

    @Override
    public long bytes() {
        return facts.path("bytes").asLong();
    }

    @Override
    public void close() throws IOException {
        commands.close(); // which ends it
        replies.close();
        for (String name : List.of("base.fvecs", "asked.fvecs", "tune.fvecs", "tune.ivecs", "accepted")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
