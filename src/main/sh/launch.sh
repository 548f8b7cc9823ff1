# shellcheck shell=sh disable=SC2154
# Functions that the launchers share. A launcher first sets home, the project's folder, and program, its own name.

# The file with the archive of the program's classes, or empty.
archive=

# Prints an error and a hint, and exits.
fail() {
  printf '%s: error: %s\n' "$program" "$1" >&2
  printf '%s: hint: %s\n' "$program" "$2" >&2
  exit 1
}

# Sets java to the java command: from JAVA_HOME if that is set, otherwise from PATH.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it" \
      "set JAVA_HOME to a JDK, version 17 or later, or unset it"
  else
    java=$(command -v java) || fail "there is no Java" "install a JDK, version 17 or later, or set JAVA_HOME to one"
  fi
  read_release
  # Versions before 9 are numbered 1.8, 1.7 and so on.
  major=${java_version#1.}
  major=${major%%[!0-9]*}
  [ -z "$major" ] || [ "$major" -ge 17 ] || fail "needs Java 17 or later, this is $major ($java)" \
    "install a JDK, version 17 or later, or set JAVA_HOME to one"
}

# Fails if a resource limit is too low for the program. Takes the option of ulimit, the smallest number and its unit.
# For open files it checks the hard limit, because Java raises the soft one. Without this check, Java would report a
# lack of address space on standard output.
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

# Sets java_version, build and vendor from the Java runtime's file "release", or to empty strings.
read_release() {
  java_version=
  build=
  vendor=
  runtime=${java%/bin/java}
  if [ -h "$java" ]; then
    # The java command on PATH is usually a symbolic link.
    runtime=$(readlink -f -- "$java") || return 0
    runtime=${runtime%/bin/java}
  fi
  # In JDKs before version 9, the runtime is in the folder jre.
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

# Sets archive to the archive that this Java made of the program's classes, or to an empty string. Jvm.java in
# packaging/archive/ makes the same file name. An archive older than the program is ignored: Java 25 would use it
# anyway.
find_archive() {
  archive=
  for file in "${jar%/*}/$build-$vendor.aot" "${jar%/*}/$build-$vendor.jsa"; do
    # shellcheck disable=SC3013
    [ ! -f "$file" ] || [ "$jar" -nt "$file" ] || archive=$file
  done
}

# Starts making the archives if this Java has none, for example after an update of Java. This runs once, in the
# background and with the lowest priority. It runs apart from this terminal, so that Ctrl-C stops only the program. It
# ignores the user's options for Java, which are meant for the program.
make_archive() {
  target=$home/packaging/archive/target
  [ -z "$archive" ] && [ -n "$build" ] && [ -w "$target" ] && [ -r "$target/archive.jar" ] || return 0
  apart=$(command -v setsid || command -v nohup) && command -v nice >/dev/null || return 0
  # Only the launcher that creates this file makes archives. The file is removed when they are finished. It stays if
  # they cannot be made.
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

# Replaces this process by the native program of a module, if there is one and it is newer than the jar. It needs no
# Java.
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

# Sets jar to the packaged program of a module. Builds both programs if the jar does not exist.
find_jar() {
  jar=$home/$1/target/quarkus-app/quarkus-run.jar
  [ -f "$jar" ] || build
  [ -r "$jar" ] || fail "cannot read $jar: permission denied" \
    "whoever built the program has to let you read it, for example with chmod -R a+rX"
}

build() {
  [ -w "$home" ] || fail "the programs must be built first, but nothing can be written to $home" \
    "build them as somebody who may, or copy the project to a folder of your own"
  # If two launchers start at the same time, the second waits for the build of the first.
  if command -v flock >/dev/null; then
    exec 9>"$home/.build.lock"
    flock 9
  fi
  if [ ! -f "$jar" ]; then
    command -v mvn >/dev/null || fail "the programs must be built first, but Maven is missing" \
      "install Maven, version 3.8 or later"
    printf '%s: building, this happens only once\n' "$program" >&2
    # An interrupted build leaves unusable programs.
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

# Replaces this process by Java with the given arguments.
run() {
  # The JVM prints its warnings and start errors to standard error. It does not report an archive that no longer
  # matches the program: the program only starts slower.
  log='all=warning,cds*=off'
  case $archive in
    *.aot)
      log="$log,aot*=off"
      set -- "-XX:AOTCache=$archive" "$@"
      ;;
    *.jsa) set -- "-XX:SharedArchiveFile=$archive" "$@" ;;
  esac
  # Java decodes the arguments by the locale before the program starts. In the locale C, Java 17 decodes only ASCII.
  LC_ALL=C.UTF-8
  export LC_ALL
  # glibc reserves 64 MB of address space for each malloc arena. Where address space is limited, two arenas must
  # suffice.
  # shellcheck disable=SC3045
  if [ "$(ulimit -v 2>/dev/null)" != unlimited ]; then
    MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
    export MALLOC_ARENA_MAX
  fi
  # --sun-misc-unsafe-memory-access stops a warning of Java 24 and later about Netty. Earlier versions do not know the
  # option and ignore it. --add-opens and --enable-native-access repeat what the manifest of quarkus-run.jar grants to
  # JBoss Threads and Netty. -XX:Flags and -XX:CompileCommandFile stop warnings about .hotspotrc and .hotspot_compiler
  # in the working directory. -XX:-UsePerfData keeps the JVM from writing statistics to a file with a predictable
  # name. -XX:CompressedClassSpaceSize replaces the default of 1 GB of address space. The programs' classes need a few
  # MB.
  exec "$java" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -XX:+DisplayVMOutputToStderr -Xlog:all=off "-Xlog:$log:stderr" \
    -XX:Flags=/dev/null -XX:CompileCommandFile=/dev/null -XX:-UsePerfData -XX:CompressedClassSpaceSize=64m "$@"
}

# Succeeds if a UTF-8 text has characters beyond U+FFFF. The first byte of their encoding is 360 to 364 in octal.
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
    # Java splits its class path at colons, which cannot be quoted.
    fail "Java cannot run programs in a folder with a colon in its path: $home" "rename that folder, or move the program"
    ;;
  *[!\ -~]*)
    is_utf_8 "$home" || fail "Java cannot run programs in a folder whose path is not UTF-8: $home" \
      "rename that folder, or move the program"
    # Java encodes a character beyond U+FFFF in a path as two characters, so it would not find the libraries.
    ! is_beyond_ffff "$home" || fail \
      "Java cannot run programs in a folder with emoji or other characters beyond U+FFFF in its path: $home" \
      "rename that folder, or move the program"
    ;;
esac
# Java does not start in a deleted working directory. The program loses nothing in /: relative paths have no meaning
# there.
case $(pwd -P 2>/dev/null) in
  /*) ;;
  *) cd / ;;
esac
