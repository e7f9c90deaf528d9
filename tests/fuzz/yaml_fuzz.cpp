// YAML files: any text gives a tree or an error; texts found in it are written so that they are
// read back.
#include <cstdint>
#include <string_view>

#include "cli/yaml.hpp"
#include "fuzz/require.hpp"

using namespace medchain::cli;

namespace {

void check(const YamlNode& node) {
  require(node.line >= 0);
  for (const YamlNode& item : node.items) check(item);
  for (const auto& [key, value] : node.fields) {
    require(node.find(key) == &value);
    check(value);
  }
  if (node.kind != YamlNode::Kind::scalar) return;
  const auto again = parse_yaml(write_yaml({{"key", node.text}}), "again");
  require(again.ok() && again->find("key") != nullptr);
  require(again->find("key")->text == node.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto tree = parse_yaml(text, "input")) check(*tree);
  return 0;
}
