package securemqtt.client;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/**
 * A fresh key pair at every call. The first is in the making from the start, on another thread, while the connection is
 * made.
 */
final class KeyPairs implements Supplier<DhKeyPair> {
    private final SecureRandom random;
    private Optional<CompletableFuture<DhKeyPair>> first;

    KeyPairs(SecureRandom random) {
        this.random = random;
        this.first = Optional.of(CompletableFuture.supplyAsync(this::generate));
    }

    @Override
    public DhKeyPair get() {
        DhKeyPair keyPair = first.map(CompletableFuture::join).orElseGet(this::generate);
        first = Optional.empty();
        return keyPair;
    }

    private DhKeyPair generate() {
        return DhKeyPair.generate(DhGroup.lab(), random);
    }
}
