#include "cli/exceptions_file.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/scope_options.hpp"
#include "cli/yaml.hpp"
#include "entry/scalar_text.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_file = std::size_t{1} << 20;

class ExceptionReader {
 public:
  ExceptionReader(const std::string& path, const YamlNode& node) : path_(path), node_(node) {}

  Status read(entry::Exception& shown, entry::Conditions& sealed) {
    if (node_.kind != YamlNode::Kind::mapping) return wrong(node_, "expected an exception");
    if (const YamlNode* deeper = node_.find("exceptions"))
      return wrong(*deeper, "an exception has no exceptions");
    MC_TRY(check_keys(
        node_,
        {"provision", "members", "groups", "roles", "persons", "purposes", "types", "records",
         "from", "until", "codes", "labels", "authors", "related", "data-from", "data-until"},
        path_));
    const YamlNode* provision = node_.find("provision");
    if (provision == nullptr) return wrong(node_, "an exception has a 'provision', permit or deny");
    MC_ASSIGN(shown.provision, scalar<entry::Provision>(*provision, "provision"));
    MC_TRY(list("members", shown.actors.members));
    MC_TRY(list("groups", shown.actors.groups));
    MC_TRY(list("roles", shown.actors.roles));
    MC_TRY(list("persons", shown.actors.persons));
    MC_TRY(list("purposes", shown.purposes));
    MC_TRY(list("types", shown.types));
    MC_TRY(time("from", shown.from));
    MC_TRY(time("until", shown.until));
    MC_TRY(list("codes", sealed.codes));
    MC_TRY(list("labels", sealed.labels));
    MC_TRY(list("authors", sealed.authors));
    MC_TRY(list("related", sealed.related));
    MC_TRY(time("data-from", sealed.data_from));
    MC_TRY(time("data-until", sealed.data_until));
    MC_TRY(records(shown, sealed));
    shown.more = !sealed.is_empty();
    return {};
  }

 private:
  Error wrong(const YamlNode& node, const std::string& message) const {
    return fail(Code::config_invalid,
                escape_for_terminal(path_) + ":" + std::to_string(node.line) + ": " + message);
  }
  template <class T>
  Result<T> scalar(const YamlNode& node, std::string_view key) const {
    if (node.kind != YamlNode::Kind::scalar)
      return wrong(node, "'" + std::string(key) + "': expected a text");
    auto value = entry::scalar_from<T>(node.text);
    if (!value) return wrong(node, "'" + std::string(key) + "': " + value.error().message);
    return value;
  }
  template <class T>
  Status list(std::string_view key, std::vector<T>& into) const {
    const YamlNode* found = node_.find(key);
    if (found == nullptr) return {};
    if (found->kind != YamlNode::Kind::sequence || found->items.empty())
      return wrong(*found, "'" + std::string(key) + "': expected a list");
    for (const YamlNode& item : found->items) {
      MC_ASSIGN(auto value, scalar<T>(item, key));
      into.push_back(std::move(value));
    }
    sort_unique(into);
    return {};
  }
  Status time(std::string_view key, std::optional<UnixSeconds>& into) const {
    const YamlNode* found = node_.find(key);
    if (found == nullptr) return {};
    if (found->kind != YamlNode::Kind::scalar)
      return wrong(*found, "'" + std::string(key) + "': expected a time");
    auto value = parse_time(found->text);
    if (!value) return wrong(*found, "'" + std::string(key) + "': " + value.error().message);
    into = *value;
    return {};
  }
  /// `42:0-99` is a place and stands in clear, `Observation/9` is sealed.
  Status records(entry::Exception& shown, entry::Conditions& sealed) const {
    std::vector<std::string> names;
    MC_TRY(list("records", names));
    for (const std::string& name : names) {
      auto place = parse_rows(name);
      if (!place) return wrong(*node_.find("records"), place.error().message);
      if (*place)
        shown.records.push_back(std::move(**place));
      else
        sealed.records.push_back(name);
    }
    shown.records = joined(shown.records);
    return {};
  }

  const std::string& path_;
  const YamlNode& node_;
};

}  // namespace

Result<Exceptions> read_exceptions(const std::string& path) {
  MC_ASSIGN(const std::string text, read_file(path, max_file, Code::input_unreadable));
  MC_ASSIGN(const YamlNode root, parse_yaml(text, path));
  MC_TRY(check_keys(root, {"exceptions"}, path));
  const YamlNode* list = root.find("exceptions");
  if (list == nullptr || list->kind != YamlNode::Kind::sequence)
    return fail(Code::config_invalid,
                escape_for_terminal(path) + ":1: expected 'exceptions', a list");
  Exceptions exceptions;
  for (const YamlNode& item : list->items) {
    ExceptionReader reader(path, item);
    MC_TRY(reader.read(exceptions.shown.emplace_back(), exceptions.conditions.emplace_back()));
  }
  return exceptions;
}

}  // namespace medchain::cli
