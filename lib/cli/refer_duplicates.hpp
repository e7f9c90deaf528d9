// Examinations that need not be made again (HEALTH ALI-7): what goes along says its code and date,
// and whoever has a result of the same code near that date is told.  Only a warning, and only to
// who holds the vault that knows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/act_session.hpp"
#include "entry/referral.hpp"

namespace medchain::cli {

/// Why two records are thought to be about one person.
enum class SameSubject { own, link, identifier };

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

/// Results that are known somewhere.
class Examinations {
 public:
  explicit Examinations(std::uint64_t days) : days_(days) {}
  /// Results without a code or a date that can be read are left out.
  void add(const MemberName& holder, std::string record, std::string_view code,
           std::string_view date, SameSubject same);
  /// Current records of these subjects, by their numbers.  Within Vault::read().
  Status add_own(const vault::Vault& vault, const std::map<std::uint64_t, SameSubject>& subjects);
  /// Of each record that goes along the nearest at each holder.
  std::vector<Duplicate> near(const std::vector<entry::AttachedRecord>& attached) const;

 private:
  struct Examination {
    MemberName holder;
    std::string record, code, date;
    UnixSeconds when;
    SameSubject same;
  };
  std::uint64_t days_;
  std::vector<Examination> all_;
};

/// For create: puts what the records say into the terms, tells them, and warns of others of the
/// same subject, in this vault and in what was received.
Status attach_records(ActSession& act, const std::optional<entry::Share>& share,
                      entry::Terms& terms);
/// For inbox: results of this member near those that go along with the referral.
Result<std::vector<Duplicate>> known_results(const ledger::Snapshot& view, vault::Vault& vault,
                                             const MemberName& author, const SubjectTag& subject,
                                             const entry::Terms& terms, std::uint64_t days);

/// --duplicate-days.
Option duplicate_option();
Result<std::uint64_t> duplicate_days(const Session& session);

}  // namespace medchain::cli
