// What the rules see of a ledger's derived state: an ordered map of text keys, and the newest
// earlier version of a record. The store implements it over LMDB, verification and tests over
// memory.  Keys (medchain-ledger(5)):
//   origin, genesis, log, rules, time, policy
//   member/NAME              MemberState
//   key/NAME/HEXID           KeyState; NAME is MEMBER or MEMBER/STAFF
//   keyuse/HEX               who has or had this public key, in which role
//   group/NAME               GroupState
//   id/AUTHOR/HEX            StatementAt
//   root/HEX                 index of the anchor entry with this manifest root
//   erased/NAME/record/HEX, erased/NAME/subject/HEX    index of the erase entry of custodian NAME
//   erasures                 how many erase entries there are; absent: none
// sharing_view.hpp has those of requests, grants, releases, emergencies, notices, cases, links.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "entry/row.hpp"
#include "rules/state.hpp"

namespace medchain::rules {

struct PreviousRow {
  EntryIndex entry;
  std::uint32_t row = 0;
  MemberName custodian;
  SubjectTag subject;
  Commitment commitment;
};

/// A row by its place, with what its anchor says of it.
struct PlacedRow {
  entry::Row row;
  MemberName custodian;
  entry::Word type;
};

class View {
 public:
  virtual ~View() = default;
  /// Nothing if there is no such key.
  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  /// In key order.
  virtual Status scan(
      std::string_view prefix,
      const std::function<Status(std::string_view key, std::string_view value)>& visit) const = 0;
  /// Calls `visit` for each row whose record tag is on the ledger already, with the newest row of
  /// that tag.  Any order.
  virtual Status previous_rows(
      std::span<const entry::Row> rows,
      const std::function<Status(std::size_t row, const PreviousRow&)>& visit) const = 0;
  /// Calls `visit` for each of these rows of anchor entry `anchor`, in order.  Fails with
  /// record_unknown if there is no such entry, it is no anchor, or it has no such row.
  virtual Status placed_rows(
      EntryIndex anchor, const entry::RowRanges& rows,
      const std::function<Status(std::uint32_t row, const PlacedRow&)>& visit) const = 0;
};

/// Key and new value; no value: erased.
using Change = std::pair<std::string, std::optional<std::string>>;

/// A view in memory, for verification and tests.  Rows are not kept: previous_rows() and
/// placed_rows() are given from outside or say none.
class MapView final : public View {
 public:
  Result<std::optional<std::string>> get(std::string_view key) const override;
  Status scan(
      std::string_view prefix,
      const std::function<Status(std::string_view, std::string_view)>& visit) const override;
  Status previous_rows(
      std::span<const entry::Row> rows,
      const std::function<Status(std::size_t, const PreviousRow&)>& visit) const override;
  Status placed_rows(
      EntryIndex anchor, const entry::RowRanges& rows,
      const std::function<Status(std::uint32_t, const PlacedRow&)>& visit) const override;
  void apply(const std::vector<Change>& changes);
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// Typed reads.  A value that does not decode is store_damaged.
Result<std::string> origin(const View& view);
Result<GenesisHash> genesis(const View& view);
Result<note::VerifierKey> log_key(const View& view);
Result<UnixSeconds> log_time(const View& view);
Result<std::uint64_t> rules_number(const View& view);
Result<entry::Policy> policy(const View& view);
Result<std::optional<MemberState>> member(const View& view, const MemberName& name);
Result<std::optional<KeyState>> key(const View& view, std::string_view name, note::KeyId id);
Result<std::optional<GroupState>> group(const View& view, const MemberName& name);
Result<std::optional<StatementAt>> statement(const View& view, const MemberName& author,
                                             const StatementId& id);
Result<std::optional<EntryIndex>> manifest_at(const View& view, const ManifestRoot& root);
/// Where `custodian` erased this record, or its subject with all records.
Result<std::optional<EntryIndex>> erased_at(const View& view, const MemberName& custodian,
                                            const RecordTag& record, const SubjectTag& subject);
/// Number of erase entries.
Result<std::uint64_t> erasures(const View& view);
/// All members in name order.
Result<std::vector<MemberState>> members(const View& view);
/// All groups in name order.
Result<std::vector<std::pair<std::string, GroupState>>> groups(const View& view);

// Keys, for writers.
std::string key_of_member(const MemberName& name);
std::string key_of_key(std::string_view name, note::KeyId id);
std::string key_of_key_use(const ByteArray<32>& key);
std::string key_of_group(const MemberName& name);
std::string key_of_statement(const MemberName& author, const StatementId& id);
std::string key_of_root(const ManifestRoot& root);
std::string key_of_erased(const MemberName& custodian, const RecordTag& record);
std::string key_of_erased(const MemberName& custodian, const SubjectTag& subject);

}  // namespace medchain::rules
