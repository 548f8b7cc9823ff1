/** What the responder is told: its options and environment variables, and the files with its credentials. */
package securemqtt.responder.settings;
