# shellcheck shell=bash
# Finds a Java 25 or newer. Sourced by the scripts in ops/; prints nothing on standard output but the answer.

readonly JAVA_NEEDED=25

# java_release HOME: the feature release of the Java in HOME ("25"), or nothing if there is none.
java_release() {
  local version=""
  [[ -x "$1/bin/java" ]] || return 0
  if [[ -r "$1/release" ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  if [[ -z "$version" ]]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  printf '%s' "$version"
}

# java_fits HOME TOOL: HOME is new enough and has bin/TOOL.
java_fits() {
  local release
  release=$(java_release "$1")
  [[ -n "$release" && "$release" -ge "$JAVA_NEEDED" && -x "$1/bin/$2" ]]
}

# java_places: every directory where a Java is usually kept, the most deliberate choice first.
java_places() {
  local on_path
  printf '%s\n' "${JAVA_HOME:-}" "${JDK_HOME:-}"
  if on_path=$(command -v java); then
    on_path=$(readlink -f "$on_path" 2>/dev/null || printf '%s' "$on_path")
    printf '%s\n' "${on_path%/bin/java}"
  fi
  compgen -G '/usr/lib/jvm/*' || true
  compgen -G '/opt/*' || true
  compgen -G '/opt/java/*' || true
  if [[ -n "${HOME:-}" ]]; then
    compgen -G "$HOME/.sdkman/candidates/java/*" || true
    compgen -G "$HOME/.jdks/*" || true
  fi
  compgen -G '/Library/Java/JavaVirtualMachines/*/Contents/Home' || true
}

# find_java [TOOL]: prints the home of a Java that has bin/TOOL (default: javac, so a whole JDK), or says what to
# install and fails.
find_java() {
  local tool=${1:-javac} home
  if [[ -n "${COUNTERSIGN_JAVA_HOME:-}" ]]; then
    # An explicit choice is taken or refused, never replaced in silence.
    if java_fits "$COUNTERSIGN_JAVA_HOME" "$tool"; then
      printf '%s\n' "$COUNTERSIGN_JAVA_HOME"
      return 0
    fi
    echo "COUNTERSIGN_JAVA_HOME: $COUNTERSIGN_JAVA_HOME (expected: a Java >= $JAVA_NEEDED with bin/$tool)" >&2
    return 1
  fi
  while IFS= read -r home; do
    if [[ -n "$home" ]] && java_fits "$home" "$tool"; then
      printf '%s\n' "$home"
      return 0
    fi
  done < <(java_places)
  echo "no Java >= $JAVA_NEEDED with bin/$tool found: install a JDK $JAVA_NEEDED (for example temurin-$JAVA_NEEDED-jdk)" \
    "or set COUNTERSIGN_JAVA_HOME" >&2
  return 1
}
