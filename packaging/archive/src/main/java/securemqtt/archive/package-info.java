/**
 * Makes the class archives that the JVM reads instead of the programs' class files. {@link
 * securemqtt.archive.Archives} is the entry point. {@link securemqtt.archive.OneJar} merges the jars, and {@link
 * securemqtt.archive.ClassFiles} rewrites classes that cannot be archived. {@link securemqtt.archive.Training} runs
 * the programs, and {@link securemqtt.archive.Jvm} describes the JVM that runs them.
 */
package securemqtt.archive;
