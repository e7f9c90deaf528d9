#include "cli/config.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/yaml.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_file_size = 1024 * 1024;
constexpr std::size_t max_profile_name = 64;
constexpr std::string_view no_file = "none";

using Settings = std::map<std::string, std::string>;

/// Settings that are places: a relative one is beside the file that says it, never in the current
/// directory.
bool is_path(std::string_view name) {
  return name == "ledger" || name == "host" || name == "key" || name == "vault" ||
         name == "packages" || name == "thresholds";
}

Status check_profile_name(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= max_profile_name && name[0] != '.' &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                    });
  if (fits) return {};
  return fail(Code::config_invalid,
              "profile " + quote(name) + ": expected a name of letters, digits, '-', '_' and '.'");
}

/// Nothing if there is no such file.
Result<std::optional<std::string>> read_if_there(const std::string& path) {
  auto text = read_file_if_exists(path, max_file_size, Code::config_invalid);
  if (!text) return fail(Code::config_invalid, text.error().message);
  return text;
}

Result<Settings> read_settings(const std::string& text, const std::string& path, bool is_profile) {
  MC_ASSIGN(const YamlNode root, parse_yaml(text, path));
  std::vector<std::string> known = setting_names();
  if (!is_profile) known.insert(known.begin(), "profile");
  MC_TRY(check_keys(root, known, path));
  Settings settings;
  for (const auto& [key, node] : root.fields) {
    if (node.kind != YamlNode::Kind::scalar || node.text.empty())
      return fail(Code::config_invalid, escape_for_terminal(path) + ":" +
                                            std::to_string(node.line) + ": key " + quote(key) +
                                            ": expected a text");
    settings[key] = is_path(key) && !node.text.starts_with('/')
                        ? absolute_path(parent_directory(path) + "/" + node.text)
                        : node.text;
  }
  return settings;
}

void put_over(Settings& settings, Settings more) {
  for (auto& [key, value] : more) settings[key] = std::move(value);
}

Result<Settings> load_files(const ConfigSources& sources) {
  Settings settings;
  if (sources.config_file) {
    MC_ASSIGN(const std::optional<std::string> text, read_if_there(*sources.config_file));
    if (!text)
      return fail(Code::config_invalid,
                  "configuration file " + quote(*sources.config_file) + " does not exist");
    return read_settings(*text, *sources.config_file, false);
  }
  for (const std::string& directory : {sources.system_directory, sources.user_directory}) {
    if (directory.empty()) continue;
    const std::string path = directory + "/config.yaml";
    MC_ASSIGN(const std::optional<std::string> text, read_if_there(path));
    if (!text) continue;
    MC_ASSIGN(Settings found, read_settings(*text, path, false));
    put_over(settings, std::move(found));
  }
  return settings;
}

Result<Settings> load_profile(const ConfigSources& sources, const std::string& name) {
  MC_TRY(check_profile_name(name));
  for (const std::string& directory : {sources.user_directory, sources.system_directory}) {
    if (directory.empty()) continue;
    const std::string path = directory + "/profiles/" + name + ".yaml";
    MC_ASSIGN(const std::optional<std::string> text, read_if_there(path));
    if (text) return read_settings(*text, path, true);
  }
  if (sources.profile_may_be_new) return Settings();
  std::vector<std::string> places;
  for (const std::string& directory : {sources.user_directory, sources.system_directory})
    if (!directory.empty()) places.push_back(quote(directory + "/profiles/" + name + ".yaml"));
  return fail(Code::config_invalid,
              "profile " + quote(name) + " does not exist: neither " + join(places, " nor "));
}

}  // namespace

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = {
      "ledger", "host", "key", "vault", "packages", "person", "purpose", "time-zone", "thresholds"};
  return names;
}

Result<Settings> load_settings(const ConfigSources& sources) {
  if (sources.config_file == no_file) {
    if (!sources.profile) return Settings();
    return fail(Code::config_invalid, "profile " + quote(*sources.profile) +
                                          " cannot be read: '--config=none' reads no file");
  }
  MC_ASSIGN(Settings settings, load_files(sources));
  std::optional<std::string> profile = sources.profile;
  if (const auto chosen = settings.find("profile"); chosen != settings.end()) {
    if (!profile) profile = chosen->second;
    settings.erase(chosen);
  }
  if (profile) {
    MC_ASSIGN(Settings found, load_profile(sources, *profile));
    put_over(settings, std::move(found));
  }
  return settings;
}

Status save_profile(const std::string& user_directory, const std::string& name,
                    const std::map<std::string, std::string>& changes) {
  MC_TRY(check_profile_name(name));
  if (user_directory.empty())
    return fail(Code::config_invalid, "there is no place for profile " + quote(name))
        .with_hint("set HOME or XDG_CONFIG_HOME");
  const std::string directory = user_directory + "/profiles";
  const std::string path = directory + "/" + name + ".yaml";
  Settings settings;
  MC_ASSIGN(const std::optional<std::string> old, read_if_there(path));
  if (old) {
    MC_ASSIGN(settings, read_settings(*old, path, true));
  }
  for (const auto& [key, value] : changes) {
    const std::vector<std::string>& known = setting_names();
    MC_ASSERT(std::find(known.begin(), known.end(), key) != known.end());
    if (value.empty() || !is_utf8(value))
      return fail(Code::config_invalid, "profile " + quote(name) + ": key " + quote(key) +
                                            ": expected a text in UTF-8, got " + quote(value));
    settings[key] = value;
  }
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string& key : setting_names())
    if (const auto found = settings.find(key); found != settings.end()) fields.push_back(*found);
  MC_TRY(make_directory(parent_directory(user_directory), 0700, true));
  MC_TRY(make_directory(user_directory, 0700, true));
  MC_TRY(make_directory(directory, 0700, true));
  return replace_file(path, write_yaml(fields), 0600);
}

}  // namespace medchain::cli
