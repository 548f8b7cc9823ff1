/** Health and metrics. The service tells them; they know nothing of the service but its settings. */
package securemqtt.responder.management;
