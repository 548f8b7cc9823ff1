/** The load generator: runs many concurrent clients and reports the result of each. */
package securemqtt.load;
