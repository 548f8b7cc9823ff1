/**
 * What the command lines of client and responder have in common: options, the output of {@code --version}, and error
 * messages. An option belongs into a mixin here if both programs have it with the same text.
 */
package securemqtt.startup.commandline;
