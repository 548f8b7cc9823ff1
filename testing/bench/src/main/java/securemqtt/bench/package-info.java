/** Microbenchmarks of the protocol, compared with the JDK's own implementations. */
package securemqtt.bench;
