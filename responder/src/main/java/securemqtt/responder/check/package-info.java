/**
 * Checks somebody's client: runs it case by case against a broker and a responder of its own, and compares what the
 * client did with what the case expects. Knows no Quarkus.
 */
package securemqtt.responder.check;
