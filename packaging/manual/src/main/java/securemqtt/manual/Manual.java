package securemqtt.manual;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes a man page in AsciiDoc and a bash completion for each program. Their text comes from Picocli's model of the
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

    private Manual() {}

    /** @param arguments the folder to write to, and the names of the programs' Picocli command classes */
    public static void main(String... arguments) throws IOException, ReflectiveOperationException {
        Path asciidoc = Files.createDirectories(Path.of(arguments[0], "asciidoc"));
        Path completion = Files.createDirectories(Path.of(arguments[0], "completion"));
        for (String program : List.of(arguments).subList(1, arguments.length)) {
            CommandLine commandLine = new CommandLine(create(Class.forName(program)));
            String name = commandLine.getCommandName();
            Files.writeString(completion.resolve(name), completion(commandLine));
            Files.writeString(asciidoc.resolve(name + ".adoc"), manPage(commandLine.getCommandSpec()));
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

    private static String manPage(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        // These are the usual headings of man pages. The NAME section describes a program in a phrase, not a
        // sentence.
        usage.exitCodeListHeading("Exit status").footerHeading("Notes");
        String sentence = usage.description()[0];
        usage.header(Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1, sentence.length() - 1));

        String page = generate(spec);
        for (CommandLine subcommand : spec.subcommands().values()) {
            page = withSubcommand(page, subcommand.getCommandSpec());
        }
        // AsciiDoc would turn the two hyphens into a dash.
        return page.replace(" -- ", " \\-- ");
    }

    private static String generate(CommandSpec spec) {
        StringWriter page = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(page), spec);
        return page.toString();
    }

    /** Puts the options of a subcommand into the program's page, in place of a link to a page of its own. */
    private static String withSubcommand(String page, CommandSpec subcommand) {
        String name = subcommand.name();
        String options = section("options", generate(subcommand)).replace("== Options", "== Options of " + name);
        String link = "xref:" + subcommand.qualifiedName("-") + ".adoc[*" + name + "*]";
        String commands = section("commands", page);
        return page.replace(commands, commands.replace(link, "*" + name + "*") + options);
    }

    private static String section(String name, String page) {
        String tag = "::picocli-generated-man-section-" + name + "[]\n";
        return page.substring(page.indexOf("tag" + tag) + 3 + tag.length(), page.indexOf("// end" + tag));
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
