/** Microbenchmarks of the protocol, each beside what the JDK does for the same end. */
package securemqtt.bench;
