# shellcheck shell=sh disable=SC2154
# What the launchers share. They set home, the project's folder, and program, their own name, beforehand.

# The archive of the program's classes, if it has one.
archive=

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
  read_release
  # Before version 9 it was 1.8 and so on.
  major=${java_version#1.}
  major=${major%%[!0-9]*}
  [ -z "$major" ] || [ "$major" -ge 17 ] || fail "needs Java 17 or later, this is $major ($java)" \
    "install a JDK, version 17 or later, or set JAVA_HOME to one"
}

# Fails if a limit of the shell is lower than the program needs. Takes the option of ulimit, the least number, and its unit. The
# hard limit counts for files, as Java raises the soft one itself. Java would report too few addresses on standard output.
need() {
  kind=-S
  [ "$1" != -n ] || kind=-H
  # shellcheck disable=SC3045
  limit=$(ulimit "$kind" "$1" 2>/dev/null) || return 0
  case $limit in
    *[!0-9]* | '') return 0 ;;
  esac
  [ "$limit" -ge "$2" ] || fail "needs $2 $3, and only $limit are allowed" "raise the limit with ulimit $1 $2"
}

# Sets java_version, build and vendor to what the Java runtime says of itself in a file, or to nothing.
read_release() {
  java_version=
  build=
  vendor=
  runtime=${java%/bin/java}
  if [ -h "$java" ]; then
    # The one on PATH is mostly a link.
    runtime=$(readlink -f -- "$java") || return 0
    runtime=${runtime%/bin/java}
  fi
  # An old Java has a runtime in the JDK.
  release=$runtime/release
  [ -r "$release" ] || release=${runtime%/jre}/release
  [ -r "$release" ] || return 0
  while IFS='=' read -r key value; do
    value=${value#\"}
    value=${value%\"}
    case $key in
      JAVA_VERSION) java_version=$value ;;
      JAVA_RUNTIME_VERSION) build=$value ;;
      IMPLEMENTOR) vendor=${value%% *} ;;
    esac
  done <"$release"
}

# Sets archive to the archive of the program's classes that this Java has made, if there is one, else to nothing. The name
# is the one that Jvm.java in packaging/archive/ gives it. An archive that is older than the program does not count, as Java 25 would take it.
find_archive() {
  archive=
  for file in "${jar%/*}/$build-$vendor.aot" "${jar%/*}/$build-$vendor.jsa"; do
    # shellcheck disable=SC3013
    [ ! -f "$file" ] || [ "$jar" -nt "$file" ] || archive=$file
  done
}

