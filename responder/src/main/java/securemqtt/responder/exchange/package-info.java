/** From a request to its answer: sessions, actions on the text, the responder's identity. It knows no messaging and no Quarkus. */
package securemqtt.responder.exchange;
