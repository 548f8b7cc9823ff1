/**
 * How both programs start: the sources of their settings, the way from the JVM to Quarkus, and the errors on that
 * way.
 */
package securemqtt.startup;
