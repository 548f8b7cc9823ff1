# shellcheck shell=sh disable=SC2154
# What the launchers share. They set home, the project's folder, and program, their own name, beforehand.

# Says what went wrong and what to do about it, and ends.
fail() {
  printf '%s: error: %s\n' "$program" "$1" >&2
  printf '%s: hint: %s\n' "$program" "$2" >&2
  exit 1
}

# Sets java to the Java runtime: JAVA_HOME's if that is set, else the one on PATH.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it" \
      "set JAVA_HOME to a JDK, version 17 or later, or unset it"
  else
    java=$(command -v java) || fail "there is no Java" "install a JDK, version 17 or later, or set JAVA_HOME to one"
  fi
}

# Sets jar to the packed program of a module; builds both programs if it is not there yet.
find_jar() {
  jar=$home/$1/target/quarkus-app/quarkus-run.jar
  [ -f "$jar" ] || build
}

build() {
  # Two launchers may be started at once, in two terminals: the second waits for the first.
  if command -v flock >/dev/null; then
    exec 9>"$home/.build.lock"
    flock 9
  fi
  if [ ! -f "$jar" ]; then
    command -v mvn >/dev/null || fail "the programs have to be built first, and there is no Maven" \
      "install Maven, version 3.8 or later"
    printf '%s: building, this happens only once\n' "$program" >&2
    # What an interrupted build leaves is no program.
    trap 'remove_programs; exit 129' HUP
    trap 'remove_programs; exit 130' INT
    trap 'remove_programs; exit 143' TERM
    (cd "$home" && mvn -B -ntp -pl client,responder -am -Dmaven.test.skip=true -Dspotless.check.skip=true package) \
      >&2 || { remove_programs; fail "the build failed" "its own messages above say why"; }
    trap - HUP INT TERM
  fi
  exec 9>&-
}

remove_programs() {
  rm -rf "$home/client/target/quarkus-app" "$home/responder/target/quarkus-app"
}

# Runs Java, with the arguments given, in this process's place.
run() {
  # Java decodes arguments by the locale before the program starts, and Java 17 reads ASCII only in the locale C.
  LC_ALL=C.UTF-8
  export LC_ALL
  # Java 24 and later warn at every start of the way in which Netty uses memory; others do not know the option.
  exec "$java" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow "$@"
}
