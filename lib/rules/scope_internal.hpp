// Scopes: form, and whether one is within another.  Internal to lib/rules.
#pragma once

#include <set>

#include "rules/decide.hpp"
#include "rules/internal.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::rules {

/// Ascending lists, ranges that are not empty, limits.  Fails with entry_rule.
Status check_scope(const entry::Scope& scope);
/// Members and groups that are named are there: whoever took such a name later would be meant.
/// Fails with member_unknown, entry_state.
Status check_actors(const View& view, const entry::Actors& actors);
/// Neither ends before it begins to hold, at log time `now`.  Fails with entry_rule.
Status check_ends(const entry::Scope& scope, UnixSeconds now);
/// No member, group or role is named, which means all; persons may be.
bool is_everybody(const entry::Actors& actors);
/// Ascending by entry, each once.
Status check_record_sets(const std::vector<entry::RecordSet>& records);
/// An active member with the role custodian.
Status check_data_custodian(const View& view, const MemberName& custodian);
/// At least one, ascending, known members, not the author.
Status check_members(const View& view, std::string_view field,
                     const std::vector<MemberName>& members, const MemberName& author);
/// Terms and package come together; the package's receivers are active members with seal keys,
/// `must_read` among them.
Status check_package(const View& view, const std::optional<Commitment>& terms,
                     const std::optional<entry::PackageRef>& package, const MemberName* must_read);

enum class WithActors { compared, free };
/// grant_wider, naming the field, if `inner` allows anything that `outer` does not.
Status check_within(const entry::Scope& inner, const entry::Scope& outer, WithActors actors,
                    std::string_view outer_name);

/// The record tags at these places.  Fails with record_unknown, record_foreign if they are not the
/// custodian's.
Result<std::set<RecordTag>> tags_of(const View& view, const MemberName& custodian,
                                    const std::vector<entry::RecordSet>& records);

/// May this grant be used at `at`?  grant_revoked, grant_suspended, grant_not_yet, grant_expired,
/// grant_used_up, grant_too_often.
Status check_usable(const GrantState& grant, UnixSeconds at);
/// The same of the grant and of all it was passed on from, nearest first.
Result<std::vector<std::pair<EntryHash, GrantState>>> usable_chain(const View& view,
                                                                   const EntryHash& hash,
                                                                   UnixSeconds at);

/// Gives a grant under this entry's hash: all that is demanded of a grant, but who acts.  Of a
/// referral, if there is one.
Status give(Judgement& judgement, const entry::Grant& body, GrantStatus status,
            const std::optional<EntryHash>& referral);
/// May this receiver open what was released by the grant?  Always, where it is not of a referral:
/// grant_not_yet, referral_over, grant_actor.
Status check_referral_use(const View& view, const GrantState& grant, const MemberName& receiver,
                          UnixSeconds at);

/// As whom `member` acts for an owner of the subject at log time `at`: subject (an owner itself),
/// guardian or delegate; nothing if it does not.
Result<std::optional<entry::ConsentBy>> acts_for(const View& view, const MemberName& custodian,
                                                 const SubjectTag& subject,
                                                 const MemberName& member, UnixSeconds at);
/// Keys may/... of a grant.
std::vector<std::string> may_keys(const entry::Grant& body, const EntryHash& hash);
EntryHash own_hash(const Judgement& judgement);
/// The entry is found among those that are about `of`, a referral or prescription.  What it
/// follows, if it says so, are such.  Fails with entry_rule, entry_missing.
Status add_step(Judgement& judgement, const EntryHash& of,
                const std::optional<std::vector<EntryHash>>& follows);

}  // namespace medchain::rules
