package io.dovetail.app;

import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqChoice;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Norms;
import io.dovetail.index.VectorPrecision;
import io.dovetail.index.VectorSource;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Builds an index. */
@Command(
        name = "build",
        description = {
            "Builds an IVF-PQ index of a run's items, or of the vectors in a file.",
            "",
            "A run's index carries the model's fingerprint; as items.ivfpq in the run's folder the other commands find"
                    + " it. The id of a vector is its row, counted from 0."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail index build --run runs/shop --out runs/shop/items.ivfpq",
            "  dovetail index build --vectors base.fvecs --out base.ivfpq --nlist 4096 --code 25x8",
            "  dovetail index build --vectors base.fvecs --out base.ivfpq --memory 2GB --recall 0.95"
        })
final class IndexBuildCommand extends AppCommand {
    private static final double USUAL_RECALL = 0.95;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(|[kKmMgG][bB])");
    private static final Pattern CODE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    /** Where the vectors come from. */
    static final class Source {
        @Option(names = "--run", paramLabel = "RUN", description = "Folder that 'train' has written: index its items.")
        private @Nullable Path run;

        @Option(names = "--vectors", paramLabel = "FILE", description = "Vectors in a .npy, .fvecs or .bvecs file.")
        private @Nullable Path vectors;
    }

    /** Vectors and the fingerprint of the model they came from. */
    private record Vectors(VectorSource source, String fingerprint) {}

    @ArgGroup(multiplicity = "1")
    private final Source source = new Source();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The index file to write.")
    private Path out;

    @Option(
            names = "--nlist",
            paramLabel = "N",
            description = "Number of lists (default: about 4 times the square root of the number of vectors).")
    private @Nullable Integer nlist;

    @Option(
            names = "--code",
            paramLabel = "MxBITS",
            description =
                    "Code of a vector: M sub-vectors with 4 to 8 bits each, such as 8x8 (default: 8 bits for each 4"
                            + " numbers). M must divide the dimension.")
    private @Nullable String code;

    @Option(names = "--sample", paramLabel = "N", description = "Greatest number of vectors to train on.")
    private @Nullable Integer sample;

    @Option(names = "--iterations", paramLabel = "N", description = "Iterations of k-means (default: 15).")
    private @Nullable Integer iterations;

    @Option(
            names = "--opq",
            paramLabel = "ROUNDS",
            description =
                    "Rounds of optimized product quantization: learn axes for the codes (default: 0, keep the vectors'"
                            + " own axes).")
    private int rotationRounds;

    @Option(
            names = "--anisotropy",
            paramLabel = "ETA",
            description = "How many times an error of a code along its vector counts, beside one across it; 1 takes the"
                    + " nearest code (default: 4).")
    private @Nullable Float anisotropy;

