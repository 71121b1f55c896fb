# Interpreters of Python with peers in them. Sourced, with root and the function fail set.

# python NAME: a virtual environment with what jmh/peers/NAME.txt asks for, made on first use; prints its interpreter.
# An interpreter of one's own can be named: DOVETAIL_TORCH_PYTHON, DOVETAIL_TENSORFLOW_PYTHON.
python() {
    local own=DOVETAIL_${1^^}_PYTHON folder=$root/jmh/target/peers-$1
    if [ -n "${!own:-}" ]; then
        echo "${!own}"
        return
    fi
    if [ ! -f "$folder/complete" ]; then
        echo "bench: fetching $1..." >&2
        rm -rf "$folder"
        python3 -m venv "$folder" >&2 || fail "python3 cannot make a virtual environment; install python3-venv"
        "$folder/bin/pip" install --quiet -r "$root/jmh/peers/$1.txt" >&2 ||
            fail "pip cannot install jmh/peers/$1.txt; its message is above"
        touch "$folder/complete"
    fi
    echo "$folder/bin/python"
}
