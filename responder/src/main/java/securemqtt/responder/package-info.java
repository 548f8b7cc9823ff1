/**
 * The responder's command line, its start and its end. {@code channel} takes requests from the broker and has {@code exchange} decide
 * what the answer is; {@code broker} keeps the connection; {@code management} tells how all of it fares.
 */
package securemqtt.responder;
