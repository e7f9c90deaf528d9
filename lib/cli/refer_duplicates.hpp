// Examinations that need not be made again (HEALTH ALI-7): what goes along says its code and date,
// and whoever has a result of the same code near that date is told.  Only a warning, and only to
// who holds the vault that knows it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/act_session.hpp"
#include "entry/referral.hpp"

namespace medchain::cli {

struct ReferralItem;

/// Why two records are thought to be about one person.
enum class SameSubject { own, link, received, identifier };

/// A result near one that goes along.
struct Duplicate {
  entry::AttachedRecord attached;
  MemberName holder;
  std::string record, date;  ///< of the one nearest in time
  std::uint64_t days = 0;    ///< between the two
  std::uint64_t more = 0;    ///< others of this holder, further away
  SameSubject same = SameSubject::own;
};

json::Object line_of(const entry::AttachedRecord& attached);
json::Object line_of(const Duplicate& duplicate);
std::string text_of(const entry::AttachedRecord& attached);
std::string text_of(const Duplicate& duplicate);

/// What goes along, by holder and record.
using RecordsAlong = std::set<std::pair<MemberName, std::string>>;

/// Subjects of this vault, and why they are thought to be the one that is referred.
using SubjectNumbers = std::map<std::uint64_t, SameSubject>;

/// A result that is known somewhere.
struct Examination {
  MemberName holder;
  std::string record, code, date;
  UnixSeconds when;  ///< by its date
  SameSubject same;
  std::optional<std::uint64_t> subject = std::nullopt;  ///< its number, of one's own
};

/// All that are known.
class Examinations {
 public:
  explicit Examinations(std::uint64_t days) : days_(days) {}
  /// Results without a code or a date that can be read are left out.
  void add(Examination one);
  /// Current records of these subjects, in one walk.  Within Vault::read().
  Status add_own(const vault::Vault& vault, const std::set<std::uint64_t>& subjects);
  /// Of each record that goes along the nearest at each holder.  `along`: those are no doubles.  Of
  /// one's own records those of `subjects` count.
  std::vector<Duplicate> near(const std::vector<entry::AttachedRecord>& attached,
                              const RecordsAlong& along, const SubjectNumbers& subjects) const;

 private:
  std::uint64_t days_;
  std::vector<Examination> all_;
};

/// For create: puts what the records say into the terms, those of others that go along by `passed`
/// too, tells them, and warns of others of the same subject, in this vault and in what was
/// received.
Status attach_records(ActSession& act, const std::optional<entry::Share>& share,
                      const entry::Order& order, entry::Terms& terms);
/// For inbox: results of this member near those that go along with the referrals.
Status find_known_results(const ledger::Snapshot& view, vault::Vault& vault,
                          std::span<ReferralItem> items, std::uint64_t days);

/// --duplicate-days.
Option duplicate_option();
Result<std::uint64_t> duplicate_days(const Session& session);

}  // namespace medchain::cli
