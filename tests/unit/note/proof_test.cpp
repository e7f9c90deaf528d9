#include "note/proof.hpp"

#include <doctest/doctest.h>

#include "unit/note/keys.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

const std::string origin = "log.example/main";

/// A log of five entries, a proof of entry 2, and the policy: log key 1, witness W (name w) key 11.
struct Fixture {
  std::vector<TreeHash> leaves;
  Policy policy;
  TlogProof proof;
  std::string unwitnessed;

  Fixture() {
    for (int i = 0; i < 5; ++i)
      leaves.push_back(merkle::leaf_hash(as_bytes("entry " + std::to_string(i))));
    auto log = test::signer(1);
    auto witness = test::signer(11);
    policy.logs.push_back({test::key(origin, log), ""});
    policy.witnesses.push_back({"W", test::witness_key("w", witness), ""});
    policy.quorum = "W";

    const Checkpoint checkpoint{origin, TreeSize(5), RootHash(merkle::root_of(leaves).bytes)};
    unwitnessed = sign_checkpoint(checkpoint, log).value();
    proof.index = EntryIndex(2);
    proof.hashes = merkle::prove_inclusion_in(leaves, 2);
    proof.checkpoint =
        unwitnessed +
        format(cosign(format_checkpoint(checkpoint), UnixSeconds(7), "w", witness).value());
  }
};

const std::string head = "c2sp.org/tlog-proof@v1\n";
const std::string hash_line = "yPFA0nVVp4Kn5u40sWJWSMGpIO/IGbB5vSHKLdpohO4=\n";
const std::string any_note = "text\n\n\xe2\x80\x94 x AAAAAAA=\n";

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a proof reads and formats to the same bytes") {
  for (const Bytes& extra :
       {Bytes{}, Bytes{std::byte{0}}, Bytes(max_proof_extra, std::byte{0xff})}) {
    proof.extra = extra;
    const std::string file = format_proof(proof);
    const auto parsed = parse_proof(file);
    REQUIRE(parsed);
    CHECK(*parsed == proof);
    CHECK(format_proof(*parsed) == file);
  }
  // No hashes: a log of one entry.
  const std::string smallest = head + "index 0\n\n" + any_note;
  CHECK(format_proof(parse_proof(smallest).value()) == smallest);
}

TEST_CASE("a proof file with a mistake is refused, and the line and the rule are named") {
  const auto refused = [](const std::string& file, std::string_view piece) {
    check_refused(parse_proof(file), Code::proof_invalid, piece);
  };
  CHECK(parse_proof(head + "index 0\n" + hash_line + "\n" + any_note));
  refused("", "line 1: expected 'c2sp.org/tlog-proof@v1'");
  refused("c2sp.org/tlog-proof@v1", "line 1: expected");
  refused("c2sp.org/tlog-proof@v2\nindex 0\n\n" + any_note, "line 1: expected");
  refused("index 0\n\n" + any_note, "line 1: expected");
  refused(head, "line 2: expected 'index N', got the end of the file");
  refused(head + "index 0", "line 2: expected 'index N', got the end of the file");
  refused(head + "\n" + any_note, "line 2: expected 'index N'");
  refused(head + "extra AAAA\n", "line 3: expected 'index N', got the end");
  refused(head + "extra \nindex 0\n\n" + any_note, "line 2: extra is empty");
  refused(head + "extra\nindex 0\n\n" + any_note, "line 2: expected 'index N'");
  refused(head + "extra AAA\nindex 0\n\n" + any_note, "line 2: extra: base64");
  refused(head + "extra AAAA\nextra AAAA\nindex 0\n\n" + any_note, "line 3: expected 'index N'");
  refused(head + "index 0\nextra AAAA\n\n" + any_note, "line 3: hash: base64");
  for (const std::string index :
       {"", "-1", "+1", "01", "1 ", "x", "9223372036854775807", "18446744073709551616"}) {
    CAPTURE(index);
    refused(head + "index " + index + "\n\n" + any_note, "line 2: index: ");
  }
  CHECK(parse_proof(head + "index 9223372036854775806\n\n" + any_note));
  refused(head + "index 0\n" + hash_line, "line 4: expected a hash or an empty line");
  refused(head + "index 0\nAAAA\n\n" + any_note, "line 3: hash: expected 32 bytes, got 3");
  refused(head + "index 0\n" + hash_line + "nonsense!\n\n" + any_note, "line 4: hash: base64");
  refused(head + "index 0\n\n", "checkpoint after line 3: signed note: no empty line");
  refused(head + "index 0\n\n" + any_note + "x", "does not end in a newline");
  refused(head + "index 0\r\n\n" + any_note, "line 2: index: ");
}

