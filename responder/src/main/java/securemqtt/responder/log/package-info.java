/** Log lines: text that is safe for them, and fields for programs. */
package securemqtt.responder.log;
