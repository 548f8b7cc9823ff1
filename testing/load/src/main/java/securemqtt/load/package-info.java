/** The load tool: many clients at once, and what became of each. */
package securemqtt.load;
