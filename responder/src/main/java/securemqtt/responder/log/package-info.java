/** Makes untrusted text safe for log lines. */
package securemqtt.responder.log;
