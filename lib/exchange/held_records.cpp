#include "exchange/held_records.hpp"

#include <fcntl.h>

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "exchange/open_release.hpp"
#include "exchange/release.hpp"
#include "json/record_scanner.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::exchange {
namespace {

/// Beyond that no FHIR resource is read for what it says.
constexpr std::uint64_t max_scanned = std::uint64_t{64} << 20;

constexpr std::size_t max_stem = 64;

/// What of a name may stand in a file name: letters, digits, `.`, `-`, `_`.
std::string harmless(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, max_stem)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name += plain ? c : '_';
  }
  return name;
}

/// Type and id.  A file, whose id is its path, keeps its ending; resources are JSON.
std::string file_name(const vault::Version& version) {
  const std::string_view id = version.id;
  std::string name = version.type + "-" + harmless(id.substr(id.rfind('/') + 1));
  const std::size_t dot = id.rfind('.');
  const bool has_ending = dot != id.npos && dot > 0 && id.size() - dot <= 6;
  if (!has_ending && version.line > 0) name += ".json";
  return name;
}

bool is_within(const entry::Scope& scope, const entry::Word& type, const SubjectTag& subject,
               const ledger::RowPlace& place) {
  const auto lists = [](const auto& list, const auto& value) {
    return list.empty() || std::binary_search(list.begin(), list.end(), value);
  };
  return lists(scope.types, type) && lists(scope.subjects, subject) &&
         (scope.records.empty() ||
          std::any_of(scope.records.begin(), scope.records.end(), [&](const auto& set) {
            return set.entry == place.entry && set.rows.contains(place.row);
          }));
}

Error copy_lacks(const ledger::RowPlace& place, const Error& error) {
  return fail(error.code, "entry " + std::to_string(place.entry.get()) + " row " +
                              std::to_string(place.row) + ": " + error.message)
      .with_hint("'medchain-vault put' keeps copies");
}

void sort_by_place(std::vector<HeldRecord>& records) {
  const auto by_place = [](const HeldRecord& a, const HeldRecord& b) { return a.place < b.place; };
  const auto same = [](const HeldRecord& a, const HeldRecord& b) { return a.place == b.place; };
  std::stable_sort(records.begin(), records.end(), by_place);
  records.erase(std::unique(records.begin(), records.end(), same), records.end());
}

/// One pass over the vault.
class Collector {
 public:
  Collector(const vault::Vault& vault, const ledger::Snapshot& view, const entry::Scope& scope)
      : vault_(vault), view_(view), scope_(scope) {}

  /// Nothing: out of the scope, or (`is_wanted` false) not to be had.
  Result<std::optional<HeldRecord>> take(std::uint64_t number, vault::Version version,
                                         bool is_wanted) {
    const auto lacking = [&](Code code, std::string message) -> Result<std::optional<HeldRecord>> {
      if (!is_wanted) return std::optional<HeldRecord>();
      return fail(code, std::move(message));
    };
    auto type = entry::Word::parse(version.type);
    if (!type) return std::move(type).error();
    MC_ASSIGN(const vault::Batch batch, batch_of(version.batch));
    if (batch.state != vault::BatchState::anchored)
      return lacking(Code::entry_missing, "the record is not on the ledger yet");
    HeldRecord record;
    record.place = {batch.entry, static_cast<std::uint32_t>(number - batch.first)};
    MC_ASSIGN(const vault::Subject subject, subject_of(version.subject));
    if (!is_wanted) {
      if (!is_within(scope_, *type, subject.tag, record.place)) return std::optional<HeldRecord>();
      if (scope_.records.empty()) {
        MC_ASSIGN(const auto latest,
                  vault_.find(vault::record_key(version.source, version.type, version.id)));
        if (!latest || latest->number != number) return std::optional<HeldRecord>();
      }
    }
    if (vault::is_erased(subject.k))
      return lacking(Code::record_erased, "the record's subject was erased");
    MC_ASSIGN(const Salt salt, vault_.salt(version));
    if (vault::is_erased(salt.bytes)) return lacking(Code::record_erased, "the record was erased");
    MC_ASSIGN(record.row, view_.row(record.place));
    record.type = *std::move(type);
    record.opening.entry = record.place.entry;
    record.opening.row = record.place.row;
    record.opening.digest = version.digest;
    record.opening.salt = salt;
    if (!version.source.empty()) record.opening.source = version.source;
    record.opening.type = version.type;
    record.opening.id = version.id;
    record.file = file_name(version);
    record.size = version.size;
    auto open = vault_.copy_opener(number);
    if (open)
      record.open = *std::move(open);
    else if (open.error().code == Code::copy_missing)
      record.open = [error = copy_lacks(record.place, open.error())]() -> Result<ByteSource> {
        return error;
      };
    else
      return std::move(open).error();
    return std::optional(std::move(record));
  }

