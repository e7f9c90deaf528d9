// Releasing: one use of a grant or of an emergency, counted by the ledger before a package can be
// opened; and many of them, each by itself.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "cli/act_session.hpp"
#include "cli/own_records.hpp"
#include "exchange/release.hpp"

namespace medchain::cli {

/// The class of 45 CFR 164.528(a)(1) that a purpose speaks for; others must be named.
entry::Disclosure disclosure_for(const entry::Word& purpose);

/// What is to be released, to whom, and by what.
struct ReleaseOrder {
  std::optional<std::pair<EntryHash, rules::GrantState>> grant;
  std::optional<std::pair<EntryHash, rules::EmergencyState>> emergency;
  exchange::Use use;
  entry::Scope scope;  ///< what is looked for
  entry::Disclosure disclosure = entry::Disclosure::other;
  bool only_new = false;     ///< not what was released by it before
  bool in_parts = false;     ///< as much as goes into one package; the rest is for the next
  bool is_standing = false;  ///< by a grant that is a standing order
  std::optional<std::vector<std::uint64_t>> wanted;  ///< versions in the vault

  const EntryHash& basis() const { return grant ? grant->first : emergency->first; }
};

class Releasing {
 public:
  explicit Releasing(ActSession& act) : session_(act.session()), act_(act) {}

  /// False: there is nothing new to release.  A refusal is recorded.
  Result<bool> release(const ReleaseOrder& order);
  /// All that is new, in as many releases as it takes.
  Result<bool> release_new(ReleaseOrder order);
  /// --purpose, --receiver, --disclosure, or what the grant leaves no choice about.
  Status choose_use(ReleaseOrder& order);
  /// The records that are named, if any.
  Status find_wanted(const std::vector<NamedRecord>& named, ReleaseOrder& order);

  /// One of many: its failure is told, and the others go on.
  Status serve(const std::string& what, const std::function<Result<bool>()>& work);
  std::uint64_t released() const { return released_; }
  std::uint64_t failed() const { return failed_; }
  /// Members that the grant names, and those of its groups now.
  Result<std::set<MemberName>> receivers_of(const entry::Actors& actors);

 private:
  Result<bool> try_release(const ReleaseOrder& order);
  bool is_passed_on(const ReleaseOrder& order) const;
  Result<std::vector<exchange::HeldRecord>> look_up(const ReleaseOrder& order,
                                                    const ledger::Snapshot& view,
                                                    const crypto::Secret& identity);
  Result<exchange::Passed> choose(const ReleaseOrder& order, const ledger::Snapshot& view,
                                  const crypto::Secret& identity);
  Status check_passed(const ReleaseOrder& order, exchange::Passed& passed) const;

  Session& session_;
  ActSession& act_;
  std::uint64_t released_ = 0, failed_ = 0;
};

}  // namespace medchain::cli
