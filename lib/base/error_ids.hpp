// The table of errors: the stable id of each, its exit status (CLI.md 5) and the sentence of the
// manual.  Messages may change, ids may not.
#pragma once

// Retired ids stay as a comment.  medchain(7) is compared with this table by a test.
// clang-format off
#define MC_ERRORS(X)                                                                                                   \
  X(internal,              "internal",               70, "a bug in medchain; please report it")                         \
  X(usage,                 "usage",                   2, "the command line is wrong")                                   \
  X(config_invalid,        "config.invalid",          2, "a configuration, job or policy file is wrong")                \
  X(input_invalid,         "input.invalid",           3, "an input line or file breaks a rule of its format")           \
  X(input_too_long,        "input.too_long",          3, "an input line is over its limit")                             \
  X(input_encoding,        "input.encoding",          3, "input that must be UTF-8 is not")                             \
  X(input_truncated,       "input.truncated",         3, "a stream ends before its summary line or in mid-line")        \
  X(input_unreadable,      "input.unreadable",        3, "an input file cannot be read")                                \
  X(input_changed,         "input.changed",           3, "an input file changed while it was being read")               \
  X(input_no_identity,     "input.no_identity",       3, "no id could be found for a record")                           \
  X(input_conflict,        "input.conflict",          3, "one id comes with different bytes in one run")                \
  X(ledger_missing,        "ledger.missing",          4, "there is no ledger at this place")                            \
  X(ledger_newer,          "ledger.newer",            4, "the ledger was written by a newer medchain")                  \
  X(ledger_unavailable,    "ledger.unavailable",      4, "the ledger cannot be opened safely")                          \
  X(ledger_exists,         "ledger.exists",           2, "the place for a new ledger is not empty")                     \
  X(key_missing,           "key.missing",             5, "a key file is missing or cannot be read")                     \
  X(key_unsafe,            "key.unsafe",              5, "a secret file can be read by others")                         \
  X(key_invalid,           "key.invalid",             5, "a key file is damaged or of a kind not supported")            \
  X(key_encrypted,         "key.encrypted",           5, "a key file has a passphrase; use ssh-agent")                  \
  X(key_agent,             "key.agent",               5, "ssh-agent is not there or refuses to sign")                   \
  X(age_wrong_key,         "age.wrong_key",           5, "no key given opens a sealed file")                            \
  X(age_header_damaged,    "age.header_damaged",      1, "the header of a sealed file is damaged, or it is no age file")\
  X(age_payload_damaged,   "age.payload_damaged",     1, "the contents of a sealed file are damaged")                   \
  X(age_truncated,         "age.truncated",           1, "a sealed file is cut")                                        \
  X(age_unsupported,       "age.unsupported",         5, "a sealed file is of a kind not supported, such as with a passphrase")\
  X(signature_invalid,     "signature.invalid",       5, "a signature does not verify")                                 \
  X(signature_missing,     "signature.missing",       5, "a signature that a rule calls for is missing")                \
  X(signature_superfluous, "signature.superfluous",   5, "a signature line is unknown, double or not called for")       \
  X(member_unknown,        "member.unknown",          5, "no such member on this ledger")                               \
  X(member_inactive,       "member.inactive",         5, "the member is suspended or revoked")                          \
  X(member_role,           "member.role",             5, "the member lacks the role that this act needs")               \
  X(member_exists,         "member.exists",           8, "a member of this name exists already")                        \
  X(member_key_used,       "member.key_used",         8, "the key is or was in use by a member")                        \
  X(member_last_admin,     "member.last_admin",       5, "the last admins cannot be removed")                           \
  X(quorum_missing,        "quorum.missing",         10, "more signatures are needed; nothing is wrong with those there")\
  X(entry_invalid,         "entry.invalid",           3, "an entry breaks a rule of its format")                        \
  X(entry_foreign,         "entry.foreign",           8, "an entry belongs to another ledger")                          \
  X(entry_time,            "entry.time",              8, "the time of an entry is too far from log time")               \
  X(entry_id_used,         "entry.id_used",           8, "the id is used by another statement of this author")          \
  X(entry_missing,         "entry.missing",           3, "there is no such entry")                                      \
  X(entry_rule,            "entry.rule",              5, "an entry breaks a rule of the ledger")                        \
  X(entry_state,           "entry.state",             8, "the act does not fit the state it met")                       \
  X(rules_newer,           "rules.newer",             4, "the ledger follows rules newer than this medchain")           \
  X(record_foreign,        "record.foreign",          5, "a row belongs to another custodian's record")                 \
  X(record_replayed,       "record.replayed",         8, "a row or manifest is on the ledger already")                  \
  X(record_erased,         "record.erased",           9, "the record was erased")                                       \
  X(record_superseded,     "record.superseded",       8, "a newer version of the record is on the ledger")              \
  X(record_subject,        "record.subject",          5, "the record is about another subject")                         \
  X(record_unknown,        "record.unknown",          3, "no such record is known here")                                \
  X(copy_missing,          "copy.missing",            3, "the vault has no copy of the record")                         \
  X(copy_damaged,          "copy.damaged",            1, "the vault's copy of a record is damaged")                     \
  X(package_invalid,       "package.invalid",         3, "a package breaks its format or is not what its manifest says") \
  X(package_missing,       "package.missing",         3, "there is no such package in the store")                       \
  X(record_held,           "record.held",             5, "a legal hold, seal or retention period forbids erasing the record")\
  X(not_permitted,         "access.denied",           5, "no grant permits this use, or a dissent forbids it")          \
  X(person_missing,        "person.missing",          5, "the act must name the person who acts")                       \
  X(request_answered,      "request.answered",        8, "the request has its answer already")                          \
  X(request_expired,       "request.expired",         9, "the request has expired")                                     \
  X(grant_wider,           "grant.wider",             5, "the grant is wider than what it rests on")                    \
  X(grant_not_yet,         "grant.not_yet",           8, "the grant does not hold yet")                                 \
  X(grant_expired,         "grant.expired",           9, "the grant has expired")                                       \
  X(grant_revoked,         "grant.revoked",           9, "the grant was revoked or replaced")                           \
  X(grant_suspended,       "grant.suspended",         8, "the grant is suspended")                                      \
  X(grant_used_up,         "grant.used_up",           9, "all uses of the grant are used up")                           \
  X(grant_too_often,       "grant.too_often",         6, "the grant allows no further use so soon")                     \
  X(grant_actor,           "grant.actor",             5, "the grant is not for this member")                            \
  X(grant_person,          "grant.person",            5, "the grant is not for this person")                            \
  X(grant_purpose,         "grant.purpose",           5, "the grant is not for this purpose")                           \
  X(grant_scope,           "grant.scope",             5, "a record is outside of the scope of the grant")               \
  X(grant_onward,          "grant.onward",            5, "the grant may not be passed on")                              \
  X(grant_owner,           "grant.owner",             5, "the policy demands the patient's own grant")                  \
  X(consent_missing,       "consent.missing",         5, "the purpose rests on consent, and none is named")              \
  X(consent_bundled,       "consent.bundled",         5, "one consent for several purposes, each of which needs its own")\
  X(owner_last,            "owner.last",              5, "the last owner of a subject cannot be removed")               \
  X(emergency_over,        "emergency.over",          9, "the emergency has ended")                                     \
  X(emergency_forbidden,   "emergency.forbidden",     5, "a dissent forbids access in emergencies too")                 \
  X(review_self,           "review.self",             5, "nobody reviews an emergency of one's own")                    \
  X(referral_duplicate,    "referral.duplicate",      8, "a referral of the subject for this service to this receiver is open") \
  X(referral_expired,      "referral.expired",        9, "the referral was valid until before log time")                \
  X(referral_over,         "referral.over",           9, "the referral has ended: completed, rejected or cancelled")    \
  X(prescription_credential, "prescription.credential", 5, "the redeem token did not sign this acceptance")               \
  X(prescription_held,     "prescription.held",       8, "another pharmacy holds the prescription, or a hold has ended") \
  X(prescription_directed, "prescription.directed",   5, "the patient chose another pharmacy")                          \
  X(prescription_not_yet,  "prescription.not_yet",    8, "the prescription, or its next part, is not valid yet")        \
  X(prescription_expired,  "prescription.expired",    9, "the prescription was valid until before log time")            \
  X(prescription_over,     "prescription.over",       9, "the prescription was cancelled")                              \
  X(prescription_quantity, "prescription.quantity",   5, "more than what is prescribed")                                \
  X(prescription_review,   "prescription.review",     5, "a review is missing, refused, or by who prescribed")          \
  X(prescription_limits,   "prescription.limits",     5, "the policy does not allow such a prescription")               \
  X(lock_timeout,          "lock.timeout",            6, "another process holds the writer lock; try again")            \
  X(storage_full,          "storage.full",            6, "the ledger's map is full; it grows at the next try")          \
  X(memory_exhausted,      "memory.exhausted",        6, "the process has not enough memory; what was appended before is kept") \
  X(storage_failed,        "storage.failed",          7, "reading or writing storage failed")                           \
  X(output_failed,         "output.failed",           7, "the results could not be written")                            \
  X(store_damaged,         "store.damaged",           1, "stored bytes are damaged")                                    \
  X(vault_missing,         "vault.missing",           5, "there is no vault at this place")                             \
  X(vault_conflict,        "vault.conflict",          8, "the vault belongs to another member or ledger")               \
  X(vault_restored,        "vault.restored",          8, "the vault was restored, and what was erased is not erased in it yet")\
  X(verify_failed,         "verify.failed",           1, "verification found what must not be")                         \
  X(proof_invalid,         "proof.invalid",           1, "a proof does not verify")                                     \
  X(checkpoint_invalid,    "checkpoint.invalid",      1, "a checkpoint breaks its format or its signature does not verify") \
  X(policy_unmet,          "policy.unmet",           10, "the checkpoint lacks signatures that the policy demands")     \
  X(rollback,              "ledger.rollback",        11, "the ledger is behind a state that was signed or seen before") \
  X(fork,                  "ledger.fork",            11, "two signed states contradict each other")                     \
  X(challenge_failed,      "challenge.failed",        1, "the answer does not prove possession of the member's key")    \
  X(interrupted,           "interrupted",             6, "stopped by a signal; run the same command again")
// clang-format on
