// yaml-cpp stays in this file.  Its event interface is used, not its nodes: anchors, tags, repeated
// keys and depth are seen before anything is built, and scalars are never guessed to be numbers or
// booleans.
#include "cli/yaml.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdio>
#include <istream>
#include <streambuf>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_size = 1024 * 1024;
constexpr std::size_t max_nesting = 16;

int line_of(const YAML::Mark& mark) { return std::max(mark.line, 0) + 1; }

/// Builds the tree.  A rule that is broken is thrown as yaml-cpp's own exception, because that is
/// how its parser can be left; it is caught below with the others.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) : source_(source) {}

  bool has_root() const { return has_root_; }
  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(has_document_, true)) refuse(mark, "a second document is not allowed");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check_plain(mark, "", anchor);
    const std::string text = null_word(mark);
    // A file of comments is no value at all.
    if (open_.empty() && text.empty()) return;
    add_scalar(mark, text);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not allowed");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    refuse(mark, "anchors are not allowed");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_plain(mark, tag, anchor);
    if (tag == "!") check_closed(mark);
    add_scalar(mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, YamlNode::Kind::mapping);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    YamlNode node;
    bool has_key = false;
    std::string key;
    int key_line = 0;
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& why) {
    throw YAML::ParserException(mark, why);
  }

  static void check_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "anchors are not allowed");
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "tags are not allowed");
  }

  /// yaml-cpp drops the word of a plain null; scalars stay text here.
  std::string null_word(const YAML::Mark& mark) const {
    if (mark.pos < 0 || static_cast<std::size_t>(mark.pos) > source_.size()) return {};
    const std::string_view rest = source_.substr(static_cast<std::size_t>(mark.pos));
    for (const std::string_view word : {"~", "null", "Null", "NULL"})
      if (rest.starts_with(word)) return std::string(word);
    return {};
  }

  /// yaml-cpp 0.7 lets the end of the file close a quoted scalar: a forgotten quote would swallow
  /// the keys behind it.
  void check_closed(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(std::max(mark.pos, 0));
    const char quote = begin < source_.size() ? source_[begin] : '\0';
    if (quote == '|' || quote == '>') return;
    if (quote != '"' && quote != '\'') refuse(mark, "tags are not allowed");
    for (std::size_t at = begin + 1; at < source_.size(); ++at) {
      if (quote == '"' && source_[at] == '\\') {
        ++at;
      } else if (source_[at] == quote) {
        // In single quotes a doubled one stands for itself.
        if (quote == '"' || !source_.substr(at + 1).starts_with(quote)) return;
        ++at;
      }
    }
    refuse(mark, "the quoted text is not closed");
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YamlNode::Kind kind) {
    check_plain(mark, tag, anchor);
    if (!open_.empty() && awaits_key()) refuse(mark, "a key must be a scalar");
    if (open_.size() == max_nesting)
      refuse(mark, "nested more than " + std::to_string(max_nesting) + " deep");
    open_.emplace_back();
    open_.back().node.kind = kind;
    open_.back().node.line = line_of(mark);
  }

  bool awaits_key() const {
    return open_.back().node.kind == YamlNode::Kind::mapping && !open_.back().has_key;
  }

  void add_scalar(const YAML::Mark& mark, const std::string& text) {
    if (!open_.empty() && awaits_key()) return add_key(mark, text);
    YamlNode node;
    node.line = line_of(mark);
    node.text = text;
    attach(std::move(node));
  }

  void add_key(const YAML::Mark& mark, const std::string& key) {
    if (key.empty()) refuse(mark, "a key is empty");
    if (open_.back().node.find(key) != nullptr) refuse(mark, "key " + quote(key) + " is repeated");
    open_.back().has_key = true;
    open_.back().key = key;
    open_.back().key_line = line_of(mark);
  }

  void end() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    attach(std::move(node));
  }

  void attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      has_root_ = true;
    } else if (open_.back().node.kind == YamlNode::Kind::sequence) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      // The mark of an empty value is where the next thing begins.
      node.line = open_.back().key_line;
      open_.back().node.fields.emplace_back(std::move(open_.back().key), std::move(node));
      open_.back().has_key = false;
    }
  }

  std::string_view source_;
  std::vector<Open> open_;
  YamlNode root_;
  bool has_root_ = false;
  bool has_document_ = false;
};

/// Reads a view without copying it.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf has no const get area
    setg(begin, begin, begin + text.size());
  }
};

Error invalid(std::string_view name, int line, const std::string& why) {
  return fail(Code::config_invalid,
              escape_for_terminal(name) + ":" + std::to_string(line) + ": " + why);
}

int line_at(std::string_view text, std::size_t offset) {
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
}

/// What yaml-cpp would take for another encoding, or show as it is.
Status check_characters(std::string_view text, std::string_view name) {
  if (text.size() > max_size) {
    return fail(Code::config_invalid,
                escape_for_terminal(name) + ": larger than " + std::to_string(max_size) + " bytes");
  }
  if (const auto at = find_invalid_utf8(text))
    return invalid(name, line_at(text, *at), "not UTF-8");
  if (text.starts_with(byte_order_mark)) return invalid(name, 1, "begins with a byte order mark");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
      return invalid(name, line_at(text, i), "contains a control character");
  }
  return {};
}

std::string quoted_scalar(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    // C0, DEL, C1 and what YAML takes for line ends or a byte order mark.
    const bool as_number =
        c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
    if (c == U'"' || c == U'\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (as_number) {
      char escaped[16];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out + "\"";
}

bool is_plain_key(std::string_view key) {
  return !key.empty() && key[0] >= 'a' && key[0] <= 'z' && key != "null" &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

}  // namespace

YamlNode::YamlNode() = default;

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, node] : fields)
    if (name == key) return &node;
  return nullptr;
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view name) {
  MC_TRY(check_characters(text, name));
  TreeBuilder builder(text);
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    return invalid(name, line_of(error.mark), error.msg);
  }
  if (builder.has_root()) return builder.take_root();
  YamlNode empty;
  empty.kind = YamlNode::Kind::mapping;
  empty.line = 1;
  return empty;
}

Status check_keys(const YamlNode& mapping, const std::vector<std::string>& known,
                  std::string_view name) {
  if (mapping.kind != YamlNode::Kind::mapping)
    return invalid(name, mapping.line, "expected a mapping, 'key: value'");
  for (const auto& [key, node] : mapping.fields) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::optional<std::string> meant = nearest(key, known);
    std::string hint =
        meant ? "did you mean '" + *meant + "'?" : "known keys: " + join(known, ", ");
    return invalid(name, node.line, "unknown key " + quote(key)).with_hint(std::move(hint));
  }
  return {};
}

std::string write_yaml(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [key, value] : fields)
    out += (is_plain_key(key) ? key : quoted_scalar(key)) + ": " + quoted_scalar(value) + "\n";
  return out;
}

}  // namespace medchain::cli
