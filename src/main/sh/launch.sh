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

# Sets archive to the archive of the program's classes that this Java has made, if there is one, else to nothing. The name
# is the one that Jvm.java in archive/ gives it. Whether it still fits the program is for the JVM to see.
find_archive() {
  archive=
  runtime=${java%/bin/java}
  if [ -h "$java" ]; then
    # The one on PATH is mostly a link.
    runtime=$(readlink -f -- "$java") || return 0
    runtime=${runtime%/bin/java}
  fi
  [ -r "$runtime/release" ] || return 0
  version=
  vendor=
  while IFS='=' read -r key value; do
    value=${value#\"}
    value=${value%\"}
    case $key in
      JAVA_RUNTIME_VERSION) version=$value ;;
      IMPLEMENTOR) vendor=${value%% *} ;;
    esac
  done <"$runtime/release"
  for file in "${jar%/*}/$version-$vendor.aot" "${jar%/*}/$version-$vendor.jsa"; do
    case $file in
      # The JVM would take this for the names of two files.
      *:*) ;;
      *) [ ! -f "$file" ] || archive=$file ;;
    esac
  done
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
    (cd "$home" && mvn -B -ntp -pl client,responder,archive -am -Dmaven.test.skip=true -Dspotless.check.skip=true package) \
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
  find_archive
  # An archive that does not fit any more makes the program start slower, which is nothing to complain of.
  case $archive in
    *.aot) set -- "-Xlog:aot*=off,cds*=off" "-XX:AOTCache=$archive" "$@" ;;
    *.jsa) set -- "-Xlog:cds*=off" "-XX:SharedArchiveFile=$archive" "$@" ;;
  esac
  # Java decodes arguments by the locale before the program starts, and Java 17 reads ASCII only in the locale C.
  LC_ALL=C.UTF-8
  export LC_ALL
  # Java 24 and later warn at every start of the way in which Netty uses memory; others do not know the option.
  exec "$java" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow "$@"
}
