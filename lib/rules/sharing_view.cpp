#include "rules/sharing_view.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "rules/index_values.hpp"
#include "rules/prescription_state.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

template <class Tag>
std::string hex(const Hash<Tag>& hash) {
  return to_hex(hash.view());
}

}  // namespace

Result<std::optional<RequestState>> request(const View& view, const EntryHash& hash) {
  return typed<RequestState>(view, key_of_request(hash));
}
Result<std::optional<GrantState>> grant(const View& view, const EntryHash& hash) {
  return typed<GrantState>(view, key_of_grant(hash));
}
Result<std::optional<ReleaseState>> release(const View& view, const EntryHash& hash) {
  return typed<ReleaseState>(view, key_of_release(hash));
}
Result<std::optional<EmergencyState>> emergency(const View& view, const EntryHash& hash) {
  return typed<EmergencyState>(view, key_of_emergency(hash));
}
Result<std::optional<NoticeState>> notice(const View& view, const EntryHash& hash) {
  return typed<NoticeState>(view, key_of_notice(hash));
}
Result<std::optional<CaseState>> case_of(const View& view, const EntryHash& hash) {
  return typed<CaseState>(view, key_of_case(hash));
}
Result<std::optional<ErasureState>> erasure(const View& view, const EntryHash& hash) {
  return typed<ErasureState>(view, key_of_erasure(hash));
}
Result<std::optional<ReferralState>> referral(const View& view, const EntryHash& hash) {
  return typed<ReferralState>(view, key_of_referral(hash));
}
Result<std::map<EntryIndex, EntryHash>> steps_of(const View& view, const EntryHash& of) {
  std::map<EntryIndex, EntryHash> steps;
  const std::string prefix = key_of_steps(of);
  MC_TRY(view.scan(prefix, [&](std::string_view key, std::string_view value) -> Status {
    MC_ASSIGN(const auto hash, hash_at_end<EntryHash>(key, prefix.size()));
    MC_ASSIGN(const EntryIndex index, index_in(key, value));
    steps.emplace(index, hash);
    return {};
  }));
  return steps;
}
Result<std::optional<OwnerState>> owners(const View& view, const MemberName& custodian,
                                         const SubjectTag& subject) {
  return typed<OwnerState>(view, key_of_owner(custodian, subject));
}
Result<std::vector<MemberName>> owners_of_all(const View& view, const MemberName& custodian,
                                              const std::vector<SubjectTag>& subjects) {
  std::optional<std::vector<MemberName>> all;
  for (const SubjectTag& subject : subjects) {
    MC_ASSIGN(const auto state, owners(view, custodian, subject));
    if (!state) return std::vector<MemberName>();
    if (!all) all = state->owners;
    std::erase_if(*all, [&](const MemberName& owner) {
      return !std::binary_search(state->owners.begin(), state->owners.end(), owner);
    });
  }
  return all.value_or(std::vector<MemberName>());
}
Result<std::optional<DelegateState>> delegate(const View& view, const MemberName& patient,
                                              const MemberName& member) {
  return typed<DelegateState>(view, key_of_delegate(patient, member));
}

namespace {

/// Cases at the end of keys with this prefix that are in force; of a subject's records, if given.
Status find_holds(const View& view, const std::string& prefix, const SubjectTag* of, UnixSeconds at,
                  std::vector<EntryHash>& found) {
  const std::string subject = of == nullptr ? "" : hex(*of);
  return view.scan(prefix, [&](std::string_view key, std::string_view value) -> Status {
    if (of != nullptr && value != subject) return {};
    MC_ASSIGN(const auto hash, hash_at_end<EntryHash>(key, key.rfind('/') + 1));
    MC_ASSIGN(const auto state, case_of(view, hash));
    if (!state) return damaged(key, "names a case that is not there");
    const bool over = state->body.until && *state->body.until <= at;
    if (!over) found.push_back(hash);
    return {};
  });
}

}  // namespace

Result<std::vector<EntryHash>> holds(const View& view, const MemberName& custodian,
                                     const RecordTag& record, const SubjectTag& subject,
                                     UnixSeconds at) {
  std::vector<EntryHash> found;
  const std::string base = "hold/" + custodian.get();
  MC_TRY(find_holds(view, base + "/record/" + hex(record) + "/", nullptr, at, found));
  MC_TRY(find_holds(view, base + "/subject/" + hex(subject) + "/", nullptr, at, found));
  return found;
}

Result<std::vector<EntryHash>> holds(const View& view, const MemberName& custodian,
                                     const SubjectTag& subject, UnixSeconds at) {
  std::vector<EntryHash> found;
  const std::string base = "hold/" + custodian.get();
  MC_TRY(find_holds(view, base + "/record/", &subject, at, found));
  MC_TRY(find_holds(view, base + "/subject/" + hex(subject) + "/", nullptr, at, found));
  return found;
}

