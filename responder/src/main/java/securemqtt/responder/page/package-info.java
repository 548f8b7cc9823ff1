/**
 * The live page: records the outcome of each message, and shows it in a browser. It may know the channel, and the
 * channel knows nothing of it.
 */
package securemqtt.responder.page;
