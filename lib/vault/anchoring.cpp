#include "vault/anchoring.hpp"

#include "vault/layout_internal.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

constexpr std::size_t max_cached_subjects = 100'000;

/// `path` and `line` say where that input was, as far as it is known.
Error conflict_with(std::uint64_t input, const std::string& path, std::uint64_t line) {
  std::string where = path.empty() ? "" : quote(path);
  if (line > 0) where += (where.empty() ? "line " : ", line ") + std::to_string(line);
  if (!where.empty()) where = " (" + where + ")";
  return fail(Code::input_conflict, "the same id has other bytes at input " +
                                        std::to_string(input) + " of this run" + where);
}

std::optional<Sketch> sketch_of_record(source::NarrativeReader& narratives,
                                       const source::Record& record, std::string_view text) {
  auto narrative = narratives.read(record, text);
  if (!narrative) return std::nullopt;
  auto sketch = sketch_of(narrative->text);
  if (sketch) sketch->author = std::move(narrative->author);
  return sketch;
}

}  // namespace

Anchoring::Anchoring(Vault& vault, Identity identity, crypto::Random& random)
    : vault_(vault),
      identity_(std::move(identity)),
      random_(random),
      in_batch_(0, KeyHash(random)),
      copying_(vault.directory_, random) {}

Status Anchoring::begin() {
  std::uint64_t next_blob = 1;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    MC_TRY(txn.put(vault_.tables_.meta, as_bytes("layout"), as_bytes(vault_layout)));
    MC_ASSIGN(const auto blob, txn.get(vault_.tables_.meta, as_bytes("next-blob")));
    if (blob && blob->size() == 8) next_blob = load_be<std::uint64_t>(*blob);
    return {};
  }));
  is_begun_ = true;
  copying_.begin(next_blob);
  return VaultAccess(vault_).remove_unknown_blobs();
}

Result<bool> Anchoring::lacks_copy(std::uint64_t number) {
  if (!identity_.keeps_copies || copying_.has(number)) return false;
  MC_ASSIGN(const auto place, vault_.copy(number));
  if (place && vault_.has_blob(place->blob)) return false;
  MC_ASSIGN(const Version version, vault_.version(number));
  MC_ASSIGN(const auto row, vault_.row(version));  // record_erased: it is not to come back
  static_cast<void>(row);
  return true;
}

Result<Same> Anchoring::same_as(const Latest& latest, const source::Record& record) {
  std::optional<source::PartDigest> part;
  if (record.part) {
    MC_ASSIGN(part, SecondDigests(vault_).find(latest.number));
  }
  const Same same = compare(latest.digest, part, record);
  if (same == Same::bytes && part != record.part && is_begun_)
    learned_.emplace_back(latest.number, *record.part);
  return same;
}

Result<Anchoring::KnownSubject*> Anchoring::subject_of(const std::string& name) {
  const auto cached = subjects_.find(name);
  if (cached != subjects_.end()) return &cached->second;
  KnownSubject known;
  if (name.empty()) {
    MC_ASSIGN(known.subject, vault_.subject(0));
  } else {
    MC_ASSIGN(auto found, vault_.find_subject(name));
    if (found) {
      known.subject = std::move(*found);
    } else {
      random_.fill(known.subject.k);
      known.subject.tag = entry::subject_tag(known.subject.k, vault_.owner_.genesis);
      known.is_new = true;
    }
  }
  if (is_erased(known.subject.k))
    return fail(Code::record_erased, "the subject of this record was erased from the vault");
  return &subjects_.emplace(name, std::move(known)).first->second;
}

Status Anchoring::look_up_expected() {
  if (next_expected_ == expected_.size()) return {};
  const std::span left = std::span(expected_).subspan(next_expected_);
  std::vector<RecordKey> keys;
  keys.reserve(left.size());
  for (const Expected& one : left) keys.push_back(one.key);
  return vault_.read([&]() -> Status {
    MC_ASSIGN(auto found, vault_.find_all(keys));
    for (std::size_t i = 0; i < left.size(); ++i) left[i].latest = std::move(found[i]);
    return {};
  });
}

