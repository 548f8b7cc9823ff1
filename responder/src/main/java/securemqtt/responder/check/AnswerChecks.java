package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.robustness;
import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.answerOrError;
import static securemqtt.responder.check.Expectations.observed;
import static securemqtt.responder.check.Expectations.printsAtMost;
import static securemqtt.responder.check.Expectations.sendsKey;
import static securemqtt.responder.check.Expectations.sendsRequest;

import java.util.List;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** Messages on the response topics that a good client ignores or refuses. */
final class AnswerChecks {
    private static final NetId NETID = new NetId(Trial.NETID);
    private static final String IGNORE = "Anybody on the broker can publish there.";

    private AnswerChecks() {}

    static List<CheckCase> all() {
        return List.of(
                robustness("retained-ignored", "ignores retained messages on its response topics")
                        .why(
                                "A retained message is an old one. A key or an answer of an earlier exchange is of no use.")
                        .fix("Ignore messages with the retain flag.")
                        .plays(AnswerChecks::exchangeAfterRetainedMessages)
                        .expects(answer("cba")),
                robustness("own-key-reflected", "does not use its own public key, sent back")
                        .why("Whoever sends your own key back makes you agree with yourself.")
                        .fix(
                                "Compare the received key with your own, and ignore it or end with an error if they are equal.")
                        .exchanges(() -> WrongAnswers.keyBefore((own, request) -> List.of(own)), "reverse", "abc")
                        .expects(sendsKey(), noRequestUnderAnotherKey(), answerOrError("cba")),
                robustness("own-token-reflected", "does not take its own request, sent back, for the answer")
                        .why("Both directions have the same key, so your own token can be decrypted.")
                        .fix("Compare a received token with the one that you sent.")
                        .exchanges(
                                () -> WrongAnswers.tokenBefore((request, answer) -> List.of(request)), "reverse", "abc")
                        .expects(sendsRequest("reverse"), answerOrError("cba")),
                robustness("junk-ignored", "ignores junk on its response topics")
                        .why(IGNORE + " Junk must not keep the answer from you.")
                        .fix("Catch the errors of parsing and decrypting, and go on waiting until the time is up.")
                        .exchanges(WrongAnswers::junkBefore, "reverse", "abc")
                        .expects(answer("cba")),
                robustness("duplicate-answers", "prints the answer once if it arrives twice")
                        .why("QoS 1 delivers a message at least once, sometimes twice.")
                        .fix("Take the first valid key and the first valid answer, and ignore later ones.")
                        .exchanges(WrongAnswers::everythingTwice, "reverse", "abc")
                        .expects(answer("cba")),
                robustness("second-responder", "gets its answer if two responders answer")
                        .why("Two responders may serve one NetID. Each has a key of its own.")
                        .fix("Keep the first key, and ignore tokens that are not under it.")
                        .plays(trial -> {
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            trial.startResponder(new GoodResponder());
                            trial.exchange("reverse", "abc");
                        })
                        .expects(answer("cba")),
                robustness("wrong-group-refused", "does not use a key of another group")
                        .why("An attacker could choose a group in which the secret is easy to find.")
                        .fix("Compare the received key's parameters with dhparam4096.pem.")
                        .exchanges(
                                () -> WrongAnswers.keyBefore((own, request) -> List.of(WrongKeys.ofOtherGroup())),
                                "reverse",
                                "abc")
                        .expects(sendsKey(), noRequestUnderAnotherKey(), answerOrError("cba")),
                robustness("weak-key-refused", "does not use the public values 1 and p-1")
                        .why("With them, everybody knows the shared secret.")
                        .fix("Refuse public values outside 2 to p-2.")
                        .exchanges(
                                () -> WrongAnswers.keyBefore(
                                        (own, request) -> List.of(WrongKeys.one(), WrongKeys.minusOne())),
                                "reverse",
                                "abc")
                        .expects(sendsKey(), noRequestUnderAnotherKey(), answerOrError("cba")),
                robustness("tampered-answer-refused", "does not print an answer that was changed on its way")
                        .why("The HMAC shows every change. An answer without a valid HMAC is anybody's.")
                        .fix("Check the HMAC before decrypting, as Fernet libraries do.")
                        .exchanges(
                                () -> WrongAnswers.tokenBefore(
                                        (request, answer) -> List.of(WrongAnswers.changed(answer))),
                                "reverse",
                                "abc")
                        .expects(sendsRequest("reverse"), printsAtMost("cba"), answerOrError("cba")));
    }

    /** The client made no token under a key that it should not have used. */
    private static Expectation noRequestUnderAnotherKey() {
        return observed(
                "the client makes no request under such a key",
                seen -> seen.refused().stream().findFirst().map(RefusedRequest::describe));
    }

    private static void exchangeAfterRetainedMessages(Trial trial)
            throws java.io.IOException, InterruptedException, RefusedException {
        trial.startBroker();
        CheckResponder responder = trial.startResponder(new PatientResponder(trial));
        GoodResponder earlier = new GoodResponder();
        DhKeyPair client = DhKeyPair.generate(DhGroup.lab(), WrongKeys.RANDOM);
        byte[] key = earlier.answer(
                        new Topics.KeyExchange(NETID), client.publicKey().toPem())
                .payload();
        byte[] token = WrongAnswers.token(client, key, "an old answer");
        responder.retain(Topics.keyExchangeResponse(NETID), key);
        responder.retain(Topics.actionResponse(NETID, Action.REVERSE), token);
        trial.exchange("reverse", "abc");
    }

    /** Answers a key once the client has received the retained one, so that all runs are alike. */
    private static final class PatientResponder implements KnowingBehavior {
        private final Trial trial;
        private final GoodResponder good = new GoodResponder();

        PatientResponder(Trial trial) {
            this.trial = trial;
        }

        @Override
        public void receive(Topics.Request request, byte[] payload, Publisher publisher)
                throws RefusedException, InterruptedException {
            trial.awaitPacket(packet -> packet.isRetained() && packet.isPublishOf(Topics.keyExchangeResponse(NETID)));
            good.receive(request, payload, publisher);
        }

        @Override
        public GoodResponder knowledge() {
            return good;
        }
    }
}
