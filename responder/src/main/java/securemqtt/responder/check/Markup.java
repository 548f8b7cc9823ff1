package securemqtt.responder.check;

import java.io.StringWriter;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes well-formed XML, or HTML that is XML too. All text is escaped. */
final class Markup {
    /** Characters that no XML may contain, not even escaped, and the carriage return, which parsers change. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("[^\\t\\n\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter writer;

    Markup() {
        try {
            // The JDK's own, whatever libraries there are.
            writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Something that the writer does. */
    @FunctionalInterface
    private interface Part {
        void write() throws XMLStreamException;
    }

    private Markup write(Part part) {
        try {
            part.write();
            return this;
        } catch (XMLStreamException e) {
            throw new IllegalStateException("markup cannot be written to memory", e);
        }
    }

    Markup xmlDeclaration() {
        return write(() -> writer.writeStartDocument("1.0")).newline();
    }

    Markup htmlDeclaration() {
        return write(() -> writer.writeDTD("<!DOCTYPE html>")).newline();
    }

    /** @param attributes names and values in turn */
    Markup start(String element, String... attributes) {
        return write(() -> {
            writer.writeStartElement(element);
            writeAttributes(attributes);
        });
    }

    /** An element that never has content. */
    Markup empty(String element, String... attributes) {
        return write(() -> {
            writer.writeEmptyElement(element);
            writeAttributes(attributes);
        });
    }

    private void writeAttributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            writer.writeAttribute(attributes[i], allowed(attributes[i + 1]));
        }
    }

    /** One more attribute of the element that was started last. */
    Markup attribute(String name, String value) {
        return write(() -> writer.writeAttribute(name, allowed(value)));
    }

    Markup end() {
        return write(writer::writeEndElement);
    }

    Markup text(String content) {
        return write(() -> writer.writeCharacters(allowed(content)));
    }

    Markup newline() {
        return text("\n");
    }

    /** An element with text only. */
    Markup element(String element, String content, String... attributes) {
        return start(element, attributes).text(content).end();
    }

    private static String allowed(String content) {
        return FORBIDDEN
                .matcher(content)
                .replaceAll(
                        found -> "\\\\u{" + Integer.toHexString(found.group().codePointAt(0)) + "}");
    }

    @Override
    public String toString() {
        write(writer::flush);
        return text.toString();
    }
}
