# Measures training for bin/bench: steps in turns with the peers, and an epoch as a whole process. Sourced, with JDK_HOME,
# root, out, quick, results and the functions jmh and python set.

# steps JMH-OPTION...: rounds of one fork of ours, PyTorch, TensorFlow; each size of team has a turn of its own.
steps() {
    local rounds=3 seconds=6 fork=(-f 1) round threads peer file interpreter
    [ $quick = no ] || { rounds=1 seconds=2 fork=(); } # jmh asks for one fork itself
    local torch tensorflow
    torch=$(python torch)
    tensorflow=$(python tensorflow)
    for round in $(seq $rounds); do
        for threads in 1 2; do
            jmh "steps-$round-$threads.json" TrainStepBenchmark ${fork[@]+"${fork[@]}"} -p threads=$threads "$@"
            for peer in torch tensorflow; do
                file=$out/$peer-$round-$threads.json
                interpreter=${!peer}
                PYTHONDONTWRITEBYTECODE=1 "$interpreter" "$root/jmh/peers/${peer}_step.py" \
                    --threads $threads --seconds $seconds --json "$file" >&2
                results+=("$file")
            done
        done
    done
}

# quoted TEXT: as a string of JSON.
quoted() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# epoch FOLDER ABOUT: the paper's recipe for one epoch on two threads, as a user would start it.
epoch() {
    local runs=3 threads=2 batch=256 run trained start end separator= folder
    [ $quick = no ] || runs=1
    folder=$(mktemp -d)
    "$root/bin/dovetail" --help >/dev/null # builds, if there is something to build
    {
        printf '{"data": %s, "about": %s, "batch": %d, "threads": %d, "runs": [' \
            "$(quoted "$(basename "$1")")" "$(quoted "$2")" $batch $threads
        for run in $(seq $runs); do
            start=$(date +%s%N)
            trained=$("$root/bin/dovetail" train --data "$1" --out "$folder/$run" --model dat-paper \
                --set epochs=1 --set batch=$batch --threads $threads --json)
            end=$(date +%s%N)
            printf '%s\n{"wallSeconds": %d.%03d, "train": %s, "epoch": %s}' "$separator" \
                $(((end - start) / 1000000000)) $(((end - start) / 1000000 % 1000)) \
                "${trained//"$folder/"/}" "$(tail -n 1 "$folder/$run/metrics.jsonl")"
            separator=,
        done
        printf ']}\n'
    } >"$out/epoch.json"
    rm -rf "$folder"
    results+=("$out/epoch.json")
}
