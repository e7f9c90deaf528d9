# shellcheck shell=bash
# For tests/cli/audit-*.t: a ledger L on which much has happened to the records of hosp-b.
#
#   make_history         hosp-b holds Observation/9 and /11 of SubjectCanary001 and /10 of SubjectCanary002; hosp-r asked for and
#                        got some (research, treatment, a referral, an emergency), hosp-c some; later things are later by months.
#                        Then acts as hosp-b, and $minute is when it ended.  Indexes of entries: $anchored $request $grant $release
#                        $used $denied $revoked $second $treatment $treated $law $told $referral $accepted
#                        $referred $opened $emergency $served $again $version
#                        $linked $erased
#   unwritten DIR...     the command that follows has changed none of these directories: unwritten L V -- COMMAND...
#   tag_of SUBJECT       its tag at hosp-b
#   expect_row TYPE FILTER    jq over the last object of this type in $out

# shellcheck disable=SC2034,SC2154 # for who calls; out is lib.sh's

. "$SOURCE/tests/cli/grant-fixtures.sh"

anchored='' request='' grant='' release='' used='' second='' denied='' revoked='' treatment='' treated='' law='' told='' minute=0
referral='' accepted='' referred='' opened='' emergency='' served='' again='' version='' linked='' erased=''

# does NAME COMMAND...: runs it at $minute; $NAME is the entry that its receipt names.
does() {
  local name=$1
  shift
  run "$@" --time "$(at "$minute")"
  expect_status 0
  printf -v "$name" %s "$(jq -rs '[.[] | select(.type == "receipt")][0].entry' "$out")"
}

make_history() {
  local name words=(Kreiskrankenhaus $'\u534f\u548c\u533b\u9662' 'Clinic = "West"')
  for name in hosp-b hosp-r hosp-c; do
    new_keys $name --role custodian --role requester --display "${words[0]}"
    words=("${words[@]:1}")
  done
  new_ledger L
  for name in hosp-b hosp-r hosp-c; do admit $name; done
  cat >observations.ndjson <<'X'
{"resourceType":"Observation","id":"9","subject":{"reference":"SubjectCanary001"},"effectiveDateTime":"2025-02-01"}
{"resourceType":"Observation","id":"10","subject":{"reference":"SubjectCanary002"},"effectiveDateTime":"2025-02-02"}
{"resourceType":"Observation","id":"11","subject":{"reference":"SubjectCanary001"},"effectiveDateTime":"2025-02-03"}
X
  sed -n '1s/2025-02-01/2025-02-05/p' observations.ndjson >changed.ndjson
  minute=0
  act_as hosp-b
  does anchored medchain-vault put --subject-from json:/subject/reference observations.ndjson
  export MEDCHAIN_PERSON=PersonCanary0001
  echo 'ReasonCanary words' >words

  act_as hosp-r
  does request medchain-grant request --from hosp-b --purpose HRESCH --type Observation --uses 2 --until 90d
  act_as hosp-b
  does grant medchain-grant give "$request"
  does release medchain-grant release "$grant" Observation/9 Observation/10
  act_as hosp-r
  does used medchain-grant open "$release" -C got1
  act_as hosp-b
  does second medchain-grant release "$grant" Observation/9
  fails_with 9 'used up' medchain-grant release "$grant" --time "$(at $minute)"
  denied=$(($(entry_count L) - 1))
  does revoked medchain-grant revoke "$grant"

  minute=$((31 * 24 * 60))
  does treatment medchain-grant give --to hosp-r --purpose TREAT --type Observation --until 300d
  does treated medchain-grant release "$treatment" Observation/9
  does law medchain-grant give --to hosp-c --purpose HLEGAL --subject SubjectCanary001 --until 300d
  does told medchain-grant release "$law" Observation/9 --disclosure law
  echo SubjectCanary001 >subject
  does referral medchain-refer create --to hosp-r --subject-file subject --service cardiology --text-file words --record Observation/11
  act_as hosp-r
  does accepted medchain-refer accept "$referral"
  act_as hosp-b
  does referred medchain-refer release "$referral"
  act_as hosp-r
  does opened medchain-refer open "$referral" -C got2

  minute=$((62 * 24 * 60))
  does emergency medchain-grant emergency --from hosp-b --reason unconscious --subject SubjectCanary001 --text-file words
  act_as hosp-b
  does served medchain-grant release "$emergency" Observation/9
  does again medchain-grant release "$law" Observation/9 --disclosure law
  does version medchain-vault put --subject-from json:/subject/reference changed.ndjson
  does linked medchain-vault link Observation/11 appends Observation/9
  does erased medchain-vault erase Observation/11 --basis withdrawn --yes
}

tag_of() { medchain-vault search -q --subject "$1" --json | jq -rs '[.[] | select(.type == "directory") | .subject_tag][0]'; }

# unwritten DIR... -- COMMAND...: runs it; afterwards everything in the directories is as it was, but for the lock table.
unwritten() {
  local directories=() before
  while [[ $1 != -- ]]; do
    directories+=("$1")
    shift
  done
  shift
  before=$(state_of "${directories[@]}")
  run "$@"
  [[ $(state_of "${directories[@]}") == "$before" ]] || fail "something was written"
}

expect_row() {
  jq -e -n "[inputs | select(.type == \"$1\")] | last | $2" "$out" >/dev/null || fail "expected of the last $1: $2"
}
