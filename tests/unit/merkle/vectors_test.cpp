// Vectors of others, read where they are present: the tree of Certificate Transparency, and the
// proofs, good and bad, of github.com/transparency-dev/merkle.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "base/encoding.hpp"
#include "json/value.hpp"
#include "merkle/tree.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::merkle;
namespace fs = std::filesystem;

namespace {

/// These files hold what our JSON reader refuses: null for an empty proof, and 2^64-1, which no
/// index can be; it becomes a number that is as far out of range.
std::string readable(std::string text) {
  const auto replace = [&text](std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
      text.replace(at, from.size(), to);
  };
  replace("null", "[]");
  replace("18446744073709551615", "9007199254740991");
  return text;
}

std::optional<TreeHash> hash_of(const json::Value& value) {
  const auto bytes = parse_base64(*value.string());
  if (!bytes || bytes->size() != TreeHash::size) return std::nullopt;
  return TreeHash::from_view(*bytes);
}

std::uint64_t number(const json::Object& object, std::string_view key) {
  return static_cast<std::uint64_t>(*object.find(key)->integer());
}

struct Case {
  json::Object object;
  bool accepted_by_others = false;
  std::optional<Proof> proof;
};

/// Calls `f` for each file below `folder`, with its path from there.
template <class F>
void for_each_case(const fs::path& folder, F&& f) {
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.path().extension() != ".json") continue;
    const std::string name = fs::relative(item.path(), folder).generic_string();
    CAPTURE(name);
    auto object = json::parse_object(readable(test::read_all(item.path())));
    REQUIRE(object);
    Case data{*object, !*object->find("wantErr")->boolean(), Proof{}};
    for (const json::Value& value : *object->find("proof")->array()) {
      const auto hash = hash_of(value);
      if (!hash) {
        data.proof.reset();
        break;
      }
      data.proof->push_back(*hash);
    }
    f(name, data);
  }
}

}  // namespace

TEST_CASE("the Certificate Transparency tree of eight leaves") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  const auto file = json::parse_object(test::read_all(*shared / "vectors/rfc6962/tree8.json"));
  REQUIRE(file);
  std::vector<TreeHash> leaves;
  for (const json::Value& value : *file->find("leaf_inputs_hex")->array()) {
    Bytes input(value.string()->size() / 2);
    REQUIRE(parse_hex(*value.string(), input));
    leaves.push_back(leaf_hash(input));
  }
  REQUIRE(leaves.size() == 8);
  const json::Array& roots = *file->find("roots_hex_by_size")->array();
  REQUIRE(roots.size() == 9);
  for (std::size_t n = 0; n < roots.size(); ++n)
    CHECK(to_hex(root_of(std::span(leaves).first(n)).view()) == *roots[n].string());

  // All nodes, level by level.
  const json::Array& nodes = *file->find("node_hashes_hex")->array();
  std::size_t next = 0;
  for (std::vector<TreeHash> level = leaves;;) {
    for (const TreeHash& hash : level) CHECK(to_hex(hash.view()) == *nodes.at(next++).string());
    if (level.size() == 1) break;
    std::vector<TreeHash> parents;
    for (std::size_t i = 0; i < level.size(); i += 2)
      parents.push_back(node_hash(level[i], level[i + 1]));
    level = parents;
  }
  CHECK(next == nodes.size());
}

TEST_CASE("inclusion proofs of transparency-dev/merkle") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  std::size_t cases = 0;
  for_each_case(*shared / "vectors/merkle/testdata/inclusion",
                [&cases](const std::string&, const Case& data) {
                  const auto leaf = hash_of(*data.object.find("leafHash"));
                  const auto root = hash_of(*data.object.find("root"));
                  // A hash that is not 32 bytes cannot even be said here: it is refused by parsing.
                  const bool accepted =
                      leaf && root && data.proof &&
                      check_inclusion(number(data.object, "leafIdx"),
                                      number(data.object, "treeSize"), *leaf, *data.proof, *root);
                  CHECK(accepted == data.accepted_by_others);
                  ++cases;
                });
  CHECK(cases == 98);
}

TEST_CASE("consistency proofs of transparency-dev/merkle") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  // Where we differ: that library compares the roots of equal sizes without asking what they are,
  // and one file has roots of 12 bytes, which cannot be said here.  It also calls every proof from
  // size 0 an error, which c2sp.org/tlog-witness accepts with an empty proof; none of its files has
  // that with hashes of 32 bytes, so that the verdicts agree.
  std::set<std::string> differing;
  std::size_t cases = 0;
  for_each_case(*shared / "vectors/merkle/testdata/consistency", [&](const std::string& name,
                                                                     const Case& data) {
    const auto root1 = hash_of(*data.object.find("root1"));
    const auto root2 = hash_of(*data.object.find("root2"));
    const bool accepted = root1 && root2 && data.proof &&
                          check_consistency(number(data.object, "size1"), *root1,
                                            number(data.object, "size2"), *root2, *data.proof);
    if (accepted != data.accepted_by_others) differing.insert(name);
    ++cases;
  });
  CHECK(cases == 98);
  CHECK(differing ==
        std::set<std::string>{"additional/sizes-are-equal-one-and-proof-is-empty.json"});
}
