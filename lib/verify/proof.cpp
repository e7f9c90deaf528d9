#include "verify/proof.hpp"

#include "entry/codec.hpp"

namespace medchain::verify {
namespace {

Error wrong(std::string message) { return fail(Code::proof_invalid, std::move(message)); }

/// The JSON form.  Hashes are text, the row is base64 of its 100 bytes.
struct Extra {
  std::string schema, type, note, row;
  std::uint64_t row_index = 0;
  std::vector<TreeHash> path;
  Salt salt;
  Digest digest;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"schema", Exposure::clear, "medchain/1"}, self.schema);
    visit(Field{"type", Exposure::clear, "proof"}, self.type);
    visit(Field{"note", Exposure::clear, "the anchor entry"}, self.note);
    visit(Field{"row", Exposure::clear, "base64 of the row"}, self.row);
    visit(Field{"row_index", Exposure::clear, "its place in the manifest"}, self.row_index);
    visit(Field{"path", Exposure::clear, "hashes from the row to the manifest root"}, self.path);
    visit(Field{"salt", Exposure::clear, "opening of the commitment"}, self.salt);
    visit(Field{"digest", Exposure::clear, "SHA-256 of the record"}, self.digest);
  }
};

Result<Extra> parse_extra(ByteView bytes) {
  if (bytes.empty())
    return wrong("the proof has no 'extra' line: it proves an entry, not a record");
  auto object = json::parse_object(as_text(bytes));
  if (!object) return wrong("extra: " + object.error().message);
  auto extra = entry::decode<Extra>(*object);
  if (!extra) return wrong("extra: " + extra.error().message);
  if (extra->schema != entry::schema || extra->type != "proof")
    return wrong("extra: expected a medchain/1 proof");
  if (json::write(entry::encode(*extra)) != as_text(bytes))
    return wrong("extra: not spelled as medchain/1 spells it: one line without spaces");
  return extra;
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

Result<std::string> RecordProver::prove(const ledger::RowPlace& place, const Salt& salt,
                                        const Digest& digest) {
  MC_TRY(load(place.entry));
  if (place.row >= rows_.size())
    return fail(Code::store_damaged, "row " + std::to_string(place.row) + " is missing");
  const entry::Row& row = rows_[place.row];
  MC_ASSERT(entry::commit(salt, digest) == row.commitment);
  Extra extra;
  extra.schema = entry::schema;
  extra.type = "proof";
  extra.note = note_;
  ByteArray<entry::Row::size> bytes;
  row.put(bytes);
  extra.row = to_base64(bytes);
  extra.row_index = place.row;
  MC_ASSIGN(extra.path,
            merkle::prove_inclusion(place.row, rows_.size(), merkle::read_from(hashes_)));
  extra.salt = salt;
  extra.digest = digest;

  note::TlogProof proof;
  const std::string json = json::write(entry::encode(extra));
  proof.extra.assign(as_bytes(json).begin(), as_bytes(json).end());
  proof.index = place.entry;
  proof.hashes = log_;
  proof.checkpoint = checkpoint_;
  return note::format_proof(proof);
}

Result<std::string> prove_record(const ledger::Snapshot& view, const ledger::RowPlace& place,
                                 const Salt& salt, const Digest& digest) {
  return RecordProver(view).prove(place, salt, digest);
}

Result<CheckedProof> check_proof(std::string_view text, const note::Policy& policy) {
  MC_ASSIGN(const note::TlogProof proof, note::parse_proof(text));
  MC_ASSIGN(const Extra extra, parse_extra(proof.extra));
  CheckedProof checked;
  checked.index = proof.index;
  RecordProof& record = checked.record;
  auto entry = entry::parse_entry(extra.note);
  if (!entry) return wrong("the entry in the proof: " + entry.error().message);
  record.entry = std::move(*entry);
  MC_ASSIGN(checked.log,
            note::verify_proof(proof, entry::as_leaf(entry::entry_hash(extra.note)), policy));
  if (record.entry.statement.header.ledger != checked.log.checkpoint.origin)
    return wrong("the entry is of ledger " + quote(record.entry.statement.header.ledger) +
                 ", the checkpoint of " + quote(checked.log.checkpoint.origin));
  const auto* anchor = std::get_if<entry::Anchor>(&record.entry.statement.body);
  if (anchor == nullptr) return wrong("the entry in the proof is not an anchor");
  const auto row = parse_base64(extra.row);
  if (!row || row->size() != entry::Row::size)
    return wrong("field 'row': expected 100 bytes in base64");
  record.row = entry::Row::get(*row);
  if (extra.row_index >= anchor->count)
    return wrong("field 'row_index': the manifest has " + std::to_string(anchor->count) + " rows");
  record.row_index = static_cast<std::uint32_t>(extra.row_index);
  record.path = extra.path;
  MC_TRY(merkle::check_inclusion(extra.row_index, anchor->count, entry::row_hash(record.row),
                                 record.path, TreeHash(anchor->root.bytes)));
  record.salt = extra.salt;
  record.digest = extra.digest;
  if (entry::commit(record.salt, record.digest) != record.row.commitment)
    return wrong("salt and digest do not open the row's commitment");
  return checked;
}

}  // namespace medchain::verify