 private:
  Result<vault::Batch> batch_of(std::uint64_t number) {
    const auto known = batches_.find(number);
    if (known != batches_.end()) return known->second;
    MC_ASSIGN(auto batch, vault_.batch(number));
    return batches_.emplace(number, std::move(batch)).first->second;
  }
  Result<vault::Subject> subject_of(std::uint64_t number) {
    const auto known = subjects_.find(number);
    if (known != subjects_.end()) return known->second;
    MC_ASSIGN(auto subject, vault_.subject(number));
    return subjects_.emplace(number, std::move(subject)).first->second;
  }
  const vault::Vault& vault_;
  const ledger::Snapshot& view_;
  const entry::Scope& scope_;
  std::map<std::uint64_t, vault::Batch> batches_;
  std::map<std::uint64_t, vault::Subject> subjects_;
};

}  // namespace

Result<std::vector<std::uint64_t>> versions_at(const vault::Vault& vault,
                                               const std::vector<entry::RecordSet>& places) {
  std::vector<std::uint64_t> numbers;
  MC_TRY(vault.for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
    if (batch.state != vault::BatchState::anchored) return {};
    for (const entry::RecordSet& set : places) {
      if (set.entry != batch.entry) continue;
      for (const auto& range : set.rows.ranges())
        for (std::uint64_t row = range.first; row <= range.last && row < batch.count; ++row)
          numbers.push_back(batch.first + row);
    }
    return {};
  }));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<std::vector<HeldRecord>> own_records(
    const vault::Vault& vault, const ledger::Snapshot& view, const entry::Scope& scope,
    const std::optional<std::vector<std::uint64_t>>& wanted) {
  Collector collector(vault, view, scope);
  std::vector<HeldRecord> records;
  const auto add = [&](std::uint64_t number, const vault::Version& version) -> Status {
    MC_ASSIGN(auto record, collector.take(number, version, wanted.has_value()));
    if (record) records.push_back(*std::move(record));
    return {};
  };
  if (!wanted && scope.records.empty()) {
    MC_TRY(vault.for_each_version(add));
  } else {
    std::vector<std::uint64_t> numbers;
    if (wanted) {
      numbers = *wanted;
    } else {
      MC_ASSIGN(numbers, versions_at(vault, scope.records));
    }
    for (const std::uint64_t number : numbers) {
      MC_ASSIGN(const vault::Version version, vault.version(number));
      MC_TRY(add(number, version));
    }
  }
  sort_by_place(records);
  return records;
}

Result<std::set<EntryHash>> with_replaced(const rules::View& view, const EntryHash& grant) {
  std::set<EntryHash> grants;
  std::optional<EntryHash> next = grant;
  while (next && grants.insert(*next).second) {
    MC_ASSIGN(const auto state, rules::grant(view, *next));
    if (!state) return fail(Code::entry_missing, to_text(*next) + " is not a grant on this ledger");
    next = state->body.amends;
  }
  return grants;
}

