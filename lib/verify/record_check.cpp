#include "verify/record_check.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "json/value.hpp"
#include "verify/seen.hpp"

namespace medchain::verify {
namespace {

constexpr std::size_t max_cached_entries = 256;

std::string at(const ledger::RowPlace& place) {
  return "entry " + std::to_string(place.entry.get()) + " row " + std::to_string(place.row);
}

vault::RecordKey key_of(const source::Record& record) {
  return vault::record_key(record.source, record.type, record.id);
}

}  // namespace

std::string_view to_text(RecordVerdict verdict) {
  switch (verdict) {
    case RecordVerdict::intact:
      return "intact";
    case RecordVerdict::superseded:
      return "superseded";
    case RecordVerdict::differs:
      return "differs";
    case RecordVerdict::unknown:
      return "unknown";
    case RecordVerdict::erased:
      return "erased";
    case RecordVerdict::pending:
      return "pending";
    case RecordVerdict::damaged:
      return "damaged";
  }
  return "";
}

bool is_good(RecordVerdict verdict) {
  return verdict == RecordVerdict::intact || verdict == RecordVerdict::superseded;
}

Result<std::optional<Opening>> parse_opening(std::string_view line) {
  MC_ASSIGN(const json::Object object, json::parse_object(line));
  const auto text = [&](std::string_view name) -> std::string {
    const json::Value* value = object.find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
  };
  const auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
    const json::Value* value = object.find(name);
    if (value == nullptr || value->integer() == nullptr || *value->integer() < 0)
      return std::nullopt;
    return static_cast<std::uint64_t>(*value->integer());
  };
  if (text("type") != "receipt" || text("salt").empty()) return std::optional<Opening>();
  const auto entry = number("entry"), row = number("row");
  if (!entry || !row || *row >= entry::max_rows)
    return fail(Code::input_invalid, "a receipt with a salt needs 'entry' and 'row'");
  Opening opening;
  opening.place = {EntryIndex(*entry), static_cast<std::uint32_t>(*row)};
  MC_ASSIGN(opening.digest, parse_hash<Digest>(text("digest")));
  MC_ASSIGN(opening.salt, parse_hash<Salt>(text("salt")));
  return std::optional<Opening>(opening);
}

RecordChecker::RecordChecker(const ledger::Snapshot& view, const vault::Vault* vault,
                             const std::vector<Opening>& openings)
    : view_(view), vault_(vault) {
  for (const Opening& opening : openings) openings_.emplace(opening.digest, opening);
}

Result<RecordFinding> RecordChecker::check(const source::Record& record) {
  if (vault_ == nullptr) return by_openings(record);
  MC_ASSIGN(const auto latest, vault_->find(key_of(record)));
  return by_vault(record, latest);
}

