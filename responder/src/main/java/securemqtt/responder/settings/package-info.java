/** The responder's settings, from options and environment variables, and the files with its credentials. */
package securemqtt.responder.settings;
