package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Every command explains itself. */
final class HelpTest {

    static Stream<Named<CommandSpec>> commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return withSubcommands(Main.commands(new Console(nowhere, nowhere, false)))
                .map(command -> Named.of(command.qualifiedName(), command));
    }

    private static Stream<CommandSpec> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec()),
                command.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpDescribesTheCommandAndEachOption(CommandSpec command) {
        Stream<String> names = Stream.of(command.qualifiedName().split(" ", -1)).skip(1);
        CommandLineRunner.Outcome help =
                dovetail(Stream.concat(names, Stream.of("--help")).toArray());
        assertEquals(0, help.code(), help.err());
        assertTrue(help.out().startsWith("Usage: " + command.qualifiedName()), help.out());
        assertTrue(command.usageMessage().description().length > 0, "a description is missing");
        assertTrue(command.usageMessage().footer().length > 0, "an example is missing");
        for (ArgSpec argument : command.args()) {
            assertTrue(
                    argument.description().length > 0 && argument.description()[0].endsWith("."),
                    argument + " needs a sentence");
        }
    }
}
