package securemqtt.client;

/**
 * Why there is no answer, in the user's words.
 *
 * @param problem what went wrong and at which step: lower case, no full stop
 * @param hint the likely fix, in the same form
 */
record Failure(ExitCode exitCode, String problem, String hint) {}
