# Finds a JDK that can run Dovetail. Sourced by the scripts of bin/; bash 3.2 (macOS) is enough.
#
# A JDK's version is read from its `release` file, so looking costs no JVM start. 25.0.0 to 25.0.2 are refused:
# they corrupt data with the G1 collector (JDK-8377811).

# The real path of a file, through any chain of symbolic links (macOS had no `readlink -f` for long).
real_path() {
    local path=$1 target
    while [ -L "$path" ]; do
        target=$(readlink "$path")
        case $target in
            /*) path=$target ;;
            *) path=$(dirname "$path")/$target ;;
        esac
    done
    echo "$(cd -P "$(dirname "$path")" && pwd -P)/$(basename "$path")"
}

# The folders to look into, best first: what the user chose, then where installers put JDKs.
jdk_candidates() {
    [ -n "${JAVA_HOME:-}" ] && echo "$JAVA_HOME"
    if command -v java >/dev/null 2>&1; then
        dirname "$(dirname "$(real_path "$(command -v java)")")"
    fi
    local home
    for home in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/jdk* /opt/jvm/* \
        /usr/local/openjdk-* "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.jbang/cache/jdks/* \
        "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        [ -d "$home" ] && echo "$home"
    done
    return 0
}

# Prints why the folder $1 does not serve, or nothing when it does.
jdk_objection() {
    if [ ! -r "$1/release" ] || [ ! -x "$1/bin/java" ]; then
        echo "not a JDK (no release file, or no bin/java)"
        return
    fi
    local version major minor update
    version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release" | tr -d '\r')
    IFS=. read -r major minor update _ <<<"${version%%[-+_]*}"
    if [ "${major:-0}" -lt 25 ]; then
        echo "Java ${version:-of unknown version}, too old"
    elif [ "$major" -eq 25 ] && [ "${minor:-0}" -eq 0 ] && [ "${update:-0}" -lt 3 ]; then
        echo "Java $version, refused: 25.0.0 to 25.0.2 corrupt data with the G1 collector (JDK-8377811)"
    elif [ ! -x "$1/bin/javac" ]; then
        echo "Java $version without a compiler: a run-time environment, not a JDK"
    fi
}

# Sets JDK_HOME, or exits 2 and says what was found, what to install and which variable to set.
find_jdk() {
    local home objection seen=""
    if [ -n "${DOVETAIL_JAVA_HOME:-}" ]; then
        objection=$(jdk_objection "$DOVETAIL_JAVA_HOME")
        if [ -n "$objection" ]; then
            echo "dovetail: DOVETAIL_JAVA_HOME=$DOVETAIL_JAVA_HOME: $objection." >&2
            echo "Set it to the folder of a JDK 25.0.3 or newer, or unset it to have one looked for." >&2
            exit 2
        fi
        JDK_HOME=$DOVETAIL_JAVA_HOME
        return
    fi
    while IFS= read -r home; do
        home=$(cd -P "$home" 2>/dev/null && pwd -P) || continue
        case $seen in *"  $home:"*) continue ;; esac
        objection=$(jdk_objection "$home")
        if [ -z "$objection" ]; then
            JDK_HOME=$home
            return
        fi
        seen="$seen  $home: $objection"$'\n'
    done < <(jdk_candidates)
    {
        echo "dovetail: no JDK 25.0.3 or newer was found on this machine."
        if [ -n "$seen" ]; then
            echo "Looked at:"
            printf '%s' "$seen"
        fi
        echo "Install one, for instance Eclipse Temurin 25 (https://adoptium.net; on Debian and Ubuntu the package"
        echo "temurin-25-jdk, with SDKMAN 'sdk install java 25-tem', on macOS 'brew install temurin@25')."
        echo "If it is installed elsewhere, set JAVA_HOME to its folder, or DOVETAIL_JAVA_HOME for the scripts of bin/ alone."
    } >&2
    exit 2
}
