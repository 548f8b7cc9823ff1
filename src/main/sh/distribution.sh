
# shellcheck shell=sh disable=SC2034,SC2154
# A distribution does not search for Java or build the programs. The build appends this file to launch.sh, so these
# functions replace those of the same name.

find_java() {
  java=$home/lib/runtime/bin/java
}

find_jar() {
  jar=$home/lib/app/quarkus-run.jar
}

find_archive() {
  archive=
  for file in "$home"/lib/app/*.aot "$home"/lib/app/*.jsa; do
    [ ! -f "$file" ] || archive=$file
  done
}

make_archive() {
  :
}
