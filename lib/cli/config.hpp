// Configuration and profiles (medchain-config(5)).
//   config.yaml            `profile: NAME` and any setting, in the user's directory, then
//   /etc/medchain profiles/NAME.yaml     the settings of one profile, one file each, so that tools
//   can write one without touching others
// Settings: ledger host key vault packages person purpose time-zone thresholds.  Relative places are beside
// the file that names them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::cli {

constexpr std::string_view system_config_directory = "/etc/medchain";

struct ConfigSources {
  std::optional<std::string> config_file;  ///< --config or MEDCHAIN_CONFIG, instead of both
                                           ///< config.yaml; "none" reads nothing
  std::optional<std::string> profile;      ///< --profile or MEDCHAIN_PROFILE
  std::string user_directory;              ///< $XDG_CONFIG_HOME/medchain
  std::string system_directory;            ///< /etc/medchain
  bool profile_may_be_new =
      false;  ///< a profile that does not exist yet has no settings: its maker asks
};

const std::vector<std::string>& setting_names();

/// Settings by name, profile over configuration file, user over system.  A profile that was asked
/// for and does not exist, an unknown or repeated key fail with config_invalid.  Nothing is read
/// from the current directory.
Result<std::map<std::string, std::string>> load_settings(const ConfigSources& sources);

/// Writes (0600, replaced atomically) profiles/NAME.yaml with `changes` over what it has.  Fails
/// with config_invalid or storage_failed.
Status save_profile(const std::string& user_directory, const std::string& name,
                    const std::map<std::string, std::string>& changes);

}  // namespace medchain::cli
