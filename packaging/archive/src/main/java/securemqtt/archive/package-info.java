/**
 * Archives of classes, which the JVM reads in place of the programs' class files. {@link securemqtt.archive.Archives} is the
 * order of things, {@link securemqtt.archive.Training} runs the programs, {@link securemqtt.archive.Jvm} knows the JVMs, and
 * {@link securemqtt.archive.ClassFiles} makes fit for an archive what is not.
 */
package securemqtt.archive;
