/** How client and responder start: where their settings come from, and the way from the JVM's first line to Quarkus. */
package securemqtt.startup;
