#include "verify/proof.hpp"

#include "entry/codec.hpp"

namespace medchain::verify {
namespace {

Error wrong(std::string message) { return fail(Code::proof_invalid, std::move(message)); }

/// A step before the proven one.
struct ExtraStep {
  EntryIndex entry;
  std::string note;
  std::vector<TreeHash> hashes;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"entry", Exposure::clear, "its index"}, self.entry);
    visit(Field{"note", Exposure::clear, "the entry"}, self.note);
    visit(Field{"hashes", Exposure::clear, "hashes from the entry to the checkpoint's root"},
          self.hashes);
  }
};

/// The JSON form.  Hashes are text, the row is base64 of its 100 bytes.
struct Extra {
  std::string schema, type;
  std::optional<std::vector<ExtraStep>> steps;
  std::string note;
  std::optional<std::string> row;
  std::optional<std::uint64_t> row_index;
  std::optional<std::vector<TreeHash>> path;
  std::optional<Salt> salt;
  std::optional<Digest> digest;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"schema", Exposure::clear, "medchain/1"}, self.schema);
    visit(Field{"type", Exposure::clear, "proof"}, self.type);
    visit(Field{"steps", Exposure::clear, "the steps before the entry"}, self.steps);
    visit(Field{"note", Exposure::clear, "the entry"}, self.note);
    visit(Field{"row", Exposure::clear, "base64 of the row"}, self.row);
    visit(Field{"row_index", Exposure::clear, "its place in the manifest"}, self.row_index);
    visit(Field{"path", Exposure::clear, "hashes from the row to the manifest root"}, self.path);
    visit(Field{"salt", Exposure::clear, "opening of the commitment"}, self.salt);
    visit(Field{"digest", Exposure::clear, "SHA-256 of the record"}, self.digest);
  }
};

Result<Extra> parse_extra(ByteView bytes) {
  if (bytes.empty())
    return wrong("the proof has no 'extra' line: the entry that it proves is not in it");
  auto object = json::parse_object(as_text(bytes));
  if (!object) return wrong("extra: " + object.error().message);
  auto extra = entry::decode<Extra>(*object);
  if (!extra) return wrong("extra: " + extra.error().message);
  if (extra->schema != entry::schema || extra->type != "proof")
    return wrong("extra: expected a medchain/1 proof");
  if (json::write(entry::encode(*extra)) != as_text(bytes))
    return wrong("extra: not spelled as medchain/1 spells it: one line without spaces");
  const bool has_row = extra->row.has_value();
  if (extra->row_index.has_value() != has_row || extra->path.has_value() != has_row)
    return wrong("extra: 'row', 'row_index' and 'path' go together");
  if (extra->salt.has_value() != extra->digest.has_value() || (extra->salt && !has_row))
    return wrong("extra: 'salt' and 'digest' go together, with a row");
  if (extra->steps && has_row) return wrong("extra: 'steps' and 'row' do not go together");
  return extra;
}

/// Fails with input_too_long: the extra does not fit, which many steps can bring about.
Result<std::string> format(const Extra& extra, EntryIndex index, merkle::Proof hashes,
                           std::string checkpoint) {
  note::TlogProof proof;
  const std::string json = json::write(entry::encode(extra));
  if (json.size() > note::max_proof_extra)
    return fail(Code::input_too_long,
                "a proof has room for " + std::to_string(note::max_proof_extra) +
                    " bytes of entries, " +
                    std::to_string(extra.steps ? extra.steps->size() + 1 : 1) + " steps have " +
                    std::to_string(json.size()))
        .with_hint("prove each with '--entry'");
  proof.extra.assign(as_bytes(json).begin(), as_bytes(json).end());
  proof.index = index;
  proof.hashes = std::move(hashes);
  proof.checkpoint = std::move(checkpoint);
  return note::format_proof(proof);
}

Extra extra_of(std::string note) {
  Extra extra;
  extra.schema = entry::schema;
  extra.type = "proof";
  extra.note = std::move(note);
  return extra;
}

Result<ProvenRow> check_row(const Extra& extra, const entry::Entry& entry) {
  const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
  if (anchor == nullptr) return wrong("the entry in the proof is not an anchor");
  const auto bytes = parse_base64(*extra.row);
  if (!bytes || bytes->size() != entry::Row::size)
    return wrong("field 'row': expected 100 bytes in base64");
  if (*extra.row_index >= anchor->count)
    return wrong("field 'row_index': the manifest has " + std::to_string(anchor->count) + " rows");
  ProvenRow proven;
  proven.row = entry::Row::get(*bytes);
  proven.index = static_cast<std::uint32_t>(*extra.row_index);
  proven.path = *extra.path;
  MC_TRY(merkle::check_inclusion(proven.index, anchor->count, entry::row_hash(proven.row),
                                 proven.path, TreeHash(anchor->root.bytes)));
  if (!extra.salt) return proven;
  proven.opening = ProvenOpening{*extra.salt, *extra.digest};
  if (entry::commit(*extra.salt, *extra.digest) != proven.row.commitment)
    return wrong("salt and digest do not open the row's commitment");
  return proven;
}

Result<entry::Entry> parse_note(const std::string& note) {
  auto entry = entry::parse_entry(note);
  if (!entry) return wrong("the entry in the proof: " + entry.error().message);
  return entry;
}

