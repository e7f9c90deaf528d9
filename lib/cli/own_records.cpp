#include "cli/own_records.hpp"

#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "entry/codec.hpp"

namespace medchain::cli {

Result<std::vector<NamedRecord>> named_records(const Session& session,
                                               std::span<const std::string> names) {
  std::vector<NamedRecord> records;
  for (const std::string& name : names) {
    NamedRecord named{name, session.setting("source").value_or(""), std::nullopt};
    if (!parse_place(name)) {
      MC_ASSIGN(named.digest, named_digest(name));
    }
    records.push_back(std::move(named));
  }
  return records;
}

Result<std::uint64_t> find_own_record(const vault::Vault& vault, const NamedRecord& named) {
  MC_ASSIGN(const auto numbers, find_record(vault, named));
  if (numbers.empty())
    return fail(Code::record_unknown,
                "record " + quote(named.name) + " was not anchored from this vault");
  std::set<std::string> names;
  std::uint64_t newest = numbers.back();
  for (const std::uint64_t number : numbers) {
    MC_ASSIGN(const vault::Version version, vault.version(number));
    names.insert(version.source + '\0' + version.type + "/" + version.id);
    MC_ASSIGN(const auto latest,
              vault.find(vault::record_key(version.source, version.type, version.id)));
    if (latest) newest = latest->number;
  }
  if (names.size() > 1)
    return fail(Code::usage, "record " + quote(named.name) + ": these are the bytes of " +
                                 std::to_string(names.size()) + " records")
        .with_hint("name one as TYPE/ID; 'medchain-vault list' shows them");
  return newest;
}

Result<ledger::RowPlace> place_of(const vault::Vault& vault, std::uint64_t number,
                                  const std::string& name) {
  MC_ASSIGN(const vault::Version version, vault.version(number));
  MC_ASSIGN(const vault::Batch batch, vault.batch(version.batch));
  if (batch.state != vault::BatchState::anchored)
    return fail(Code::entry_state,
                "record " + quote(name) + " is signed, but not on the ledger yet");
  return ledger::RowPlace{batch.entry, static_cast<std::uint32_t>(number - batch.first)};
}

std::optional<ledger::RowPlace> parse_place(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto entry = parse_u64(text.substr(0, colon));
  const auto row = parse_u64(text.substr(colon + 1), 0, entry::max_rows - 1);
  if (!entry || !row) return std::nullopt;
  return ledger::RowPlace{EntryIndex(*entry), static_cast<std::uint32_t>(*row)};
}

std::string to_text(const ledger::RowPlace& place) {
  return std::to_string(place.entry.get()) + ":" + std::to_string(place.row);
}

Result<SubjectTag> find_own_subject(vault::Vault& vault, std::string_view name) {
  std::optional<vault::Subject> known;
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(known, vault.find_subject(name));
    return {};
  }));
  if (!known) return fail(Code::record_unknown, "the vault has no record of this subject");
  if (vault::is_erased(known->k))
    return fail(Code::record_erased, "the subject was erased from this vault");
  return known->tag;
}

}  // namespace medchain::cli
