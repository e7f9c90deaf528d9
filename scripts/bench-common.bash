# shellcheck shell=bash disable=SC2154 # log, floor, runs and starts are of scripts/bench
# For scripts/bench and scripts/bench.d/*.bash: what measures, and the lines that are printed.
#
#   measure NAME COMMAND...     runs it and keeps what it took under NAME, one row for each run
#   show                        a line of what was kept
#   header, line                one command over many records: times, memory, cost of one
#   singles, single             whole processes of one record each
#   rates, rate, speed          how many in a second
#   fresh                       a ledger, host, keys and vault as they were made
#   noise MIB                   bytes for large files
#   together, many              processes at once, and one after another
#   processors                  of which each can be had alone, by taskset(1)

TIMEFORMAT='%3R %3U %3S'

stop() {
  printf 'bench: error: %s\n' "$1" >&2
  exit 1
}
# What is not there is not compared with, and that is told.
left_out() { printf "bench: '%s' is not installed; %s\n" "$1" "$2"; }

# measure NAME COMMAND...: adds `wall cpu rss anon` (ms, ms, KiB, KiB) to NAME.  Of programs the memory is sampled; of functions, which
# are many processes, it is not known.
measure() {
  local name=$1 wall user system memory sampled=("$floor" peak memory)
  shift
  if declare -F "$1" >/dev/null; then sampled=(); fi
  echo 0 0 >memory
  { time ${sampled[@]+"${sampled[@]}"} "$@" >"$log" 2>&1 </dev/null || : >failed; } 2>timed
  [[ ! -e failed ]] || {
    printf 'bench: error: %s\n' "$*" >&2
    cat "$log" >&2
    exit 1
  }
  read -r wall user system <timed
  read -r memory <memory
  echo $((10#${wall/./})) $((10#${user/./} + 10#${system/./})) "$memory" >>"$name"
}

# For awk: what was kept under NAME and under REFERENCE, their columns as medians (wall, cpu, rss, anon; other, base), and `ratio`, the
# median of the pairs' ratios of wall time.
# shellcheck disable=SC2016 # of awk
compared='
  function median(of, n, i, j, x) {
    for (i = 2; i <= n; ++i) {
      x = of[i]
      for (j = i - 1; j >= 1 && of[j] > x; --j) of[j + 1] = of[j]
      of[j + 1] = x
    }
    return of[int((n + 1) / 2)]
  }
  BEGIN {
    for (runs = 0; (getline <name) > 0;) { ++runs; w[runs] = $1; c[runs] = $2; r[runs] = $3; a[runs] = $4 }
    close(name)
    for (n = 0; (getline <reference) > 0;) { ++n; o[n] = $1; b[n] = $2 }
    if (runs == 0 || n != runs) { print "bench: error: " runs " and " n " runs for " work >"/dev/stderr"; exit 1 }
    for (i = 1; i <= n; ++i) q[i] = (o[i] > 0) ? w[i] / o[i] : 0
    for (i = 1; i <= n; ++i) inverse[i] = (w[i] > 0) ? o[i] / w[i] : 0
    wall = median(w, n); cpu = median(c, n); rss = median(r, n); anon = median(a, n)
    other = median(o, n); base = median(b, n); ratio = median(q, n); inverse_ratio = median(inverse, n)
  }'
# show WORK NUMBER NAME REFERENCE TARGET PROGRAM: a line that PROGRAM prints of that.
show() {
  awk -v work="$1" -v number="$2" -v name="$3" -v reference="$4" -v target="$5" -v starts="$starts" -v row="$row" "$compared BEGIN { $6 }"
}

row='%-34s %9s %10s %10s %8s %8s %10s %10s %8s %8s  %s\n'
# header REFERENCE [UNITS UNIT]
header() {
  # shellcheck disable=SC2059 # one format for all rows
  printf "$row" work "${2:-records}" 'wall ms' 'CPU ms' 'RSS MiB' 'anon MiB' "us/${3:-record}" "$1" ratio 'CPU' target
}
# line WORK RECORDS NAME REFERENCE TARGET
line() {
  show "$@" 'printf row, work, number, sprintf("%.0f", wall), sprintf("%.0f", cpu), (rss > 0) ? sprintf("%.0f", rss / 1024) : "-",
    (rss > 0) ? sprintf("%.1f", anon / 1024) : "-", sprintf("%.2f", wall * 1000 / number), sprintf("%.0f", other),
    sprintf("%.2f", ratio), (base > 0) ? sprintf("%.2f", cpu / base) : "-", target'
}

# singles WHAT REFERENCE: the header of single lines.
singles() { printf '%-34s %9s %10s %18s %10s %8s  %s\n' "$1" among ms "$2" 'more, ms' times target; }
# single WORK AMONG NAME REFERENCE TARGET: milliseconds of one process, of many that were measured together.
single() {
  show "$@" 'printf "%-34s %9s %10.2f %18.2f %10.2f %8.2f  %s\n", work, number, wall / starts, other / starts,
    (wall - other) / starts, ratio, target'
}

# rates WHAT REFERENCE [RATIO]: the header of rates and speeds.
rates() { printf '%-34s %9s %12s %18s %8s  %s\n' "$1" number 'per second' "$2" "${3:-times}" target; }
# rate WORK NUMBER NAME REFERENCE TARGET: how many in a second, and how many times the time of the reference.
rate() {
  show "$@" 'printf "%-34s %9s %12.1f %18.1f %8.2f  %s\n", work, number, number * 1000 / wall, number * 1000 / other, ratio, target'
}
# speed WORK NUMBER NAME REFERENCE TARGET: the same, and how many times the rate of the reference.
speed() {
  show "$@" 'printf "%-34s %9s %12.1f %18.1f %8.2f  %s\n", work, number, number * 1000 / wall, number * 1000 / other, inverse_ratio, target'
}

# noise MIB: bytes that do not compress, the same each time.
noise() { { openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null || true; } | head -c "${1}M"; }

fresh() {
  rm -rf medchain/bench
  cp -a empty medchain/bench
}

# together PROCESSES WORKER: as many workers at once, each with its number; all of them must succeed.
together() {
  local w pids=()
  for ((w = 0; w < $1; ++w)); do
    "$2" "$w" "$1" &
    pids+=($!)
  done
  for w in "${pids[@]}"; do wait "$w" || return 1; done
}

# processors: the numbers of those that may be used.
processors() {
  local range ranges
  IFS=, read -ra ranges <<<"$(taskset -cp "$BASHPID" | sed 's/.*: //')"
  for range in "${ranges[@]}"; do seq "${range%-*}" "${range#*-}"; done
}

# many COMMAND...: as often as a whole process is started for one line.
many() {
  local j
  for ((j = 0; j < starts; ++j)); do "$@" || return 1; done
}
