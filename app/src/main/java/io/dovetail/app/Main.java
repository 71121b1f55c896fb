package io.dovetail.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** The entry point: hands the arguments to the commands and turns their outcome into an exit code. */
@Command(
        name = "dovetail",
        mixinStandardHelpOptions = true,
        version = "dovetail 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "Two-tower retrieval for the JVM: trains the DAT model and serves items from an IVF-PQ index.",
        footer = {
            "",
            "'dovetail COMMAND --help' explains a command. Exit codes: 0 success, 1 internal failure, 2 wrong usage or"
                    + " data."
        })
public final class Main {
    private static final int HELP_WIDTH = 110;

    private static final List<Function<Console, AppCommand>> COMMANDS = List.of(
            DemoCommand::new,
            TrainCommand::new,
            EvaluateCommand::new,
            CompareCommand::new,
            RecommendCommand::new,
            SimilarCommand::new,
            ExportCommand::new,
            EncodeCommand::new,
            SynthesizeCommand::new);

    private Main() {}

    /** Runs a command and exits with its code. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 is back to null where there is no terminal
    public static void main(String[] arguments) {
        java.io.Console terminal = System.console();
        System.exit(run(
                arguments,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                terminal != null && terminal.isTerminal()));
    }

    /**
     * Runs a command.
     *
     * @param arguments the command's name and its options
     * @param out receives results
     * @param err receives progress, warnings and errors
     * @param terminal whether a person looks at {@code err}: progress may be drawn over itself
     * @return the exit code: 0 success, 1 internal failure, 2 usage or data error
     */
    static int run(String[] arguments, PrintWriter out, PrintWriter err, boolean terminal) {
        CommandLine line = commands(new Console(out, err, terminal));
        line.setOut(out).setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal ? Ansi.AUTO : Ansi.OFF));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.setParameterExceptionHandler(Failures::wrongUsage);
        line.setExecutionExceptionHandler(Failures::failed);
        int code = execute(line, arguments, err);
        out.flush();
        err.flush();
        return code;
    }

    private static int execute(CommandLine line, String[] arguments, PrintWriter err) {
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError failure) {
            return Failures.outOfMemory(failure, err);
        }
    }

    /** {@return all commands} */
    static CommandLine commands(Console console) {
        CommandLine line = new CommandLine(new Main());
        for (Function<Console, AppCommand> command : COMMANDS) {
            line.addSubcommand(command.apply(console));
        }
        line.addSubcommand(IndexCommands.of(console));
        line.addSubcommand(ImportCommands.of(console));
        return line;
    }
}
