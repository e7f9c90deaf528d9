#include "exchange/open_release.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/byte_order_mark.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "exchange/open_terms.hpp"
#include "json/record_scanner.hpp"

namespace medchain::exchange {
namespace {

Error wrong(std::string message) { return fail(Code::package_invalid, std::move(message)); }

std::string text_of(const ledger::RowPlace& place) {
  return "entry " + std::to_string(place.entry.get()) + " row " + std::to_string(place.row);
}

/// What the row commits to, of a member with this digest: the canonical form's where the row says
/// so.
Result<Digest> committed_digest(const package::Unpacked& files, const package::FileEntry& file,
                                const entry::Row& row) {
  if ((row.flags & entry::Row::flag_canonical_json) == 0) return file.digest;
  MC_ASSIGN(const std::string bytes,
            read_file(files.staged(file), file.size + 1, Code::storage_failed));
  auto form = json::canonical_json(without_mark(bytes));
  if (!form) return std::move(form).error();
  return Digest(crypto::sha256(as_bytes(*form)));
}

/// The rows of the ledger, each manifest read once.
class Rows {
 public:
  explicit Rows(const ledger::Snapshot& view) : view_(view) {}
  Result<entry::Row> at(const ledger::RowPlace& place) {
    if (!entries_.contains(place.entry)) {
      MC_ASSIGN(auto rows, view_.rows(place.entry));
      entries_.emplace(place.entry, std::move(rows));
    }
    const auto& rows = entries_.at(place.entry);
    if (place.row >= rows.size()) return wrong(text_of(place) + " is not on the ledger");
    return rows[place.row];
  }

 private:
  const ledger::Snapshot& view_;
  std::map<EntryIndex, std::vector<entry::Row>> entries_;
};

std::set<ledger::RowPlace> places_of(const entry::Release& release) {
  std::set<ledger::RowPlace> places;
  for (const entry::RecordSet& set : release.records)
    for (const auto& range : set.rows.ranges())
      for (std::uint32_t row = range.first; row <= range.last; ++row)
        places.insert({set.entry, row});
  return places;
}

Status check_records(const package::Unpacked& files, const ledger::Snapshot& view,
                     const entry::Release& release) {
  std::set<ledger::RowPlace> expected = places_of(release);
  Rows rows(view);
  for (const package::RecordOpening& opening : files.openings().records) {
    const auto file =
        std::find_if(files.manifest().files.begin(), files.manifest().files.end(),
                     [&](const package::FileEntry& one) { return one.name == opening.file; });
    MC_ASSERT(file != files.manifest().files.end());  // check_openings()
    const ledger::RowPlace place{opening.entry, static_cast<std::uint32_t>(opening.row)};
    const auto record = [&](std::string_view problem) {
      return wrong(opening.file + ": " + std::string(problem) + " (" + text_of(place) + ")");
    };
    if (expected.erase(place) == 0) return record("a record that the release does not name");
    MC_ASSIGN(const entry::Row row, rows.at(place));
    MC_ASSIGN(const Digest digest, committed_digest(files, *file, row));
    if (digest != opening.digest || entry::commit(opening.salt, digest) != row.commitment)
      return record("the bytes are not those that were anchored");
  }
  if (!expected.empty())
    return wrong("the package lacks " + std::to_string(expected.size()) +
                 " of the records that the release names, the first is " +
                 text_of(*expected.begin()));
  return {};
}

}  // namespace

Result<OpenedRelease> open_release(const package::Store& store, const crypto::Secret& identity,
                                   const ledger::Snapshot& view, const entry::Statement& statement,
                                   const std::string& directory) {
  const auto* release = std::get_if<entry::Release>(&statement.body);
  MC_ASSERT(release != nullptr);
  MC_ASSIGN(const auto opened, OpenedPackage::open(store, identity, release->package));
  MC_ASSIGN(auto files, package::Unpacked::unpack(opened->source(), directory));
  MC_TRY(opened->check_hash());
  MC_TRY(check_manifest_of(files.manifest(), statement.header));
  MC_TRY(check_records(files, view, *release));
  const std::uint64_t records = files.openings().records.size();
  return OpenedRelease{std::move(files), records};
}

}  // namespace medchain::exchange
