package securemqtt.responder.diagnosis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds out how a client made a token that the session's key does not open. The steps of making a token are independent of each other,
 * so this tries their combinations, those with the fewest mistakes first, until the HMAC fits. A fitting HMAC proves what the client
 * did. One thread may use it.
 */
public final class TokenDiagnosis {
    private static final byte VERSION = (byte) 0x80;
    private static final int IV = 9;
    private static final int CIPHERTEXT = 25;
    private static final int BLOCK = 16;

    private final List<Secrets.Form> secrets;
    /** By the numbers of secret and derivation. */
    private final Map<Integer, byte[]> keys = new HashMap<>();

    private final BooleanSupplier outOfTime;
    private int tried;

    /**
     * @param agreed the values of a session of the token's NetID
     * @param outOfTime asked again and again; once true, the search ends without a result
     */
    public TokenDiagnosis(AgreedValues agreed, BooleanSupplier outOfTime) {
        this.outOfTime = outOfTime;
        this.secrets = Secrets.of(agreed);
    }

    /**
     * Diagnoses a token.
     *
     * @param payload as received
     * @param most how many mistakes to look for at once in deriving the key, choosing the signing half and computing the HMAC
     */
    public Diagnosis diagnose(byte[] payload, int most) {
        Optional<TokenForms.Raw> raw = TokenForms.read(payload);
        if (raw.isEmpty() || raw.get().bytes().length == 0 || raw.get().bytes()[0] != VERSION) {
            return isText(payload) ? Diagnosis.recognized(Mistake.TOKEN_PLAIN_TEXT) : Diagnosis.unknown(Stage.TOKEN, 0);
        }
        byte[] token = raw.get().bytes();
        List<Mistake> form = raw.get().mistakes();
        Optional<Diagnosis> signed = Optional.empty();
        for (int mistakes = 0;
                mistakes <= most && signed.isEmpty() && token.length >= CIPHERTEXT + Macs.LENGTH;
                mistakes++) {
            signed = search(token, form, mistakes);
        }
        if (signed.isPresent()) {
            return signed.get();
        }
        if ((token.length - CIPHERTEXT) % BLOCK == 0 && decryptsWithoutMac(token)) {
            return new Diagnosis(join(form, List.of(Mistake.TOKEN_WITHOUT_MAC)), false, Stage.TOKEN, tried);
        }
        return new Diagnosis(form, false, form.isEmpty() ? Stage.SECRET : Stage.TOKEN, tried);
    }

