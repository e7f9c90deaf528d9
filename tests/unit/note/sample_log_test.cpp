// Logs made by the Go implementation and accepted by others, read where they are present.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "note/proof.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;
namespace fs = std::filesystem;

namespace {

merkle::Proof parse_hashes(const std::string& lines) {
  merkle::Proof hashes;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const auto hash = parse_base64(std::string_view(lines).substr(at, end - at));
    REQUIRE(hash);
    REQUIRE(hash->size() == 32);
    hashes.push_back(TreeHash::from_view(*hash));
    at = end + 1;
  }
  return hashes;
}

Checkpoint checkpoint_of(const std::string& signed_checkpoint, const Policy& policy) {
  const auto verified = verify_checkpoint(signed_checkpoint, policy);
  REQUIRE(verified);
  return verified->checkpoint;
}

void check_log(const fs::path& folder) {
  const auto file = [&folder](const char* name) { return test::read_all(folder / name); };
  const auto vkey = parse_vkey(test::first_line(file("vkey")));
  REQUIRE(vkey);
  Policy policy;
  policy.logs.push_back({*vkey, ""});
  policy.quorum = "none";

  // Checkpoints: read, formatted, and signed anew to the same bytes.
  const std::string old_note = file("checkpoint.old");
  const Checkpoint old_checkpoint = checkpoint_of(old_note, policy);
  const Checkpoint checkpoint = checkpoint_of(file("checkpoint"), policy);
  auto secret = test::parse_skey(test::first_line(file("skey")));
  CHECK(sign_checkpoint(old_checkpoint, secret.signer).value() == old_note);

  // Consistency.
  const merkle::Proof consistency = parse_hashes(file("consistency"));
  const TreeHash root(checkpoint.root.bytes);
  CHECK(merkle::check_consistency(old_checkpoint.size.get(), TreeHash(old_checkpoint.root.bytes),
                                  checkpoint.size.get(), root, consistency));

  // Inclusion.
  const std::string proof_file = file("sample.tlog-proof");
  const auto proof = parse_proof(proof_file);
  REQUIRE(proof);
  CHECK(format_proof(*proof) == proof_file);
  CHECK(verify_proof(*proof, merkle::leaf_hash(as_bytes(file("sample.entry"))), policy));
  CHECK(verify_proof(*proof, merkle::leaf_hash(as_bytes("another")), policy).error().code ==
        Code::proof_invalid);

  // The entries in their bundles (uint16 length, entry) make the root, and our proofs are theirs.
  std::vector<TreeHash> leaves;
  std::vector<fs::path> bundles;
  for (const auto& item : fs::recursive_directory_iterator(folder / "tile/entries"))
    if (item.is_regular_file()) bundles.push_back(item.path());
  std::sort(bundles.begin(), bundles.end());
  for (const fs::path& path : bundles) {
    const std::string bundle = test::read_all(path);
    ByteView rest = as_bytes(bundle);
    while (!rest.empty()) {
      const auto size = load_be<std::uint16_t>(rest);
      leaves.push_back(merkle::leaf_hash(rest.subspan(2, size)));
      rest = rest.subspan(2 + std::size_t{size});
    }
  }
  REQUIRE(leaves.size() == checkpoint.size.get());
  CHECK(merkle::root_of(leaves) == root);
  CHECK(merkle::prove_inclusion_in(leaves, proof->index.get()) == proof->hashes);
}

}  // namespace

TEST_CASE("logs made by Go are verified") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  std::size_t logs = 0;
  for (const auto& item : fs::directory_iterator(*shared / "vectors/sample-log")) {
    if (!item.is_directory()) continue;
    CAPTURE(item.path().filename().string());
    check_log(item.path());
    ++logs;
  }
  CHECK(logs > 0);
}
