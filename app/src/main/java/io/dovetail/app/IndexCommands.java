package io.dovetail.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of commands that work on index files. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Builds, searches, tunes, examines and changes IVF-PQ indexes, and exchanges them with faiss.",
        footer = {"", "'dovetail index COMMAND --help' explains a command."})
final class IndexCommands {

    private IndexCommands() {}

    /** {@return the group with its commands} */
    static CommandLine of(Console console) {
        return new CommandLine(new IndexCommands())
                .addSubcommand(new IndexBuildCommand(console))
                .addSubcommand(new IndexSearchCommand(console))
                .addSubcommand(new IndexTuneCommand(console))
                .addSubcommand(new IndexExportCommand(console))
                .addSubcommand(new IndexImportCommand(console))
                .addSubcommand(new IndexInfoCommand(console))
                .addSubcommand(new IndexVerifyCommand(console))
                .addSubcommand(LiveCommands.of(console));
    }
}
