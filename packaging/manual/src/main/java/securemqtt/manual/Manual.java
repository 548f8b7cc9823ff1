package securemqtt.manual;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes man pages in AsciiDoc and a bash completion for each program. Their text comes from Picocli's model of the
 * program's command line, as the text of {@code --help} does.
 */
public final class Manual {
    /**
     * Corrections to the way in which Picocli's script counts the arguments before the cursor: wrong text, right
     * text.
     */
    private static final Map<String, String> ARGUMENT_COUNT_FIXES = Map.of(
            // Users may call the program by its path.
            "currentPositionalIndex \"%s\" \"",
            "currentPositionalIndex \"${COMP_WORDS[0]}\" \"",
            // An argument that is part of an option's name, such as pin, is not an option.
            "[[ \"${optionsWithArgs}\" =~ ${previousWord} ]]",
            "[[ \"${optionsWithArgs}\" == *\"'${previousWord}'\"* ]]",
            "[[ \"${booleanOptions}\" =~ ${previousWord} ]]",
            "[[ \"${booleanOptions}\" == *\"'${previousWord}'\"* ]]");

    /** Picocli's link to the page of a subcommand, and the description. A man page has no links. */
    private static final Pattern SUBCOMMAND = Pattern.compile("xref:(.+)\\.adoc\\[\\*(.+)\\*]::\\R  (.+)\\R");

    private Manual() {}

    /** @param arguments the folder to write to, and the names of the programs' Picocli command classes */
    public static void main(String... arguments) throws IOException, ReflectiveOperationException {
        Path asciidoc = Files.createDirectories(Path.of(arguments[0], "asciidoc"));
        Path completion = Files.createDirectories(Path.of(arguments[0], "completion"));
        for (String program : List.of(arguments).subList(1, arguments.length)) {
            CommandLine commandLine = new CommandLine(create(Class.forName(program)));
            String name = commandLine.getCommandName();
            Files.writeString(completion.resolve(name), completion(commandLine));
            writeManPages(asciidoc, commandLine.getCommandSpec());
        }
    }

    private static String completion(CommandLine commandLine) {
        String name = commandLine.getCommandName();
        String script = AutoComplete.bash(name, commandLine);
        for (Map.Entry<String, String> change : ARGUMENT_COUNT_FIXES.entrySet()) {
            script = script.replace(change.getKey().formatted(name), change.getValue());
        }
        return script;
    }

    /** Writes the page of a program, and one for each of its subcommands. */
    private static void writeManPages(Path folder, CommandSpec spec) throws IOException {
        Files.writeString(folder.resolve(spec.qualifiedName("-") + ".adoc"), manPage(spec));
        for (CommandLine subcommand : spec.subcommands().values()) {
            writeManPages(folder, subcommand.getCommandSpec());
        }
    }

    private static String manPage(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        // These are the usual headings of man pages. The NAME section describes a program in a phrase, not a
        // sentence.
        usage.exitCodeListHeading("Exit status").footerHeading("Notes");
        String sentence = usage.description()[0];
        usage.header(Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1, sentence.length() - 1));

        StringWriter page = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(page), spec);
        return SUBCOMMAND
                .matcher(page.toString())
                .replaceAll("*$2*::\n  $3 See $1(1).\n")
                // AsciiDoc would turn the two hyphens into a dash.
                .replace(" -- ", " \\-- ");
    }

    /**
     * Creates a command with null arguments. Quarkus's objects are needed only to run it, and it does not run here.
     */
    private static Object create(Class<?> program) throws ReflectiveOperationException {
        Constructor<?> constructor = program.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(new Object[constructor.getParameterCount()]);
    }
}
