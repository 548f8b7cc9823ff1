/** Finds out which mistake of a client a message shows. Pure: it knows no connection, no clock and no other part of the responder. */
package securemqtt.responder.diagnosis;
