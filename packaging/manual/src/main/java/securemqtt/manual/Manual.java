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
 * Writes a man page, in AsciiDoc, and a completion for bash for each program. All they say comes from the model that
 * Picocli makes of the program's command line, as the text of {@code --help} does.
 */
public final class Manual {
    /** How Picocli's script counts the arguments in front of the cursor, and how it should. */
    private static final Map<String, String> COUNTING_OF_ARGUMENTS = Map.of(
            // The program may be called by its path.
            "currentPositionalIndex \"%s\" \"",
            "currentPositionalIndex \"${COMP_WORDS[0]}\" \"",
            // An argument that is part of an option's name, such as pin, is no option.
            "[[ \"${optionsWithArgs}\" =~ ${previousWord} ]]",
            "[[ \"${optionsWithArgs}\" == *\"'${previousWord}'\"* ]]",
            "[[ \"${booleanOptions}\" =~ ${previousWord} ]]",
            "[[ \"${booleanOptions}\" == *\"'${previousWord}'\"* ]]");

    private Manual() {}

    /** @param arguments the folder to write to, and the classes that are the programs' command lines */
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
        for (Map.Entry<String, String> change : COUNTING_OF_ARGUMENTS.entrySet()) {
            script = script.replace(change.getKey().formatted(name), change.getValue());
        }
        return script;
    }

    private static String manPage(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        // Man pages call their sections so, and say in a phrase what a program does.
        usage.exitCodeListHeading("Exit status").footerHeading("Notes");
        String sentence = usage.description()[0];
        usage.header(Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1, sentence.length() - 1));

        StringWriter page = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(page), spec);
        // AsciiDoc would make a dash of it.
        return page.toString().replace(" -- ", " \\-- ");
    }

    /** The client asks for objects of Quarkus to run with. It is not run here. */
    private static Object create(Class<?> program) throws ReflectiveOperationException {
        Constructor<?> constructor = program.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(new Object[constructor.getParameterCount()]);
    }
}
