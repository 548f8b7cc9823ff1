package securemqtt.client;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Accepts a fingerprint in upper or lower case, and returns it in lower case. */
final class FingerprintConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
        if (!value.matches("[0-9a-fA-F]{64}")) {
            throw new TypeConversionException("a fingerprint has 64 hexadecimal digits");
        }
        return value.toLowerCase(Locale.ROOT);
    }
}