TEST_CASE("a proof has its limits") {
  std::string hashes;
  for (std::size_t i = 0; i < max_proof_hashes; ++i) hashes += hash_line;
  CHECK(parse_proof(head + "index 0\n" + hashes + "\n" + any_note)->hashes.size() == 64);
  check_refused(parse_proof(head + "index 0\n" + hashes + hash_line + "\n" + any_note),
                Code::proof_invalid, "line 67: more than 64 hashes");

  const std::string extra = to_base64(Bytes(max_proof_extra + 1));
  check_refused(parse_proof(head + "extra " + extra + "\nindex 0\n\n" + any_note),
                Code::proof_invalid, "expected at most 716800 bytes of extra, got 716801");

  const std::string start = head + "index 0\n\n";
  const std::string end = "\n\n\xe2\x80\x94 x AAAAAAA=\n";
  check_refused(
      parse_proof(start + std::string(max_proof_size - start.size() - end.size() + 1, 'a') + end),
      Code::proof_invalid, "expected at most 1048576 bytes, got 1048577");
}

TEST_CASE_FIXTURE(Fixture, "a proof is verified against leaf, log and witnesses") {
  const auto verified = verify_proof(proof, leaves[2], policy);
  REQUIRE(verified);
  CHECK(verified->checkpoint.size == TreeSize(5));
  CHECK(verified->cosigned.size() == 1);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    proof.index = EntryIndex(i);
    proof.hashes = merkle::prove_inclusion_in(leaves, i);
    CHECK(verify_proof(proof, leaves[i], policy));
  }
}

TEST_CASE_FIXTURE(Fixture, "a proof that proves something else is refused") {
  check_refused(verify_proof(proof, leaves[3], policy), Code::proof_invalid, "expected root");
  TlogProof bad = proof;
  bad.index = EntryIndex(3);
  check_refused(verify_proof(bad, leaves[2], policy), Code::proof_invalid, "expected root");
  bad.index = EntryIndex(5);
  check_refused(verify_proof(bad, leaves[2], policy), Code::proof_invalid,
                "index 5 is not below tree size 5");
  bad = proof;
  bad.hashes.pop_back();
  check_refused(verify_proof(bad, leaves[2], policy), Code::proof_invalid,
                "expected 3 hashes, got 2");
  bad = proof;
  bad.checkpoint[bad.checkpoint.size() / 2] ^= 1;
  CHECK(!verify_proof(bad, leaves[2], policy));
  check_refused(verify_proof(proof, leaves[2], Policy{}), Code::signature_missing,
                "no signature of a log");
}

TEST_CASE_FIXTURE(
    Fixture, "a proof without the quorum's cosignatures is unmet, unless it is wrong as well") {
  proof.checkpoint = unwitnessed;
  check_refused(verify_proof(proof, leaves[2], policy), Code::policy_unmet,
                "the checkpoint lacks cosignatures: the policy demands W; missing: W");
  check_refused(verify_proof(proof, leaves[1], policy), Code::proof_invalid, "expected root");
  policy.quorum = "none";
  CHECK(verify_proof(proof, leaves[2], policy));
}
