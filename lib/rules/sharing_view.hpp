// Typed reads and keys of the state of sharing (medchain-ledger(5)).  HEX is an entry hash, the
// entry that made it; INDEX that of an entry.
//   request/HEX grant/HEX release/HEX emergency/HEX notice/HEX case/HEX erasure/HEX referral/HEX
//       states
//   may/CUSTODIAN/ACTOR/SUBJECT/HEX    grants by whom and what they are about, no value: ACTOR is
//       m:MEMBER, g:GROUP, r:ROLE or any; SUBJECT a subject tag or any
//   onward/PARENT/CHILD                grants that pass another on; no value
//   received/GRANT/MEMBER              newest release to this member by this grant: INDEX
//   attested/GRANT/MEMBER              who says that it erased what it got: INDEX
//   like/AUTHOR/SUBJECT/SERVICE/MEMBER/HEX    referrals by whom, about whom, for what, to whom
//   step/HEX/HEX                       steps of a referral or prescription: INDEX
//   consent/COMMITMENT                 the grant that rests on this consent: entry hash
//   assessment/HEX                     impact assessments: INDEX
//   owner/CUSTODIAN/SUBJECT            OwnerState
//   delegate/PATIENT/MEMBER            DelegateState
//   same/MEMBER/SUBJECT/MEMBER/SUBJECT one subject of two members, both ways: INDEX
//   relation/RECORD/RELATION/RECORD    linked records: INDEX
//   hold/CUSTODIAN/subject|record/TAG/CASE    what may not be erased: the subject tag
//   denied/REFUSER/ACTOR/RULE/OBJECT/HOUR     refusals: INDEX; OBJECT is HEX or -, HOUR log time in
//       hours
#pragma once

#include <map>

#include "rules/decide.hpp"
#include "rules/duty_state.hpp"
#include "rules/referral_state.hpp"
#include "rules/sharing_state.hpp"
#include "rules/view.hpp"

namespace medchain::rules {

// Nothing if there is none.  A value that does not decode is store_damaged.
Result<std::optional<RequestState>> request(const View& view, const EntryHash& hash);
Result<std::optional<GrantState>> grant(const View& view, const EntryHash& hash);
Result<std::optional<ReleaseState>> release(const View& view, const EntryHash& hash);
Result<std::optional<EmergencyState>> emergency(const View& view, const EntryHash& hash);
Result<std::optional<NoticeState>> notice(const View& view, const EntryHash& hash);
Result<std::optional<CaseState>> case_of(const View& view, const EntryHash& hash);
Result<std::optional<ErasureState>> erasure(const View& view, const EntryHash& hash);
Result<std::optional<ReferralState>> referral(const View& view, const EntryHash& hash);
/// Entries after the first that are about this referral or prescription.
Result<std::map<EntryIndex, EntryHash>> steps_of(const View& view, const EntryHash& of);
Result<std::optional<OwnerState>> owners(const View& view, const MemberName& custodian,
                                         const SubjectTag& subject);
/// Patients who own each of these subjects; none if there are no subjects.
Result<std::vector<MemberName>> owners_of_all(const View& view, const MemberName& custodian,
                                              const std::vector<SubjectTag>& subjects);
Result<std::optional<DelegateState>> delegate(const View& view, const MemberName& patient,
                                              const MemberName& member);
/// Cases of hold or seal over this record or its subject, or over the subject and any record of
/// its, that are neither closed nor past their end at log time `at`.
Result<std::vector<EntryHash>> holds(const View& view, const MemberName& custodian,
                                     const RecordTag& record, const SubjectTag& subject,
                                     UnixSeconds at);
Result<std::vector<EntryHash>> holds(const View& view, const MemberName& custodian,
                                     const SubjectTag& subject, UnixSeconds at);

/// Grants and dissents of the custodian that may be about this asker, and about any subject or one
/// of these; by entry hash.
Result<std::vector<std::pair<EntryHash, GrantState>>> grants_about(
    const View& view, const MemberName& custodian, const Question& question,
    const std::set<SubjectTag>& subjects);
/// The grant, ready to be decided on at log time `at`: `state` must outlive it; its terms are not
/// known.
Result<Provided> provided(const View& view, const EntryHash& hash, const GrantState& state,
                          UnixSeconds at);
/// Question of `member` with its groups and roles as they are now.
Result<Question> question_of(const View& view, const MemberName& member,
                             const std::optional<PersonTag>& person, const entry::Word& purpose,
                             UnixSeconds at);

/// Subjects of `other` that are linked to this one.
Result<std::vector<SubjectTag>> same_subjects(const View& view, const MemberName& member,
                                              const SubjectTag& subject, const MemberName& other);
/// Patients that own the subject of `author`, as far as the ledger shows: at the author, and at the
/// custodian where the two are linked.  They are told of an emergency.
Result<std::vector<MemberName>> patients_of(const View& view, const MemberName& author,
                                            const SubjectTag& subject, const MemberName& custodian);
/// Seconds that an emergency may last.
std::uint64_t longest_emergency(const entry::Policy& policy);

/// Groups that `member` is in, ascending.
Result<std::vector<MemberName>> groups_of(const View& view, const MemberName& member);

/// All states whose keys are this prefix and an entry hash: "grant/", "release/", "emergency/".  One
/// that does not decode is store_damaged.  Of the states of sharing_view.cpp's last lines.
template <class State>
Status for_each_state(const View& view, std::string_view prefix,
                      const std::function<Status(const EntryHash&, const State&)>& visit);

std::string key_of_request(const EntryHash& hash);
std::string key_of_grant(const EntryHash& hash);
std::string key_of_release(const EntryHash& hash);
std::string key_of_emergency(const EntryHash& hash);
std::string key_of_notice(const EntryHash& hash);
std::string key_of_case(const EntryHash& hash);
std::string key_of_erasure(const EntryHash& hash);
std::string key_of_referral(const EntryHash& hash);
/// Of all referrals alike; the entry hash of each follows.
std::string key_of_referral_like(const MemberName& author, const SubjectTag& subject,
                                 const ServiceTag& service, const MemberName& to);
/// Of all steps of a referral or prescription; the entry hash of each follows.
std::string key_of_steps(const EntryHash& of);
std::string key_of_assessment(const EntryHash& hash);
std::string key_of_received(const EntryHash& grant, const MemberName& member);
std::string key_of_attested(const EntryHash& grant, const MemberName& member);
std::string key_of_owner(const MemberName& custodian, const SubjectTag& subject);
std::string key_of_delegate(const MemberName& patient, const MemberName& member);
std::string key_of_same(const MemberName& a, const SubjectTag& subject_a, const MemberName& b,
                        const SubjectTag& subject_b);
std::string key_of_relation(const RecordTag& from, entry::Relation relation,
                            const RecordTag& target);
std::string key_of_denied(const MemberName& refuser, const MemberName& actor,
                          const entry::Word& rule, const std::optional<EntryHash>& object,
                          UnixSeconds at);
std::string key_of_hold(const MemberName& custodian, const RecordTag& record,
                        const EntryHash& hash);
std::string key_of_hold(const MemberName& custodian, const SubjectTag& subject,
                        const EntryHash& hash);

}  // namespace medchain::rules
