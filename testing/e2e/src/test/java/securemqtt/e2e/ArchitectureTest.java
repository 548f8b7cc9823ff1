package securemqtt.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.SessionKey;

/** The dependencies that each module and package may have. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "securemqtt.protocol",
                    "securemqtt.broker",
                    "securemqtt.startup",
                    "securemqtt.client",
                    "securemqtt.responder");

    @Test
    void protocolKnowsJavaAndBouncyCastleOnly() {
        classes()
                .that()
                .resideInAPackage("securemqtt.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "securemqtt.protocol..",
                        "org.bouncycastle..",
                        "java.io",
                        "java.lang..",
                        "java.math",
                        "java.nio",
                        "java.nio.charset",
                        "java.security",
                        "java.time",
                        "java.util..")
                .check(CLASSES);
    }

    @Test
    void protocolMakesNoClockAndNoRandomSourceOfItsOwn() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.protocol..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callConstructor(java.security.SecureRandom.class)
                .orShould()
                .callConstructor(java.util.Random.class)
                .check(CLASSES);
    }

    @Test
    void clientAndResponderDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("securemqtt.responder..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("securemqtt.responder..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("securemqtt.client..")
                .check(CLASSES);
    }

    @Test
    void sharedModulesKnowNeitherClientNorResponder() {
        noClasses()
                .that()
                .resideInAnyPackage("securemqtt.broker..", "securemqtt.startup..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("securemqtt.client..", "securemqtt.responder..")
                .check(CLASSES);
    }

    @Test
    void reachingABrokerTakesNoQuarkus() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io..", "jakarta..", "picocli..", "securemqtt.startup..")
                .check(CLASSES);
    }

    @Test
    void theClientsExchangeDoesNothingItself() {
        noClasses()
                .that()
                .haveNameMatching("securemqtt\\.client\\.(Exchange(Request)?|KeyAgreements|IgnoredMessages"
                        + "|LostConnections|SubscriptionFailures|TimeoutDiagnosis|Event|Effect)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io..", "java.io..", "java.net..", "java.util.concurrent..", "picocli..")
                .check(CLASSES);
    }

    @Test
    void theRespondersDecisionsKnowNoMessaging() {
        noClasses()
                .that()
                .resideInAnyPackage("securemqtt.responder.exchange..", "securemqtt.responder.diagnosis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io..", "org.eclipse..", "jakarta..", "picocli..")
                .check(CLASSES);
    }

    /** Each package of the responder, and the responder's other packages that it may depend on. */
    @ParameterizedTest
    @CsvSource({
        "log,",
        "diagnosis,",
        "exchange, diagnosis",
        "settings, exchange",
        "management, settings diagnosis",
        "broker.embedded, log",
        "broker, settings",
        "redis, exchange settings",
        "channel, exchange settings management log diagnosis",
        "check, exchange diagnosis log broker.embedded",
        "page, channel exchange settings management diagnosis",
    })
    void eachPackageOfTheResponderDependsOnlyOnItsListedOnes(String name, String known) {
        String[] others = Stream.concat(
                        Stream.of(name), Stream.ofNullable(known).flatMap(names -> Stream.of(names.split(" "))))
                .map(other -> "securemqtt.responder." + other)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("securemqtt.responder." + name)
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackage("securemqtt.responder..")
                        .or(JavaClass.Predicates.resideInAnyPackage(others)))
                .check(CLASSES);
    }

    @Test
    void theCheckOfAClientNeedsNoQuarkus() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.responder.check")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse..")
                .check(CLASSES);
    }

    @Test
    void everyPackageOfTheResponderHasARule() {
        Set<String> packages = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("securemqtt.responder."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                "[broker, broker.embedded, channel, check, diagnosis, exchange, log, management, page, redis, settings]",
                packages.toString().replace("securemqtt.responder.", ""));
    }

    /** Those of the main package choose the store, and those of settings hold the login. */
    @Test
    void onlyOnePackageSendsCommandsToRedis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("securemqtt.responder.redis")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.vertx\\.redis\\.client\\.(Command|Request|RedisConnection)")
                .check(CLASSES);
    }

    @Test
    void onlyTheEmbeddedBrokerKnowsItsLibrary() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        "securemqtt\\.responder\\.broker\\.embedded\\.(EmbeddedBroker|BrokerListener|ArtemisWithoutPaging|SlowSubscribers)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.activemq..")
                .check(CLASSES);
    }

    /** A native program contains the values that static fields had during its build. */
    @Test
    void noStaticFieldOfTheClientHoldsASecretOrTheTime() {
        for (Class<?> type : List.of(Random.class, DhKeyPair.class, SessionKey.class, Instant.class, Clock.class)) {
            noFields()
                    .that()
                    .areStatic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideInAnyPackage(
                            "securemqtt.client..",
                            "securemqtt.protocol..",
                            "securemqtt.broker..",
                            "securemqtt.startup..")
                    .should()
                    .haveRawType(JavaClass.Predicates.assignableTo(type))
                    .check(CLASSES);
        }
    }

    @Test
    void theClientsMqttCodecKnowsNothingElse() {
        classes()
                .that()
                .resideInAPackage("securemqtt.client.mqtt..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("securemqtt.client.mqtt..", "java.io..", "java.lang..", "java.nio..", "java.util..")
                .check(CLASSES);
    }

    @Test
    void inStartupOnlyTheCommandLineKnowsPicocli() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.startup")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void onlyTheConnectionOfTheClientKnowsThatMqttIsSpoken() {
        noClasses()
                .that()
                .resideInAPackage("securemqtt.client")
                .and()
                .haveNameNotMatching("securemqtt\\.client\\.(MqttConnection|ConnectionFailures|Broker)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("securemqtt.client.mqtt..")
                .check(CLASSES);
    }
}
