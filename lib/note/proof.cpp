#include "note/proof.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "note/lines_internal.hpp"
#include "note/quorum.hpp"

namespace medchain::note {

namespace {

constexpr std::string_view magic = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_word = "extra ";
constexpr std::string_view index_word = "index ";
constexpr std::string_view what = "proof";

Error bad_line(std::size_t line, std::string_view rule) {
  return fail_at_line(Code::proof_invalid, what, line, rule);
}
Error too_long(std::string_view part, std::size_t limit, std::size_t got) {
  return fail(Code::proof_invalid, "proof: expected at most " + std::to_string(limit) + " " +
                                       std::string(part) + ", got " + std::to_string(got));
}

Result<Bytes> parse_extra(std::string_view text, std::size_t line) {
  auto extra = parse_base64(text);
  if (!extra) return bad_line(line, "extra: " + extra.error().message);
  if (extra->empty()) return bad_line(line, "extra is empty; the line must then be left out");
  if (extra->size() > max_proof_extra)
    return too_long("bytes of extra", max_proof_extra, extra->size());
  return extra;
}

Result<TreeHash> parse_tree_hash(std::string_view text, std::size_t line) {
  const auto hash = parse_base64(text);
  if (!hash) return bad_line(line, "hash: " + hash.error().message);
  if (hash->size() != TreeHash::size)
    return bad_line(line, "hash: expected 32 bytes, got " + std::to_string(hash->size()));
  return TreeHash::from_view(*hash);
}

}  // namespace

std::string format_proof(const TlogProof& proof) {
  MC_ASSERT(proof.hashes.size() <= max_proof_hashes && proof.extra.size() <= max_proof_extra);
  std::string text(magic);
  text += '\n';
  if (!proof.extra.empty()) text += std::string(extra_word) + to_base64(proof.extra) + "\n";
  text += std::string(index_word) + std::to_string(proof.index.get()) + "\n";
  for (const TreeHash& hash : proof.hashes) text += to_base64(hash.view()) + "\n";
  text += '\n';
  text += proof.checkpoint;
  MC_ASSERT(text.size() <= max_proof_size);
  return text;
}

Result<TlogProof> parse_proof(std::string_view text) {
  if (text.size() > max_proof_size) return too_long("bytes", max_proof_size, text.size());
  LineReader lines(text);
  TlogProof proof;
  auto line = lines.next();
  if (!line || *line != magic) return bad_line(1, "expected " + quote(magic));

  line = lines.next();
  if (line && line->starts_with(extra_word)) {
    MC_ASSIGN(proof.extra, parse_extra(line->substr(extra_word.size()), lines.number()));
    line = lines.next();
  }
  if (!line) return bad_line(lines.number() + 1, "expected 'index N', got the end of the file");
  if (!line->starts_with(index_word)) return bad_line(lines.number(), "expected 'index N'");
  const auto index = parse_u64(line->substr(index_word.size()), 0, max_tree_size - 1);
  if (!index) return bad_line(lines.number(), "index: " + index.error().message);
  proof.index = EntryIndex(*index);

  while ((line = lines.next()) && !line->empty()) {
    if (proof.hashes.size() == max_proof_hashes)
      return bad_line(lines.number(), "more than " + std::to_string(max_proof_hashes) + " hashes");
    MC_ASSIGN(const TreeHash hash, parse_tree_hash(*line, lines.number()));
    proof.hashes.push_back(hash);
  }
  if (!line)
    return bad_line(lines.number() + 1,
                    "expected a hash or an empty line, got the end of the file");

  proof.checkpoint = lines.rest();
  if (auto note = parse(proof.checkpoint); !note)
    return with_code(std::move(note).error(), Code::proof_invalid)
        .context("proof, checkpoint after line " + std::to_string(lines.number()));
  return proof;
}

Result<Verified> verify_proof(const TlogProof& proof, const TreeHash& leaf, const Policy& policy) {
  MC_ASSIGN(Verified verified, verify_checkpoint(proof.checkpoint, policy));
  const Checkpoint& checkpoint = verified.checkpoint;
  MC_TRY(merkle::check_inclusion(proof.index.get(), checkpoint.size.get(), leaf, proof.hashes,
                                 TreeHash(checkpoint.root.bytes)));
  // Last: what is unmet here is not wrong, it only lacks signatures.
  if (!verified.quorum_met)
    return fail(Code::policy_unmet,
                "proof: the checkpoint lacks cosignatures: the policy demands " +
                    quorum_words(policy) +
                    "; missing: " + join(missing_witnesses(policy, verified.cosigned), ", "));
  return verified;
}

}  // namespace medchain::note