Result<std::vector<RecordFinding>> RecordChecker::check_all(std::span<const source::Item> items) {
  std::vector<vault::RecordKey> keys;
  for (const source::Item& item : items)
    if (item.record) keys.push_back(key_of(*item.record));
  std::vector<std::optional<vault::Latest>> latest(keys.size());
  if (vault_ != nullptr) {
    MC_ASSIGN(latest, vault_->find_all(keys));
  }
  std::vector<RecordFinding> findings;
  for (const source::Item& item : items) {
    if (!item.record) continue;
    MC_ASSIGN(auto finding, vault_ != nullptr ? by_vault(*item.record, latest[findings.size()])
                                              : by_openings(*item.record));
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<std::optional<std::string>> RecordChecker::check_entry(EntryIndex index) {
  const auto known = entries_.find(index);
  if (known != entries_.end()) return known->second.problem;
  CheckedEntry checked;
  const std::string name = "entry " + std::to_string(index.get());
  const auto judge = [&]() -> Result<std::optional<std::string>> {
    const auto damaged = [](std::string text) {
      return std::optional<std::string>(std::move(text));
    };
    auto bytes = view_.entry_bytes(index);
    if (!bytes) return damaged(bytes.error().message);
    const auto entry = entry::parse_entry(*bytes);
    if (!entry) return damaged(name + ": " + entry.error().message);
    const auto* anchor = std::get_if<entry::Anchor>(&entry->statement.body);
    if (anchor == nullptr) return damaged(name + " is not an anchor");
    checked.time = entry->statement.header.time;
    checked.custodian = anchor->custodian;
    auto rows = view_.rows(index);
    if (!rows) return damaged(rows.error().message);
    if (entry::manifest_root(*rows) != anchor->root)
      return damaged("the manifest of " + name + " is not the one that the entry commits to");
    checked.rows = std::move(*rows);
    MC_ASSIGN(const std::string signed_checkpoint, view_.checkpoint());
    MC_ASSIGN(const auto log, rules::log_key(view_));
    const auto checkpoint = open_checkpoint(signed_checkpoint, log);
    if (!checkpoint) return damaged("checkpoint: " + checkpoint.error().message);
    if (index.get() >= checkpoint->size.get()) return damaged(name + " is behind the checkpoint");
    const auto proof =
        merkle::prove_inclusion(index.get(), checkpoint->size.get(), view_.hash_reader());
    if (!proof) return damaged(proof.error().message);
    const auto included = merkle::check_inclusion(index.get(), checkpoint->size.get(),
                                                  entry::as_leaf(entry::entry_hash(*bytes)), *proof,
                                                  TreeHash(checkpoint->root.bytes));
    if (!included) return damaged(name + " is not in the signed tree: " + included.error().message);
    return std::optional<std::string>();
  };
  MC_ASSIGN(checked.problem, judge());
  if (entries_.size() >= max_cached_entries) entries_.erase(entries_.begin());
  return entries_.emplace(index, std::move(checked)).first->second.problem;
}

Result<std::optional<std::string>> RecordChecker::check_place(const ledger::RowPlace& place,
                                                              const entry::Row& expected) {
  MC_ASSIGN(auto problem, check_entry(place.entry));
  if (problem) return problem;
  const CheckedEntry& checked = entries_.at(place.entry);
  if (place.row >= checked.rows.size())
    return std::optional<std::string>(at(place) + " is not there");
  const entry::Row& row = checked.rows[place.row];
  if (row.commitment != expected.commitment || row.record != expected.record ||
      row.subject != expected.subject || row.flags != expected.flags)
    return std::optional<std::string>(
        at(place) + " holds another commitment or tag than the vault's opening gives");
  return std::optional<std::string>();
}

Result<RecordFinding> RecordChecker::check_version(std::uint64_t number,
                                                   const vault::Version& version) {
  RecordFinding finding;
  MC_ASSIGN(const vault::Batch batch, vault_->batch(version.batch));
  const auto row = vault_->row(version);
  if (!row && row.error().code == Code::record_erased) {
    finding.verdict = RecordVerdict::erased;
    finding.message = "its salt or key was destroyed";
    return finding;
  }
  if (!row) return row.error();
  std::optional<EntryIndex> entry;
  if (batch.state == vault::BatchState::anchored) {
    entry = batch.entry;
  } else {
    // Pending here; the ledger may have it all the same (DESIGN 12).
    MC_ASSIGN(const auto places, view_.find_record(row->record));
    for (const ledger::RowPlace& place : places) {
      MC_ASSIGN(const entry::Row found, view_.row(place));
      if (found.commitment == row->commitment) entry = place.entry;
    }
  }
  if (!entry) {
    finding.verdict = RecordVerdict::pending;
    finding.message = "signed, but not on the ledger yet";
    return finding;
  }
  finding.place = ledger::RowPlace{*entry, static_cast<std::uint32_t>(number - batch.first)};
  MC_ASSIGN(const auto problem, check_place(*finding.place, *row));
  if (problem) {
    finding.verdict = RecordVerdict::damaged;
    finding.message = *problem;
    return finding;
  }
  finding.time = entries_.at(*entry).time;
  MC_ASSIGN(const auto erased,
            rules::erased_at(view_, entries_.at(*entry).custodian, row->record, row->subject));
  if (erased) {
    finding.verdict = RecordVerdict::erased;
    finding.message = "erased at entry " + std::to_string(erased->get());
    return finding;
  }
  finding.verdict = RecordVerdict::intact;
  return finding;
}

Result<RecordFinding> RecordChecker::by_vault(const source::Record& record,
                                              const std::optional<vault::Latest>& latest) {
  if (!latest) {
    MC_ASSIGN(const auto same, vault_->find_digest(record.digest));
    if (same.empty())
      return RecordFinding{RecordVerdict::unknown,
                           {},
                           {},
                           0,
                           0,
                           false,
                           "neither its id nor its bytes were anchored from this vault"};
    MC_ASSIGN(const vault::Version version, vault_->version(same.back()));
    MC_ASSIGN(RecordFinding finding, check_version(same.back(), version));
    finding.by_content = true;
    if (finding.verdict == RecordVerdict::intact)
      finding.message = "these bytes were anchored under another id or name";
    return finding;
  }
  // All versions, newest first.
  std::vector<std::pair<std::uint64_t, vault::Version>> versions;
  for (std::optional<std::uint64_t> number = latest->number; number;) {
    MC_ASSIGN(const vault::Version version, vault_->version(*number));
    versions.emplace_back(*number, version);
    number = version.previous;
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].second.digest != record.digest) continue;
    MC_ASSIGN(RecordFinding finding, check_version(versions[i].first, versions[i].second));
    finding.versions = versions.size();
    finding.version = versions.size() - i;
    if (finding.verdict == RecordVerdict::intact && i > 0) {
      finding.verdict = RecordVerdict::superseded;
      finding.message = "version " + std::to_string(finding.version) + " of " +
                        std::to_string(finding.versions) + "; a newer one is anchored";
    }
    return finding;
  }
  MC_ASSIGN(RecordFinding finding, check_version(versions.front().first, versions.front().second));
  finding.versions = finding.version = versions.size();
  if (finding.verdict == RecordVerdict::intact || finding.verdict == RecordVerdict::pending) {
    finding.verdict = RecordVerdict::differs;
    finding.message =
        "these bytes are none of its " + std::to_string(versions.size()) + " anchored versions";
    if (finding.place) finding.message += "; the newest is " + at(*finding.place);
  }
  return finding;
}