Result<std::vector<HeldRecord>> received_records(
    const ledger::Snapshot& view, const package::Store& store, const crypto::Secret& identity,
    const MemberName& member, const std::set<EntryHash>& grants, const entry::Scope& scope,
    const std::string& scratch) {
  std::vector<EntryIndex> releases;
  for (const EntryHash& grant : grants) {
    MC_ASSIGN(const auto some, releases_to(view, grant, member));
    releases.insert(releases.end(), some.begin(), some.end());
  }
  // Of a record that came twice the later one: what came first may be deleted already.
  std::sort(releases.rbegin(), releases.rend());
  std::vector<HeldRecord> records;
  for (const EntryIndex index : releases) {
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    auto release = open_release(store, identity, view, entry.statement, scratch);
    if (!release)
      return std::move(release).error().context("the release at entry " +
                                                std::to_string(index.get()));
    const auto opened = std::make_shared<OpenedRelease>(std::move(*release));
    for (const package::RecordOpening& opening : opened->files.openings().records) {
      HeldRecord record;
      record.place = {opening.entry, static_cast<std::uint32_t>(opening.row)};
      MC_TRY(view.placed_rows(opening.entry, entry::RowRanges::of({record.place.row}),
                              [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                                record.row = placed.row;
                                record.type = placed.type;
                                return {};
                              }));
      if (!is_within(scope, record.type, record.row.subject, record.place)) continue;
      record.opening = opening;
      record.file = opening.file.substr(package::records_prefix.size());
      const auto& files = opened->files.manifest().files;
      const auto file = std::find_if(files.begin(), files.end(),
                                     [&](const auto& one) { return one.name == opening.file; });
      MC_ASSERT(file != files.end());  // check_openings()
      record.size = file->size;
      record.open = [opened, path = opened->files.staged(*file)]() -> Result<ByteSource> {
        MC_ASSIGN(auto staged, open_file(path, O_RDONLY | O_NOFOLLOW, Code::storage_failed));
        const auto shared = std::make_shared<File>(std::move(staged));
        const ByteSource bytes = read_from(shared->fd(), path, Code::storage_failed);
        ByteSource source = [shared, bytes](MutableByteView space) { return bytes(space); };
        return source;
      };
      records.push_back(std::move(record));
    }
  }
  sort_by_place(records);
  return records;
}

std::optional<UnixSeconds> begin_of_date(std::string_view text) {
  // YYYY, YYYY-MM, YYYY-MM-DD, or a day with a time.
  std::string whole(text);
  if (text.size() == 4) whole += "-01-01T00:00:00Z";
  if (text.size() == 7) whole += "-01T00:00:00Z";
  if (text.size() == 10) whole += "T00:00:00Z";
  auto time = parse_time(whole);
  if (!time && text.size() > 10) time = parse_time(whole + "Z");
  if (!time) return std::nullopt;
  return *time;
}

Result<std::optional<rules::Facts>> facts_of(const HeldRecord& record) {
  if (record.size > max_scanned) return std::optional<rules::Facts>();
  MC_ASSIGN(const ByteSource source, record.open());
  std::string text(record.size + json::RecordScanner::padding, ' ');
  std::size_t at = 0;
  while (at < record.size) {
    MC_ASSIGN(
        const std::size_t got,
        source(MutableByteView(reinterpret_cast<std::byte*>(text.data()) + at, record.size - at)));
    if (got == 0) break;
    at += got;
  }
  json::RecordScanner scanner;
  const auto found = scanner.scan_facts(std::string_view(text).substr(0, at));
  if (!found || !*found) return std::optional<rules::Facts>();
  rules::Facts facts;
  facts.codes = (*found)->codes;
  facts.labels = (*found)->labels;
  facts.authors = (*found)->authors;
  facts.related = (*found)->related;
  facts.date = begin_of_date((*found)->date);
  if (record.opening.type && record.opening.id)
    facts.record = *record.opening.type + "/" + *record.opening.id;
  return std::optional(std::move(facts));
}

}  // namespace medchain::exchange
