#!/usr/bin/env bash
# medchain-refer list and inbox: how long each waits, by the clock, and what waits longest on top.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing
new_keys hosp-c --role requester
admit hosp-c
echo SubjectCanary001 >subject
echo words >words
day=$((60 * 24))
minute=0
refer() { medchain-refer "$@" --time "$(at $minute)"; }
refers() { # SERVICE: hosp-b refers to hosp-r; $referral is its index
  act_as hosp-b
  run refer create --to hosp-r --subject-file subject --service "$1" --text-file words
  expect_status 0
  referral=$(jq -r .entry "$out")
}
steps() { # MEMBER VERB...
  act_as "$1"
  run refer "${@:2}"
  expect_status 0
}
order_of() { # lines of JSON
  jq -r .entry | paste -sd' '
}

refers one
one=$referral
minute=$day
refers two
two=$referral
minute=$((2 * day))
refers three
three=$referral
steps hosp-r accept "$one"
minute=$((2 * day + 3 * 60))
refers four
four=$referral
steps hosp-r decline "$four"
steps hosp-b consult --to hosp-r --to hosp-c --subject-file subject --service board --text-file words
board=$(jq -r .entry "$out")
minute=$((3 * day))
steps hosp-c opinion "$board" --text-file words

it "ages by the clock where nothing happens on the ledger any more"
minute=$((10 * day))
act_as hosp-r
for age in 9 8; do
  run refer inbox --max-age "${age}d" --json
  expect_status $((age == 8))
  [[ $(jq -s 'map(select(.overdue).entry)' -c "$out") == "$([[ $age == 9 ]] && echo '[]' || echo "[$two]")" ]] || fail "$(<"$out")"
done
run refer list --json
expect_status 0
jq -se --argjson two "$two" 'map(select(.entry == $two))[0] | .age == 9 * 86400 and (.overdue | not)' "$out" >/dev/null
before=$(entry_count L)
run refer list --max-age 8d
expect_status 1
[[ $(entry_count L) == "$before" ]]
minute=$((2 * day)) # a clock that is behind: the ledger's own time counts
run refer list --json
jq -se --argjson two "$two" 'map(select(.entry == $two))[0].age == 2 * 86400' "$out" >/dev/null || fail "$(<"$out")"

it "lists what waits longest first, and what has ended last"
minute=$((10 * day))
run refer list --json
[[ $(order_of <"$out") == "$two $one $three $board $four" ]] || fail "$(order_of <"$out")"
jq -se 'map(.age) | .[0:4] == (.[0:4] | sort | reverse)' "$out" >/dev/null
run refer list --open --json
[[ $(order_of <"$out") == "$two $one $three $board" ]]
run refer list --format fhir
[[ $(jq -r .status "$out" | paste -sd' ') == 'received accepted received in-progress rejected' ]]

it "counts in the inbox from when it was asked, whatever others have done since"
act_as hosp-r
run refer inbox --json
[[ $(order_of <"$out") == "$two $three $board" ]] || fail "$(order_of <"$out")"
jq -se 'map(.age) == [9 * 86400, 8 * 86400, 7 * 86400 + 21 * 3600]' "$out" >/dev/null || fail "$(jq -c .age "$out")"
run refer list --json
jq -se --argjson board "$board" 'map(select(.entry == $board))[0].age == 7 * 86400' "$out" >/dev/null

it "shows ages in columns and words for people"
run refer list --max-age 8d
expect_status 1
expect_out '^ENTRY  KIND          STATE             BY      TO             URGENT  SINCE                 AGE$'
expect_out "^ +$two  referral      received overdue  hosp-b  hosp-r                 2025-03-02T09:00:00Z   9d\$"
expect_out "^ +$board  consultation  consulting        hosp-b  hosp-c,hosp-r          2025-03-04T09:00:00Z   7d\$"
[[ $(awk '{ print length($0) }' "$out" | LC_ALL=C sort -u | wc -l) == 1 ]] || fail "$(<"$out")"
act_as hosp-r
run refer inbox --max-age 8d
expect_status 1
expect_out "^referral $two of hosp-b, since 2025-03-02T09:00:00Z, waiting 9d, overdue\$"
expect_out "^consultation $board of hosp-b, since 2025-03-03T12:00:00Z, waiting 7d\$"
minute=$((3 * day + 2))
run refer inbox
expect_out "^consultation $board of hosp-b, since 2025-03-03T12:00:00Z, waiting 21h\$"

it "is never overdue when it has ended or was answered"
minute=$((100 * day))
act_as hosp-c
run refer inbox --max-age 1d
expect_status 0
[[ ! -s $out ]] || fail "$(<"$out")"
run refer list --state rejected --max-age 1d
expect_status 0
