#include "cli/places.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "cli/config.hpp"
#include "cli/program_internal.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {
namespace {

/// Files of a store that a link may stand for.  By name, not by looking: who can write into a
/// ledger directory must not widen what a sealed process may open.
constexpr std::string_view data_files[] = {"/data.mdb", "/secrets", "/checkpoint", "/policy"};
constexpr std::string_view lock_file = "/lock.mdb";
constexpr std::size_t many_inputs = 1'000;

bool is_place(const Option& option) {
  return option.kind == ValueKind::file || option.kind == ValueKind::directory;
}

/// With --emit nothing is appended.
bool writes(const Session& session, std::string_view option) {
  const std::vector<std::string_view>& names = session.arguments().verb->writes;
  if (std::find(names.begin(), names.end(), option) == names.end()) return false;
  return !session.has("emit") || (option != "ledger" && option != "host");
}

/// The card of a key directory, and no key.
void add_card(const std::string& directory, Places& places) {
  places.add(directory, Access::list);
  std::error_code failed;
  for (const auto& item : std::filesystem::directory_iterator(directory, failed))
    if (item.path().extension() == ".member") places.add(item.path().string(), Access::read);
}

void add_value(const Session& session, const Option& option, const std::string& path,
               Places& places) {
  if (option.name == "host") return;  // it may also be named by the ledger: see places_of()
  if (option.name == "ledger" || option.name == "vault")
    places.add(writes(session, option.name) ? store_to_write(path) : store_to_read(path));
  else if (option.name == "key" && !session.arguments().verb->signs)
    add_card(path, places);
  else if (option.kind == ValueKind::directory)
    places.add_linked(path, Access::read);  // keys may be links to where they are really kept
  else
    places.add(writes(session, option.name) ? file_to_replace(path) : file_to_read(path));
}

/// Read before the process is sealed, and again by a verb that asks for a setting it has no option
/// for.
void add_configuration(const Session& session, Places& places) {
  if (const auto file = session.setting("config")) places.add(*file, Access::read);
  for (const std::string& directory :
       {session.config_directory(), std::string(system_config_directory)}) {
    if (directory.empty()) continue;
    places.add_linked(directory, Access::read);
    places.add_linked(directory + "/profiles", Access::read);
  }
}

}  // namespace

Places store_to_read(const std::string& directory) {
  Places places;
  places.add(directory, Access::read);
  for (const std::string_view name : data_files)
    places.add_if_link(directory + std::string(name), Access::read);
  const std::string lock = directory + std::string(lock_file);
  // Made by the first who opens it, in a copy that came without.
  if (file_exists(lock))
    places.add(lock, Access::update);
  else
    places.add(directory, Access::replace);
  return places;
}

Places store_to_write(const std::string& directory) {
  Places places = store_to_read(directory);
  places.add(directory, Access::replace);
  places.add_if_link(directory + "/data.mdb", Access::update);
  return places;
}

Places host_to_write(const std::string& directory) {
  Places places;
  places.add_linked(directory, Access::update);
  return places;
}

Places packages_to_write(const Session& session, const std::string& ledger) {
  Places places;
  const std::string packages = packages_directory(session, ledger);
  if (session.dry_run())
    places.add(packages, Access::read);
  else
    places.add_new(packages, Access::make);
  return places;
}

Places file_to_read(const std::string& path) {
  Places places;
  places.add(path, Access::read);
  return places;
}

Places inputs_to_read(const std::vector<std::string>& names) {
  Places places;
  if (names.size() <= many_inputs) {
    for (const std::string& name : names) places.add(name, Access::read);
    return places;
  }
  std::set<std::string> directories;
  for (const std::string& name : names) {
    struct stat info = {};
    if (lstat(name.c_str(), &info) == 0 && S_ISREG(info.st_mode))
      directories.insert(parent_directory(name));
    else
      places.add(name, Access::read);
  }
  for (const std::string& directory : directories) places.add(directory, Access::read);
  return places;
}

Places file_to_replace(const std::string& path) {
  Places places;
  places.add_if_link(path, Access::read);
  places.add(parent_directory(path), Access::replace);
  return places;
}

Places profile_to_write(const Session& session) {
  Places places;
  const std::string directory = session.config_directory();
  if (!directory.empty()) places.add_new(directory, Access::make);
  return places;
}

Places zone_data() {
  Places places;
  places.add("/usr/share/zoneinfo", Access::read);
  return places;
}

Places encoding_data() {
  Places places;
  for (const char* const directory : {"/usr/lib/" MC_LIBRARY_ARCHITECTURE "/gconv",
                                      "/usr/lib/gconv", "/usr/lib64/gconv", "/etc/ld.so.cache"})
    places.add(directory, Access::read);
  return places;
}

Places everything() {
  Places places;
  places.add("/", Access::read);
  return places;
}

Places places_of(const Session& session) {
  Places places;
  const Verb& verb = *session.arguments().verb;
  const std::vector<std::string>& settings = setting_names();
  for (const Option& option : options_of(verb)) {
    if (!is_place(option) || option.name == "output" || option.name == "config") continue;
    const bool is_setting =
        std::find(settings.begin(), settings.end(), option.name) != settings.end();
    // What a profile is made of is named or made by the verb: see its also_opens.
    if (verb.makes_profile && is_setting) continue;
    const std::vector<std::string> typed = session.arguments().all(option.name);
    for (const std::string& path : typed) add_value(session, option, path, places);
    if (!typed.empty()) continue;
    if (const auto path = session.setting(option.name)) add_value(session, option, *path, places);
  }
  if (const auto ledger = session.setting("ledger"); ledger && writes(session, "host"))
    places.add(host_to_write(host_directory(session, *ledger)));
  // Whatever their kind in completions: MEMBER can also be a card's file.
  places.add(inputs_to_read(session.operands()));
  add_configuration(session, places);
  if (verb.asks) places.add("/dev/tty", Access::update);
  if (verb.also_opens) verb.also_opens(session, places);
  return places;
}

std::string scratch_directory(const Session& session) {
  return session.environment("TMPDIR").value_or("/tmp");
}

}  // namespace medchain::cli
