package io.dovetail.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: hands the arguments to the commands and turns their outcome into an exit code. */
@Command(
        name = "dovetail",
        mixinStandardHelpOptions = true,
        version = "dovetail 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "Two-tower retrieval for the JVM: trains the DAT model and serves items from an IVF-PQ index.")
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
