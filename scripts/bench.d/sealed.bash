# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What sealing and opening a file costs against `age`.

bench_sealed() {
  local i recipient
  command -v age >/dev/null || {
    left_out age "sealing and opening are not measured"
    return 0
  }
  rm -f ./*.times
  medchain-key new -q --name bench -k sealing >"$log"
  recipient=$(age-keygen -y sealing/seal.key)
  noise "$sealed" >plain
  printf '\n%s MiB sealed for one recipient and opened, from a file to nowhere; %s\n' "$sealed" "age $(age --version)"
  "$sealer" "$recipient" <plain >plain.age
  age -d -i sealing/seal.key plain.age | cmp - plain
  medchain-key decrypt -i sealing/seal.key plain.age | cmp - plain
  for ((i = 0; i < runs; ++i)); do
    # shellcheck disable=SC2016 # words of the inner shell
    {
      measure age-seal.times sh -c 'exec age -r "$0" <plain >/dev/null' "$recipient"
      measure seal.times sh -c 'exec "$0" "$1" <plain >/dev/null' "$sealer" "$recipient"
      measure age-open.times sh -c 'exec age -d -i sealing/seal.key <plain.age >/dev/null'
      measure open.times sh -c 'exec medchain-key decrypt -i sealing/seal.key <plain.age >/dev/null'
    }
  done
  rm -f plain plain.age
  header 'age ms' MiB MiB
  line "seal, library alone" "$sealed" seal.times age-seal.times "0.8 of age; 32 MiB"
  line "open, medchain-key decrypt" "$sealed" open.times age-open.times "0.8 of age; 32 MiB"
}
