// Judging one's own records: what rules::release demands of a use, with what only the custodian
// knows added: the terms of grants, and codes, labels, authors of records.  The ledger refuses what
// is surely not permitted; here only what leaves nothing open passes (decision 0017).
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "crypto/secret.hpp"
#include "ledger/ledger.hpp"
#include "package/store.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::exchange {

/// Who gets the records, why, and by what.
struct Use {
  MemberName to;
  std::optional<PersonTag> receiver;
  entry::Word purpose;
};

class RecordJudge {
 public:
  struct Sources {
    const ledger::Snapshot& view;
    const package::Store& packages;
    const crypto::Secret& identity;  ///< the seal key of who releases: opens the terms
    UnixSeconds now;                 ///< log time at which the release will be judged
  };

  /// For a use of this grant.  Fails with entry_missing (no such grant), and as open_terms() does:
  /// terms that cannot be read may forbid everything.  Only those of grants from which the one that
  /// is passed on was itself passed on need not be open to who passes it on.
  static Result<RecordJudge> by_grant(const Sources& sources, const EntryHash& grant,
                                      const Use& use, const std::set<SubjectTag>& subjects);
  /// For a release in an emergency: no permit is needed, dissents are obeyed.
  static Result<RecordJudge> by_emergency(const Sources& sources, const MemberName& custodian,
                                          const EntryHash& emergency, const Use& use,
                                          const std::set<SubjectTag>& subjects);

  /// Whether some provision asks for what only the bytes of a record tell.
  bool asks_for_facts() const { return asks_for_facts_; }
  /// Fails with the code of the refusal, its reason as message; a record of which something is left
  /// open is refused with grant_scope.  `resource` without facts: they are not known.
  Status judge(const rules::Resource& resource) const;

 private:
  /// A grant with its terms, in a place that stays.
  struct Known {
    EntryHash hash;
    rules::GrantState state;
    std::optional<entry::Terms> terms;
  };
  /// A grant of the chain, whom it must permit, and what else may have a say against it.
  struct Level {
    rules::Question question;
    rules::Provided grant;                 ///< in an emergency: one that permits everything
    std::vector<rules::Provided> against;  ///< the grant, and others that permit nothing here
  };

  Result<rules::Provided> provided(const Sources& sources, const EntryHash& hash,
                                   rules::GrantState state, UnixSeconds now, bool is_far_up);
  Status add_others(const Sources& sources, const MemberName& custodian,
                    const std::set<SubjectTag>& subjects, UnixSeconds now, Level& level);

  std::unique_ptr<std::deque<Known>> known_ = std::make_unique<std::deque<Known>>();
  std::vector<Level> levels_;
  bool asks_for_facts_ = false;
  bool is_emergency_ = false;
};

}  // namespace medchain::exchange