Status Anchoring::expect(std::span<const source::Item> items) {
  expected_.clear();
  next_expected_ = 0;
  for (const source::Item& item : items)
    if (const auto& record = item.record)
      expected_.push_back(
          {item.number, record_key(record->source, record->type, record->id), std::nullopt});
  return look_up_expected();
}

const Anchoring::Expected* Anchoring::take_expected(std::uint64_t input) {
  while (next_expected_ < expected_.size() && expected_[next_expected_].input < input)
    ++next_expected_;
  if (next_expected_ == expected_.size() || expected_[next_expected_].input != input)
    return nullptr;
  return &expected_[next_expected_++];
}

bool Anchoring::needs_vault(const Expected* expected, const source::Record& record,
                            bool needs_copy) const {
  if (expected == nullptr) return true;
  if (!expected->latest) return !subjects_.contains(record.subject);
  return expected->latest->digest != record.digest || record.part || needs_copy;
}

Status Anchoring::add(source::Item&& item, const std::optional<source::RecordBytes>& bytes) {
  MC_ASSERT(item.record.has_value());
  source::Record& record = *item.record;
  const Expected* const expected = take_expected(item.number);
  const RecordKey key =
      expected != nullptr ? expected->key : record_key(record.source, record.type, record.id);

  Taken taken;
  taken.input = item.number;
  taken.line = record.line;
  if (identity_.tells_names) {
    taken.name = record.type + "/" + record.id;
    taken.path = record.path;
  }
  taken.digest = record.digest;
  taken.size = record.size;
  const auto unchanged = [&](std::uint32_t row, std::optional<std::uint64_t> known) {
    taken.outcome = Outcome::unchanged;
    taken.row = row;
    taken.known = known;
    ++tally_.unchanged;
    if (taken.ignored) ++tally_.ignored;
  };
  // What is anchored counts in the place of bytes that are it but for what is ignored.
  const auto take_anchored = [&](Same same, const Digest& digest, std::uint64_t size) {
    taken.ignored = same == Same::part;
    taken.digest = digest;
    taken.size = size;
  };
  std::optional<Latest> latest;
  Same same = Same::no;
  bool needs_copy = identity_.keeps_copies && bytes;
  const auto here = in_batch_.find(key);
  const auto rehearsed = rehearsed_.find(key);
  if (here != in_batch_.end()) {
    const NewRow& earlier = rows_[here->second];
    same = compare(earlier.version.digest, earlier.part, record);
    if (same == Same::no) return conflict_with(earlier.input, earlier.path, earlier.version.line);
    take_anchored(same, earlier.version.digest, earlier.version.size);
    unchanged(static_cast<std::uint32_t>(here->second), std::nullopt);
    needs_copy = false;
  } else if (rehearsed != rehearsed_.end()) {
    const Rehearsed& earlier = rehearsed->second;
    same = compare(earlier.digest, earlier.part, record);
    if (same == Same::no) return conflict_with(earlier.input, {}, 0);
    take_anchored(same, earlier.digest, earlier.size);
    unchanged(0, std::nullopt);
    needs_copy = false;
  } else {
    const auto decide = [&]() -> Status {
      if (expected != nullptr) {
        latest = expected->latest;
      } else {
        MC_ASSIGN(latest, vault_.find(key));
      }
      if (latest) {
        MC_ASSIGN(same, same_as(*latest, record));
      }
      if (same == Same::part) {
        MC_ASSIGN(const Version version, vault_.version(latest->number));
        take_anchored(same, version.digest, version.size);
        needs_copy = false;  // these are not the bytes
      }
      if (same == Same::bytes && needs_copy) {
        MC_ASSIGN(needs_copy, lacks_copy(latest->number));
      }
      if (same != Same::no) return {};
      if (latest && latest->digest == Digest()) {
        // As an erasure leaves it (erasing.cpp).
        MC_ASSIGN(const Version erased, vault_.version(latest->number));
        MC_ASSIGN(const Salt gone, vault_.salt(erased));
        if (is_erased(gone.bytes))
          return fail(Code::record_erased,
                      "the record " + quote(record.type + "/" + record.id) + " was erased");
      }
      // A version that this run has met already, new or unchanged: the id cannot have two contents
      // at one time.
      if (const std::uint64_t other = latest ? seen_.find(latest->number) : 0; other > 0) {
        MC_ASSIGN(const Version before, vault_.version(latest->number));
        if (!is_of_this_run(latest->number)) return conflict_with(other, {}, 0);
        MC_ASSIGN(const std::string path, vault_.path(before.path));
        return conflict_with(other, path, before.line);
      }
      auto type = entry::Word::parse(record.type);
      if (!type) return std::move(type).error().context("the type of a record");
      MC_TRY(subject_of(record.subject));
      return {};
    };
    // One short read per record keeps no reader slot over a slow input.
    MC_TRY(needs_vault(expected, record, needs_copy) ? vault_.read(decide) : decide());
    const bool is_known = same != Same::no;
    if (needs_copy)
      MC_TRY(copying_.add({!is_known, is_known ? latest->number : rows_.size()}, *bytes, record));
    if (latest && !is_of_this_run(latest->number) && seen_.find(latest->number) == 0)
      ++tally_.known;
    if (is_known) {
      unchanged(0, latest->number);
      seen_.add(latest->number, item.number);
    }
  }
  ++tally_.inputs;
  tally_.bytes += record.size;
  if (taken.outcome == Outcome::unchanged) {
    taken_.push_back(std::move(taken));
    return {};
  }

  NewRow row;
  if (identity_.keeps_sketches && bytes && bytes->fd < 0)
    row.sketch = sketch_of_record(narratives_, record, bytes->text);
  row.key = key;
  row.input = item.number;
  row.part = std::move(record.part);
  Version& version = row.version;
  if (latest) version.previous = latest->number;
  version.flags = record.canonical ? entry::Row::flag_canonical_json : std::uint16_t{0};
  version.digest = record.digest;
  version.size = record.size;
  version.line = record.line;
  version.offset = record.offset;
  version.mtime = record.mtime;
  const Subject& subject = subjects_.at(record.subject).subject;
  row.row.flags = version.flags;
  row.row.subject = subject.tag;
  row.row.record =
      entry::record_tag(subject.k, vault_.owner_.genesis, record.source, record.type, record.id);
  row.path = std::move(record.path);
  row.subject = std::move(record.subject);
  version.source = std::move(record.source);
  version.type = std::move(record.type);
  version.id = std::move(record.id);
  version.group = std::move(record.group);
  version.date = std::move(record.date);
  version.code = std::move(record.code);
  version.labels = std::move(record.labels);

  taken.outcome = latest ? Outcome::version : Outcome::anchored;
  ++(latest ? tally_.versions : tally_.anchored);
  taken.row = static_cast<std::uint32_t>(rows_.size());
  in_batch_.emplace(key, rows_.size());
  rows_.push_back(std::move(row));
  taken_.push_back(std::move(taken));
  return {};
}

