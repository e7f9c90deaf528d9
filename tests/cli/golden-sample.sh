#!/usr/bin/env bash
# Makes the ledger and the vault whose reports are golden files: golden-sample.sh ARCHIVE, called by scripts/update-golden.
archive=$1
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
it "makes the sample"
make_history
act_as hosp-b
medchain-vault put -q --sketch --time "$(at "$minute")" --subject-from json:/subject/reference - >/dev/null <<'X'
{"resourceType":"DocumentReference","id":"a","subject":{"reference":"SubjectCanary001"},"text":{"div":"<div>Patient reports three weeks of dry cough at night, no fever, no weight loss; chest clear on both sides; to come again in ten days if it does not get better, or at once with fever.</div>"}}
{"resourceType":"DocumentReference","id":"b","subject":{"reference":"SubjectCanary002"},"text":{"div":"<div>Patient reports three weeks of dry cough at night, no fever, no weight loss; chest clear on both sides; to come again in ten days if it does not get better, or at once with fever.</div>"}}
{"resourceType":"Observation","id":"<script>","subject":{"reference":"SubjectCanary002"},"status":"final"}
X
mkdir sample
cp -a L sample/ledger
cp -a "$MEDCHAIN_VAULT" sample/vault
rm -f sample/*/lock.mdb
mkdir -p "${archive%/*}"
tar -C sample --owner=0 --group=0 --numeric-owner --sort=name -cJf "$archive" ledger vault