# Has the archives made where there is none for this Java, such as after an update of it: once, behind all else, and apart from this
# terminal, so that Ctrl-C ends the program alone. The user's settings for the program's Java are not for that one.
make_archive() {
  target=$home/packaging/archive/target
  [ -z "$archive" ] && [ -n "$build" ] && [ -w "$target" ] && [ -r "$target/archive.jar" ] || return 0
  apart=$(command -v setsid || command -v nohup) && command -v nice >/dev/null || return 0
  # Of several launchers one makes the file. Who makes the archives removes it then; it stays where none can be made.
  (set -C && : >"$target/$build-$vendor.begun") 2>/dev/null || return 0
  (
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    case $java in
      /*) maker=$java ;;
      *) maker=$PWD/$java ;;
    esac
    cd "$home" && "$apart" nice -n 19 "$maker" -XX:-UsePerfData -jar "$target/archive.jar" --where-missing "$home" \
      </dev/null >/dev/null 2>&1 &
  )
}

# Runs the native program of a module in this process's place, if it was built after the jar. It needs no Java.
run_native() {
  native=$home/$1/target/secure_mqtt_$1-runner
  jar=$home/$1/target/quarkus-app/quarkus-run.jar
  shift
  # shellcheck disable=SC3013
  if [ -x "$native" ] && { [ ! -e "$jar" ] || [ "$native" -nt "$jar" ]; }; then
    LC_ALL=C.UTF-8
    export LC_ALL
    exec "$native" "$@"
  fi
}

# Sets jar to the packed program of a module; builds both programs if it is not there yet.
find_jar() {
  jar=$home/$1/target/quarkus-app/quarkus-run.jar
  [ -f "$jar" ] || build
  [ -r "$jar" ] || fail "cannot read $jar: permission denied" \
    "whoever built the program has to let you read it, for example with chmod -R a+rX"
}

build() {
  [ -w "$home" ] || fail "the programs must be built first, but nothing can be written to $home" \
    "build them as somebody who may, or copy the project to a folder of your own"
  # Two launchers may be started at once, in two terminals: the second waits for the first.
  if command -v flock >/dev/null; then
    exec 9>"$home/.build.lock"
    flock 9
  fi
  if [ ! -f "$jar" ]; then
    command -v mvn >/dev/null || fail "the programs must be built first, but Maven is missing" \
      "install Maven, version 3.8 or later"
    printf '%s: building, this happens only once\n' "$program" >&2
    # What an interrupted build leaves is no program.
    trap 'remove_programs; exit 129' HUP
    trap 'remove_programs; exit 130' INT
    trap 'remove_programs; exit 143' TERM
    (cd "$home" && mvn -B -ntp -pl client,responder,packaging/archive -am -Dmaven.test.skip=true -Dspotless.check.skip=true package) \
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
  # What the JVM has to say goes to standard error: of warnings, and of not being able to start. An archive that does not fit
  # any more makes the program start slower, which is nothing to complain of.
  log='all=warning,cds*=off'
  case $archive in
    *.aot)
      log="$log,aot*=off"
      set -- "-XX:AOTCache=$archive" "$@"
      ;;
    *.jsa) set -- "-XX:SharedArchiveFile=$archive" "$@" ;;
  esac
  # Java decodes arguments by the locale before the program starts, and Java 17 reads ASCII only in the locale C.
  LC_ALL=C.UTF-8
  export LC_ALL
  # Each thread reserves 64 MB of addresses for small blocks of memory, which is much where addresses are limited.
  # shellcheck disable=SC3045
  if [ "$(ulimit -v 2>/dev/null)" != unlimited ]; then
    MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
    export MALLOC_ARENA_MAX
  fi
  # Java 24 and later warn at every start of the way in which Netty uses memory; others do not know the option.
  # JBoss Threads and Netty are opened what the manifest of quarkus-run.jar opens where Java is told to run the jar.
  # The JVM would warn of .hotspotrc and .hotspot_compiler in the working directory, and share figures in a file whose name
  # can be foreseen. It would reserve 1 GB of addresses for classes, of which the programs take a few MB.
  exec "$java" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -XX:+DisplayVMOutputToStderr -Xlog:all=off "-Xlog:$log:stderr" \
    -XX:Flags=/dev/null -XX:CompileCommandFile=/dev/null -XX:-UsePerfData -XX:CompressedClassSpaceSize=64m "$@"
}

# Succeeds if a text in UTF-8 has characters beyond U+FFFF: their first byte is 360 in octal, or more.
is_beyond_ffff() (
  LC_ALL=C
  for first in 360 361 362 363 364; do
    case $1 in
      *"$(printf '%b' "\\0$first")"*) exit 0 ;;
    esac
  done
  exit 1
)

is_utf_8() {
  command -v iconv >/dev/null || return 0
  printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1
}

case $home in
  *:*)
    # Java splits its class path there, and has no way to quote it.
    fail "Java cannot run programs in a folder with a colon in its path: $home" "rename that folder, or move the program"
    ;;
  *[!\ -~]*)
    is_utf_8 "$home" || fail "Java cannot run programs in a folder whose path is not UTF-8: $home" \
      "rename that folder, or move the program"
    # Java does not find the libraries there: it encodes such a character as if it were two.
    ! is_beyond_ffff "$home" || fail \
      "Java cannot run programs in a folder with emoji or other characters beyond U+FFFF in its path: $home" \
      "rename that folder, or move the program"
    ;;
esac
# Java does not start in a folder that has been deleted. No file can be named relative to it either.
case $(pwd -P 2>/dev/null) in
  /*) ;;
  *) cd / ;;
esac
