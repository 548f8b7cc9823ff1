/**
 * Health and metrics. They know only the service's settings and its {@link
 * securemqtt.responder.management.ServiceState}.
 */
package securemqtt.responder.management;
