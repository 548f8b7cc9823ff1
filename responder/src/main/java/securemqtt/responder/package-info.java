/**
 * What the service does with a message. {@link securemqtt.responder.RequestChannel} takes requests from the broker and
 * hands them to {@link securemqtt.responder.Responder}, which decides what the answer is.
 */
package securemqtt.responder;
