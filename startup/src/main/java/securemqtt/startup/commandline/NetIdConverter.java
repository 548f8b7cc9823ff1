package securemqtt.startup.commandline;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import securemqtt.protocol.NetId;

/** Makes a NetID of an argument, or says why it is not one. */
public final class NetIdConverter implements ITypeConverter<NetId> {
    @Override
    public NetId convert(String value) {
        try {
            return new NetId(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
