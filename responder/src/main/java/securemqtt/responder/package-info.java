/**
 * The responder's command line, start and end. {@code channel} takes requests from the broker, and {@code exchange}
 * decides their answers. {@code broker} keeps the connection, and {@code management} reports health and metrics.
 */
package securemqtt.responder;