    /** Whether a token that the session's key opens has a text in Latin-1: no UTF-8, and no character that Latin-1 lacks. */
    boolean isLatin1(byte[] payload) {
        return TokenForms.read(payload)
                .map(TokenForms.Raw::bytes)
                .filter(token -> token.length >= CIPHERTEXT + BLOCK + Macs.LENGTH)
                .flatMap(token -> Ciphers.decryptCbc(
                        KeyPart.SECOND_HALF.of(key(0, 0)),
                        TokenForms.part(token, IV, CIPHERTEXT),
                        TokenForms.part(token, CIPHERTEXT, token.length - Macs.LENGTH)))
                .filter(text -> !Ciphers.isUtf8(text, text.length))
                .filter(text -> new String(text, StandardCharsets.ISO_8859_1)
                        .chars()
                        .noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c)))
                .isPresent();
    }

    /** The combination with exactly so many mistakes whose HMAC fits. */
    private Optional<Diagnosis> search(byte[] token, List<Mistake> form, int deviations) {
        byte[] signed = TokenForms.part(token, 0, token.length - Macs.LENGTH);
        byte[] mac = TokenForms.part(token, token.length - Macs.LENGTH, token.length);
        for (int secret = 0; secret < secrets.size() && !outOfTime.getAsBoolean(); secret++) {
            int afterSecret = deviations - secrets.get(secret).mistakes().size();
            for (int derivation = 0; afterSecret >= 0 && derivation < Derivations.ALL.size(); derivation++) {
                int afterDerivation =
                        afterSecret - Derivations.ALL.get(derivation).deviations();
                for (KeyPart signing : KeyPart.values()) {
                    int afterSplit = afterDerivation - (signing == KeyPart.FIRST_HALF ? 0 : 1);
                    for (Step<Function<byte[], byte[]>> covered : Macs.COVERED) {
                        if (afterSplit == covered.deviations()
                                && fits(signing.of(key(secret, derivation)), covered, signed, mac)) {
                            return Optional.of(proved(secret, derivation, signing, covered, signed, form));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean fits(byte[] signingKey, Step<Function<byte[], byte[]>> covered, byte[] signed, byte[] mac) {
        tried++;
        return Arrays.equals(Macs.hmac(signingKey, covered.function().apply(signed)), mac);
    }

    private Diagnosis proved(
            int secret,
            int derivation,
            KeyPart signing,
            Step<Function<byte[], byte[]>> covered,
            byte[] signed,
            List<Mistake> form) {
        List<Mistake> mistakes = new ArrayList<>(secrets.get(secret).mistakes());
        Derivations.ALL.get(derivation).mistake().ifPresent(mistakes::add);
        Optional<Ciphers.Way> way = Ciphers.find(
                key(secret, derivation),
                TokenForms.part(signed, IV, CIPHERTEXT),
                TokenForms.part(signed, CIPHERTEXT, signed.length));
        KeyPart encrypting = way.map(Ciphers.Way::part).orElse(KeyPart.SECOND_HALF);
        Optional<Mistake> split = split(signing, encrypting);
        split.ifPresent(mistakes::add);
        covered.mistake().ifPresent(mistakes::add);
        // By the HMAC alone so far, but for a wrong encryption under a right HMAC.
        boolean proved =
                !mistakes.isEmpty() && !(signing == KeyPart.FIRST_HALF && split.isPresent()) || !form.isEmpty();
        way.flatMap(Ciphers.Way::mistake).ifPresent(mistakes::add);
        mistakes.addAll(form);
        if (way.isEmpty() && signing != KeyPart.FIRST_HALF) {
            // The other half may encrypt, or the same: not to be named.
            return new Diagnosis(List.of(), false, Stage.SPLIT, tried);
        }
        return new Diagnosis(
                List.copyOf(mistakes),
                proved,
                mistakes.isEmpty() ? Stage.TOKEN : mistakes.get(0).stage(),
                tried);
    }

    private static Optional<Mistake> split(KeyPart signing, KeyPart encrypting) {
        return switch (signing) {
            case FIRST_HALF ->
                switch (encrypting) {
                    case FIRST_HALF -> Optional.of(Mistake.SPLIT_FIRST_HALF_TWICE);
                    case SECOND_HALF -> Optional.empty();
                    case WHOLE -> Optional.of(Mistake.TOKEN_AES_256);
                };
            case SECOND_HALF ->
                switch (encrypting) {
                    case FIRST_HALF -> Optional.of(Mistake.SPLIT_HALVES_SWAPPED);
                    case SECOND_HALF, WHOLE -> Optional.of(Mistake.SPLIT_SECOND_HALF_TWICE);
                };
            case WHOLE ->
                switch (encrypting) {
                    case FIRST_HALF -> Optional.of(Mistake.SPLIT_ENCRYPTS_WITH_FIRST_HALF);
                    case SECOND_HALF -> Optional.of(Mistake.SPLIT_WHOLE_KEY_SIGNS);
                    case WHOLE -> Optional.of(Mistake.SPLIT_WHOLE_KEY_TWICE);
                };
        };
    }

    private boolean decryptsWithoutMac(byte[] token) {
        return Ciphers.find(
                        key(0, 0),
                        TokenForms.part(token, IV, CIPHERTEXT),
                        TokenForms.part(token, CIPHERTEXT, token.length))
                .filter(way ->
                        way.part() == KeyPart.SECOND_HALF && way.mistake().isEmpty())
                .isPresent();
    }

    private byte[] key(int secret, int derivation) {
        return keys.computeIfAbsent(secret * Derivations.ALL.size() + derivation, pair -> Derivations.ALL
                .get(derivation)
                .function()
                .apply(secrets.get(secret).bytes()));
    }

    private static boolean isText(byte[] payload) {
        return Ciphers.isUtf8(payload, payload.length);
    }

    private static List<Mistake> join(List<Mistake> first, List<Mistake> second) {
        List<Mistake> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