Result<std::vector<MemberName>> groups_of(const View& view, const MemberName& member) {
  std::vector<MemberName> found;
  MC_ASSIGN(const auto all, groups(view));
  for (const auto& [name, state] : all) {
    if (!std::binary_search(state.members.begin(), state.members.end(), member)) continue;
    auto group = MemberName::parse(name);
    if (!group) return damaged("group/" + name, group.error().message);
    found.push_back(std::move(*group));
  }
  return found;
}

std::string key_of_request(const EntryHash& hash) { return "request/" + hex(hash); }
std::string key_of_grant(const EntryHash& hash) { return "grant/" + hex(hash); }
std::string key_of_release(const EntryHash& hash) { return "release/" + hex(hash); }
std::string key_of_emergency(const EntryHash& hash) { return "emergency/" + hex(hash); }
std::string key_of_notice(const EntryHash& hash) { return "notice/" + hex(hash); }
std::string key_of_case(const EntryHash& hash) { return "case/" + hex(hash); }
std::string key_of_erasure(const EntryHash& hash) { return "erasure/" + hex(hash); }
std::string key_of_receivers(const EntryHash& grant) { return "received/" + hex(grant) + "/"; }
std::string key_of_received(const EntryHash& grant, const MemberName& member) {
  return key_of_receivers(grant) + member.get();
}
std::string key_of_attested(const EntryHash& grant, const MemberName& member) {
  return "attested/" + hex(grant) + "/" + member.get();
}
std::string key_of_same(const MemberName& a, const SubjectTag& subject_a, const MemberName& b,
                        const SubjectTag& subject_b) {
  return "same/" + a.get() + "/" + hex(subject_a) + "/" + b.get() + "/" + hex(subject_b);
}
std::string key_of_relation(const RecordTag& from, entry::Relation relation,
                            const RecordTag& target) {
  return "relation/" + hex(from) + "/" + std::string(entry::word_of(relation)) + "/" + hex(target);
}
std::string key_of_denied(const MemberName& refuser, const MemberName& actor,
                          const entry::Word& rule, const std::optional<EntryHash>& object,
                          UnixSeconds at) {
  return "denied/" + refuser.get() + "/" + actor.get() + "/" + rule.get() + "/" +
         (object ? hex(*object) : "-") + "/" + std::to_string(at.get() / 3'600);
}
std::string key_of_referral(const EntryHash& hash) { return "referral/" + hex(hash); }
std::string key_of_referral_like(const MemberName& author, const SubjectTag& subject,
                                 const ServiceTag& service, const MemberName& to) {
  return "like/" + author.get() + "/" + hex(subject) + "/" + hex(service) + "/" + to.get() + "/";
}
std::string key_of_steps(const EntryHash& of) { return "step/" + hex(of) + "/"; }
std::string key_of_assessment(const EntryHash& hash) { return "assessment/" + hex(hash); }
std::string key_of_owner(const MemberName& custodian, const SubjectTag& subject) {
  return "owner/" + custodian.get() + "/" + hex(subject);
}
std::string key_of_delegate(const MemberName& patient, const MemberName& member) {
  return "delegate/" + patient.get() + "/" + member.get();
}
std::string key_of_hold(const MemberName& custodian, const RecordTag& record,
                        const EntryHash& hash) {
  return "hold/" + custodian.get() + "/record/" + hex(record) + "/" + hex(hash);
}
std::string key_of_hold(const MemberName& custodian, const SubjectTag& subject,
                        const EntryHash& hash) {
  return "hold/" + custodian.get() + "/subject/" + hex(subject) + "/" + hex(hash);
}

template <class State>
Status for_each_state(const View& view, std::string_view prefix,
                      const std::function<Status(const EntryHash&, const State&)>& visit) {
  return view.scan(prefix, [&](std::string_view key, std::string_view text) -> Status {
    MC_ASSIGN(const auto hash, hash_at_end<EntryHash>(key, prefix.size()));
    MC_ASSIGN(const State state, decode_state<State>(key, text));
    return visit(hash, state);
  });
}

template Status for_each_state<RequestState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const RequestState&)>&);
template Status for_each_state<GrantState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const GrantState&)>&);
template Status for_each_state<ReleaseState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const ReleaseState&)>&);
template Status for_each_state<EmergencyState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const EmergencyState&)>&);
template Status for_each_state<NoticeState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const NoticeState&)>&);
template Status for_each_state<ReferralState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const ReferralState&)>&);
template Status for_each_state<PrescriptionState>(
    const View&, std::string_view,
    const std::function<Status(const EntryHash&, const PrescriptionState&)>&);

}  // namespace medchain::rules