/// The steps before `last`, which is proven by the log part.
Result<std::vector<Step>> check_extra_steps(const std::vector<ExtraStep>& extra, const Step& last,
                                            const note::Checkpoint& checkpoint) {
  std::vector<Step> steps;
  for (const ExtraStep& one : extra) {
    MC_ASSIGN(entry::Entry entry, parse_note(one.note));
    auto included = merkle::check_inclusion(one.entry.get(), checkpoint.size.get(),
                                            entry::as_leaf(entry::entry_hash(one.note)), one.hashes,
                                            TreeHash(checkpoint.root.bytes));
    if (!included)
      return std::move(included).error().context("entry " + std::to_string(one.entry.get()));
    steps.push_back({one.entry, std::move(entry)});
  }
  steps.push_back(last);
  MC_TRY(check_steps(steps));
  return steps;
}

}  // namespace

Status RecordProver::load(EntryIndex entry) {
  if (entry_ == entry) return {};
  entry_.reset();
  MC_ASSIGN(note_, view_.entry_bytes(entry));
  MC_ASSIGN(rows_, view_.rows(entry));
  hashes_.clear();
  for (std::uint64_t n = 0; n < rows_.size(); ++n) {
    MC_ASSIGN(const auto added,
              merkle::hashes_for_leaf(n, entry::row_hash(rows_[n]), merkle::read_from(hashes_)));
    hashes_.insert(hashes_.end(), added.begin(), added.end());
  }
  MC_ASSIGN(const TreeSize size, view_.size());
  MC_ASSIGN(log_, merkle::prove_inclusion(entry.get(), size.get(), view_.hash_reader()));
  MC_ASSIGN(checkpoint_, view_.checkpoint());
  entry_ = entry;
  return {};
}

Result<std::string> RecordProver::prove(const ledger::RowPlace& place,
                                        const std::optional<ProvenOpening>& opening) {
  MC_TRY(load(place.entry));
  if (place.row >= rows_.size())
    return fail(Code::store_damaged, "row " + std::to_string(place.row) + " is missing");
  const entry::Row& row = rows_[place.row];
  Extra extra = extra_of(note_);
  ByteArray<entry::Row::size> bytes;
  row.put(bytes);
  extra.row = to_base64(bytes);
  extra.row_index = place.row;
  MC_ASSIGN(extra.path,
            merkle::prove_inclusion(place.row, rows_.size(), merkle::read_from(hashes_)));
  if (opening) {
    MC_ASSERT(entry::commit(opening->salt, opening->digest) == row.commitment);
    extra.salt = opening->salt;
    extra.digest = opening->digest;
  }
  return format(extra, place.entry, log_, checkpoint_);
}

Result<std::string> prove_record(const ledger::Snapshot& view, const ledger::RowPlace& place,
                                 const std::optional<ProvenOpening>& opening) {
  return RecordProver(view).prove(place, opening);
}

Result<std::string> prove_entry(const ledger::Snapshot& view, EntryIndex index) {
  MC_ASSIGN(std::string note, view.entry_bytes(index));
  MC_ASSIGN(const TreeSize size, view.size());
  MC_ASSIGN(auto hashes, merkle::prove_inclusion(index.get(), size.get(), view.hash_reader()));
  MC_ASSIGN(std::string checkpoint, view.checkpoint());
  return format(extra_of(std::move(note)), index, std::move(hashes), std::move(checkpoint));
}

Result<std::string> prove_steps(const ledger::Snapshot& view, const EntryHash& of) {
  MC_ASSIGN(auto steps, steps_of(view, of));
  MC_TRY(check_steps(steps));
  MC_ASSIGN(const TreeSize size, view.size());
  const auto hashes_of = [&](const Step& step) {
    return merkle::prove_inclusion(step.index.get(), size.get(), view.hash_reader());
  };
  const Step last = std::move(steps.back());
  steps.pop_back();
  std::vector<ExtraStep> before;
  for (Step& step : steps) {
    MC_ASSIGN(merkle::Proof hashes, hashes_of(step));
    before.push_back({step.index, std::move(step.entry.bytes), std::move(hashes)});
  }
  MC_ASSIGN(merkle::Proof hashes, hashes_of(last));
  MC_ASSIGN(std::string checkpoint, view.checkpoint());
  Extra extra = extra_of(last.entry.bytes);
  extra.steps = std::move(before);
  return format(extra, last.index, std::move(hashes), std::move(checkpoint));
}

Result<CheckedProof> check_proof(std::string_view text, const note::Policy& policy) {
  MC_ASSIGN(const note::TlogProof proof, note::parse_proof(text));
  MC_ASSIGN(const Extra extra, parse_extra(proof.extra));
  CheckedProof checked;
  checked.index = proof.index;
  MC_ASSIGN(checked.entry, parse_note(extra.note));
  MC_ASSIGN(checked.log,
            note::verify_proof(proof, entry::as_leaf(entry::entry_hash(extra.note)), policy));
  const std::string& ledger = checked.entry.statement.header.ledger;
  if (ledger != checked.log.checkpoint.origin)
    return wrong("the entry is of ledger " + quote(ledger) + ", the checkpoint of " +
                 quote(checked.log.checkpoint.origin));
  if (extra.row) {
    MC_ASSIGN(checked.row, check_row(extra, checked.entry));
  }
  if (extra.steps) {
    MC_ASSIGN(checked.steps, check_extra_steps(*extra.steps, {checked.index, checked.entry},
                                               checked.log.checkpoint));
  }
  return checked;
}

}  // namespace medchain::verify