Result<RecordFinding> RecordChecker::by_openings(const source::Record& record) {
  const auto [first, last] = openings_.equal_range(record.digest);
  if (first == last)
    return RecordFinding{RecordVerdict::unknown,           {}, {}, 0, 0, true,
                         "no receipt is about these bytes"};
  RecordFinding finding;
  finding.by_content = true;
  for (auto it = first; it != last; ++it) {
    const Opening& opening = it->second;
    finding.place = opening.place;
    MC_ASSIGN(const auto problem, check_entry(opening.place.entry));
    const auto known = entries_.find(opening.place.entry);
    if (problem || opening.place.row >= known->second.rows.size()) {
      finding.verdict = RecordVerdict::damaged;
      finding.message = problem.value_or(at(opening.place) + " is not there");
      continue;
    }
    const entry::Row& row = known->second.rows[opening.place.row];
    if (row.commitment != entry::commit(opening.salt, record.digest)) {
      finding.verdict = RecordVerdict::damaged;
      finding.message =
          at(opening.place) + " holds another commitment than the receipt's opening gives";
      continue;
    }
    finding.time = known->second.time;
    MC_ASSIGN(const auto erased,
              rules::erased_at(view_, known->second.custodian, row.record, row.subject));
    MC_ASSIGN(const auto places, view_.find_record(row.record));
    finding.versions = places.size();
    finding.version = static_cast<std::uint64_t>(
                          std::find(places.begin(), places.end(), opening.place) - places.begin()) +
                      1;
    finding.verdict = erased ? RecordVerdict::erased
                      : !places.empty() && places.back() != opening.place
                          ? RecordVerdict::superseded
                          : RecordVerdict::intact;
    finding.message = erased ? "erased at entry " + std::to_string(erased->get()) : "";
    return finding;
  }
  return finding;
}

Result<RecordFinding> find_intact(const ledger::Snapshot& view, const vault::Vault& vault,
                                  std::uint64_t number, const vault::Version& version) {
  MC_ASSIGN(auto finding, RecordChecker(view, &vault, {}).check_version(number, version));
  switch (finding.verdict) {
    case RecordVerdict::intact:
      return finding;
    case RecordVerdict::erased:
      return fail(Code::record_erased, "the record was erased: " + finding.message);
    case RecordVerdict::pending:
      return fail(Code::entry_missing, "the record is " + finding.message);
    case RecordVerdict::superseded:
    case RecordVerdict::differs:
    case RecordVerdict::unknown:
    case RecordVerdict::damaged:
      break;
  }
  return fail(Code::store_damaged, finding.message);
}

}  // namespace medchain::verify
