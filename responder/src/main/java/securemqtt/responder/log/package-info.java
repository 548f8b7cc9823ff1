/** What may be in a log line. */
package securemqtt.responder.log;