    @Option(
            names = "--precision",
            paramLabel = "KIND",
            description =
                    "How vectors are kept for the last, exact look at candidates: float32, float16 (half the bytes) or"
                            + " int8 (a quarter; neighbours that are almost equal change places) (default: float32).")
    private @Nullable VectorPrecision precision;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "How long the index may be, such as 500MB or 2GB: chooses lists, code and precision, and says why.")
    private @Nullable String memory;

    @Option(
            names = "--recall",
            paramLabel = "SHARE",
            description = "With --memory, the recall that searches are to reach (default: 0.95).")
    private @Nullable Double recall;

    @Option(names = "--seed", paramLabel = "N", description = "Selects everything random (default: 1).")
    private long seed = 1;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    IndexBuildCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (Workers workers = engines.workers();
                Arena arena = Arena.ofShared()) {
            Kernels kernels = Kernels.best();
            Vectors vectors = vectors(new Engine(kernels, workers), arena);
            int count = vectors.source.rows();
            int dimension = vectors.source.cols();
            IvfPqSpec spec = UserException.ifRefused(() -> spec(count, dimension));
            spec.advice(count, dimension).forEach(this::warn);
            long begin = System.nanoTime();
            Norms norms = build(spec, workers, kernels, vectors);
            double seconds = (System.nanoTime() - begin) * 1e-9;
            IvfPqIndex index = IvfPqIndex.open(out, kernels, arena);
            Map<String, Object> json = IndexFigures.json(index, Files.size(out));
            json.put("seconds", seconds);
            json.put("norms", IndexFigures.json(norms));
            say("built " + out + " in " + Figures.time(seconds));
            IndexFigures.print(index, Files.size(out), people());
            IndexFigures.print(norms, people());
            if (source.run != null) {
                say("tune it for what the run's users ask: dovetail index tune --run " + source.run + " --index "
                        + out);
            }
            result(() -> json);
        }
    }

    private Norms build(IvfPqSpec spec, Workers workers, Kernels kernels, Vectors vectors) throws IOException {
        try (ProgressLine progress = progressLine()) {
            IvfPqBuilder builder = new IvfPqBuilder(
                    spec,
                    workers,
                    kernels,
                    (phase, done, total) ->
                            progress.update(() -> phase + " " + 100 * done / Math.max(1, total) + " %"));
            return builder.build(vectors.source, ItemIndex.rows(vectors.source.rows()), vectors.fingerprint, out);
        } catch (IllegalArgumentException e) {
            // The builder checks the vectors as it goes: what it refuses is in the user's file.
            throw new UserException(
                    source.vectors == null ? String.valueOf(e.getMessage()) : source.vectors + ": " + e.getMessage());
        }
    }

    private Vectors vectors(Engine engine, Arena arena) throws IOException {
        if (source.run != null) {
            Run run = Run.open(source.run, arena);
            VectorSource items = VectorSource.of(ItemIndex.vectors(run, engine, arena));
            return new Vectors(items, run.model().fingerprint());
        }
        return new Vectors(VectorInput.map(Objects.requireNonNull(source.vectors), arena), "");
    }

    private IvfPqSpec usual(int count, int dimension) {
        if (memory == null) {
            if (recall != null) {
                throw new IllegalArgumentException(
                        "--recall: it helps to choose for a size; give --memory with it, or ask 'index tune' for a"
                                + " recall");
            }
            return IvfPqSpec.forSize(count, dimension);
        }
        if (code != null || precision != null) {
            throw new IllegalArgumentException(
                    "--memory: it chooses code and precision; leave out --code and --precision, or --memory");
        }
        double asked = recall == null ? USUAL_RECALL : recall;
        IvfPqChoice choice = IvfPqChoice.forBytes(count, dimension, bytes(memory), asked);
        choice.reasons().forEach(this::say);
        return choice.spec();
    }

    private static long bytes(String size) {
        Matcher parts = SIZE.matcher(size);
        if (!parts.matches()) {
            throw new IllegalArgumentException("--memory: '" + size + "' is no size; give one such as 500MB or 2GB");
        }
        return Long.parseLong(parts.group(1))
                * switch (parts.group(2).toUpperCase(Locale.ROOT)) {
                    case "KB" -> 1_000L;
                    case "MB" -> 1_000_000L;
                    case "GB" -> 1_000_000_000L;
                    default -> 1L;
                };
    }

    private IvfPqSpec spec(int count, int dimension) {
        IvfPqSpec spec =
                usual(Math.max(1, count), Math.max(1, dimension)).withSeed(seed).withRotationRounds(rotationRounds);
        if (precision != null) {
            spec = spec.withPrecision(precision);
        }
        if (anisotropy != null) {
            spec = spec.withAnisotropy(anisotropy);
        }
        if (nlist != null) {
            spec = spec.withNlist(nlist);
        }
        if (code != null) {
            Matcher parts = CODE.matcher(code);
            if (!parts.matches()) {
                throw new IllegalArgumentException("--code: '" + code + "' is not of the form 8x8, sub-vectors x bits");
            }
            spec = spec.withCode(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
        }
        spec = spec.withTraining(
                sample == null ? spec.trainingSample() : sample, iterations == null ? spec.iterations() : iterations);
        spec.check(count, dimension);
        return spec;
    }
}
