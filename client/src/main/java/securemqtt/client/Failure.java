package securemqtt.client;

/**
 * Why a run ends without an answer, as the user reads it.
 *
 * @param problem what failed, with the value: lower case, no full stop
 * @param hint what to do now: lower case, no full stop
 */
record Failure(ExitCode exitCode, String problem, String hint) {}