void Anchoring::clear_waiting() {
  taken_.clear();
  rows_.clear();
  in_batch_.clear();
  if (subjects_.size() > max_cached_subjects) subjects_.clear();
}

Result<ReadyBatch> Anchoring::rehearse(UnixSeconds now) {
  ReadyBatch ready;
  std::vector<SecretValue> secrets;
  if (rows_.empty()) {
    ready.taken = std::move(taken_);
  } else {
    MC_ASSIGN(ready, prepare(now, secrets));
  }
  for (const NewRow& row : rows_)
    rehearsed_.emplace(row.key,
                       Rehearsed{row.version.digest, row.input, row.version.size, row.part});
  clear_waiting();
  return ready;
}

std::optional<EntryIndex> Anchoring::landed_at(std::uint64_t batch) const {
  for (const auto& [number, entry] : landed_)
    if (number == batch) return entry;
  return std::nullopt;
}

Status Anchoring::abandon(std::uint64_t batch) {
  expected_.clear();
  next_expected_ = 0;
  return VaultAccess(vault_).abandon(batch);
}

Status Anchoring::finish() {
  if (landed_.empty()) return {};
  MC_TRY(vault_.write([&](store::WriteTxn& txn) { return mark_landed(txn); }));
  landed_.clear();
  return {};
}

}  // namespace medchain::vault
