
# shellcheck shell=sh disable=SC2034,SC2154
# In a distribution nothing is looked for or built: this comes after launch.sh, and so in place of what that says.

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
