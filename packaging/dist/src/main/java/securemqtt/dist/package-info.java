/** Makes the distributions: each program with its own Java runtime. Runs only in the build. */
package securemqtt.dist;
