package io.dovetail.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands that work on live indexes. */
@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes live indexes, whose vectors have names, and changes and searches them.",
        footer = {"", "'dovetail index live COMMAND --help' explains a command."})
final class LiveCommands {

    private LiveCommands() {}

    /** {@return the group with its commands} */
    static CommandLine of(Console console) {
        return new CommandLine(new LiveCommands())
                .addSubcommand(new LiveCreateCommand(console))
                .addSubcommand(new LiveUpsertCommand(console))
                .addSubcommand(new LiveRemoveCommand(console))
                .addSubcommand(new LiveSearchCommand(console))
                .addSubcommand(new LiveCompactCommand(console));
    }
}
