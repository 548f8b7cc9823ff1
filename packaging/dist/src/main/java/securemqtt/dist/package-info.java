/** Makes what is handed out: each program with a Java runtime of its own. Runs in the build only. */
package securemqtt.dist;
