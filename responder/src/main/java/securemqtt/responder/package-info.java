/**
 * The responder's command line, its start and its end. {@code settings} reads what the user configures. {@code channel}
 * takes requests from the broker, and {@code exchange} decides on the answers. {@code broker} keeps the connection, and
 * {@code management} serves health and metrics.
 */
package securemqtt.responder;
