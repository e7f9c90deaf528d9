// YAML files (configuration, profiles, policies, jobs) as a plain tree with line numbers; yaml-cpp
// is behind this header. Scalars stay text: numbers are parsed by base/parse (STYLE 6.4).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace medchain::cli {

struct YamlNode {
  YamlNode();  ///< not inline: the pair below asks for it while this type is incomplete, and clang
               ///< insists

  enum class Kind { scalar, sequence, mapping } kind = Kind::scalar;
  int line = 0;                 ///< 1-based; a value in a mapping has the line of its key
  std::string text;             ///< scalar
  std::vector<YamlNode> items;  ///< sequence
  std::vector<std::pair<std::string, YamlNode>> fields;  ///< mapping, in order
  const YamlNode* find(std::string_view key) const;
};

/// `name` is for messages (`FILE:LINE: ...`).  Fails with config_invalid: syntax, repeated keys,
/// keys that are not scalars, aliases and anchors, several documents, tags.  An empty file is an
/// empty mapping.
Result<YamlNode> parse_yaml(std::string_view text, std::string_view name);

/// Fails with config_invalid, `FILE:LINE: unknown key 'x'` with a hint, for keys not in `known`.
Status check_keys(const YamlNode& mapping, const std::vector<std::string>& known,
                  std::string_view name);

/// `key: "value"` lines, quoted so that parse_yaml reads the same text back.
std::string write_yaml(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace medchain::cli
