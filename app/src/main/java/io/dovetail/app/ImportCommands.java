package io.dovetail.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands that turn public data sets into folders to train on. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Turns public data sets into folders to train on.",
        footer = {"", "'dovetail import COMMAND --help' explains a command."})
final class ImportCommands {

    private ImportCommands() {}

    /** {@return the group with its commands} */
    static CommandLine of(Console console) {
        return new CommandLine(new ImportCommands())
                .addSubcommand(new ImportMovieLensCommand(console))
                .addSubcommand(new ImportAmazonCommand(console));
    }
}
