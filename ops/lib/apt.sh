# shellcheck shell=bash
# Fetches one signed package of another Debian suite without installing anything: this machine's mirrors, keyrings and
# apt settings (proxies too), but a source list, state and cache of our own. Works without root. Sourced by ops/nats-server.

apt_there() { type -P apt-get >/dev/null && type -P dpkg >/dev/null && type -P flock >/dev/null; }

# apt_sources: "URI<TAB>keyring" for each archive in this machine's apt sources (both formats) that has a component "main".
apt_sources() {
  local parts list
  parts=$(apt-config shell dir Dir::Etc::sourceparts/d)
  list=$(apt-config shell file Dir::Etc::sourcelist/f)
  local dir="" file=""
  eval "$parts"
  eval "$list"
  local -a one_line=() deb822=()
  mapfile -t one_line < <(compgen -G "${dir%/}/*.list" || true)
  mapfile -t deb822 < <(compgen -G "${dir%/}/*.sources" || true)
  [[ ! -r "$file" ]] || one_line=("$file" ${one_line[@]+"${one_line[@]}"})
  if ((${#deb822[@]})); then
    awk '
      function flush(   i, n, uri) {
        if (types ~ /(^| )deb( |$)/ && components ~ /(^| )main( |$)/ && enabled !~ /^(no|false|0)$/) {
          n = split(uris, uri, " ")
          for (i = 1; i <= n; i++) print uri[i] "\t" (key ~ /^\// ? key : "")
        }
        types = components = enabled = uris = key = field = ""
      }
      function add(value) {
        gsub(/^[ \t]+|[ \t\r]+$/, "", value)
        if (field == "types") types = types " " value
        else if (field == "components") components = components " " value
        else if (field == "enabled") enabled = tolower(value)
        else if (field == "uris") uris = uris " " value
        else if (field == "signed-by" && key == "") key = value
      }
      FNR == 1 || /^[ \t\r]*$/ { flush() }
      /^#/ { next }
      /^[ \t]/ { add($0); next }
      /:/ { field = tolower(substr($0, 1, index($0, ":") - 1)); add(substr($0, index($0, ":") + 1)) }
      END { flush() }
    ' "${deb822[@]}"
  fi
  if ((${#one_line[@]})); then
    awk '
      $1 == "deb" && / main( |$)/ {
        key = ""
        if (match($0, /signed-by=[^] \t]+/)) key = substr($0, RSTART + 10, RLENGTH - 10)
        sub(/^[ \t]*deb[ \t]+(\[[^]]*\][ \t]*)?/, "")
        print $1 "\t" (key ~ /^\// ? key : "")
      }
    ' "${one_line[@]}"
  fi
}

# apt_archives: the same without repetition, the ones that look like Debian's own archive first.
apt_archives() {
  local all
  all=$(apt_sources | awk -F '\t' '!seen[$1]++ && $1 !~ /^cdrom:/ && $1 !~ /-security\/?$/')
  grep -E '/debian/?(\s|$)' <<<"$all" || true
  grep -vE '/debian/?(\s|$)|^$' <<<"$all" || true
}

# apt_private COMMAND…: apt-get or apt-cache with the settings in $work/apt.conf ($work: the caller's) on top of the machine's.
apt_private() { "$1" -q -c "$work/apt.conf" "${@:2}"; }

# apt_complain: what went wrong in the last run.
apt_complain() { grep -E '^[EW]:' "$work/apt.log" >&2 || true; }

# apt_configure SUITE ARCHIVE WORK: a private apt that knows nothing but this one suite.
apt_configure() {
  local suite=$1 uri=${2%%$'\t'*} key=${2#*$'\t'} work=$3 options=""
  [[ -n "$key" || ! -r /usr/share/keyrings/debian-archive-keyring.gpg ]] \
    || key=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -z "$key" ]] || options="[signed-by=$key] "
  rm -rf "$work/apt"
  mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial"
  : >"$work/apt/status"
  printf 'deb %s%s %s main\n' "$options" "$uri" "$suite" >"$work/apt/sources.list"
  # The hooks of this machine (docker-clean, packagekit) are for its own apt; pins of its own must not hide the package.
  cat >"$work/apt.conf" <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$work/apt/state";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "";
APT::Default-Release "";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
END
}

# apt_candidate PACKAGE SUITE ARCHIVE WORK: prints the upstream version that Debian's SUITE has, fails if it has none.
apt_candidate() {
  local package=$1 suite=$2 archive=$3 work=$4 version
  apt_configure "$suite" "$archive" "$work"
  echo "apt: reading the package list of $suite" >&2
  apt_private apt-get update >"$work/apt.log" 2>&1 || { apt_complain; return 1; }
  # Signed, but by whom? Somebody else's archive may have a suite and a package of the same name.
  # shellcheck disable=SC2016  # apt expands it, not the shell
  [[ "$(apt_private apt-get indextargets --format '$(ORIGIN)' | sort -u)" == Debian ]] || return 1
  version=$(apt_private apt-cache madison "$package" | awk -F ' *[|] *' 'NR == 1 { print $2 }')
  version=${version#*:}
  version=${version%%-*}
  [[ -n "$version" ]] && printf '%s\n' "${version%%[+~]*}"
}

# apt_unpack PACKAGE WORK: downloads (apt checks the signature and the hash) and unpacks under WORK/root.
apt_unpack() {
  local package=$1 work=$2
  rm -rf "$work/root" "$work/deb"
  mkdir -p "$work/deb"
  (cd "$work/deb" && apt_private apt-get download "$package") >"$work/apt.log" 2>&1 \
    || { apt_complain; return 1; }
  dpkg -x "$work/deb/"*.deb "$work/root"
}

# apt_file WORK NAME: the program NAME among what was unpacked.
apt_file() { find "$1/root" -type f -name "$2" -path '*bin/*' -print -quit; }
