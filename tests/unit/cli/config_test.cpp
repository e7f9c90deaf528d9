#include "cli/config.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

class Places {
 public:
  Places() {
    for (const char* name : {"user/profiles", "system/profiles"})
      std::filesystem::create_directories(dir_.path(name));
    sources.user_directory = dir_.path("user");
    sources.system_directory = dir_.path("system");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir_.path(name)) << text;
  }
  std::string path(const std::string& name) const { return dir_.path(name); }

  /// `key=value ` in order of keys, or the message with the place cut to its name.
  std::string loaded() const {
    const auto settings = load_settings(sources);
    if (!settings) {
      CHECK(settings.error().code == Code::config_invalid);
      return short_names(settings.error().message);
    }
    std::string text;
    for (const auto& [key, value] : *settings) text += key + "=" + short_names(value) + " ";
    return text;
  }

  ConfigSources sources;

 private:
  std::string short_names(std::string text) const {
    const std::string prefix = dir_.path() + "/";
    for (std::size_t at = 0; (at = text.find(prefix)) != std::string::npos;)
      text.erase(at, prefix.size());
    return text;
  }
  test::TempDir dir_;
};

}  // namespace

TEST_CASE("without any file there are no settings") {
  Places places;
  CHECK(places.loaded() == "");
  places.sources.user_directory.clear();
  CHECK(places.loaded() == "");
}

TEST_CASE("a profile is over the user's file, that over the system's") {
  Places places;
  places.write("system/config.yaml", "ledger: /s\nhost: /s\nkey: /s\nprofile: p\n");
  places.write("user/config.yaml", "ledger: /u\nhost: /u\n");
  places.write("user/profiles/p.yaml", "ledger: /p\n");
  places.write("user/profiles/q.yaml", "person: dr-q\n");
  CHECK(places.loaded() == "host=/u key=/s ledger=/p ");
  places.sources.profile = "q";
  CHECK(places.loaded() == "host=/u key=/s ledger=/u person=dr-q ");
}

TEST_CASE("a profile may be the system's, but the user's of that name wins whole") {
  Places places;
  places.write("system/profiles/p.yaml", "ledger: /s\nhost: /s\n");
  places.sources.profile = "p";
  CHECK(places.loaded() == "host=/s ledger=/s ");
  places.write("user/profiles/p.yaml", "ledger: /u\n");
  CHECK(places.loaded() == "ledger=/u ");
}

TEST_CASE("a configuration file that was asked for replaces the others") {
  Places places;
  places.write("user/config.yaml", "ledger: /u\n");
  places.write("other.yaml", "purpose: TREAT\ntime-zone: Asia/Shanghai\nprofile: p\n");
  places.write("user/profiles/p.yaml", "person: x\n");
  places.sources.config_file = places.path("other.yaml");
  CHECK(places.loaded() == "person=x purpose=TREAT time-zone=Asia/Shanghai ");
  places.sources.config_file = places.path("missing.yaml");
  CHECK(places.loaded() == "configuration file 'missing.yaml' does not exist");
}

TEST_CASE("'none' reads nothing, not even a broken file") {
  Places places;
  places.write("user/config.yaml", "nonsense: /u\n");
  places.sources.config_file = "none";
  CHECK(places.loaded() == "");
  places.sources.profile = "p";
  CHECK(places.loaded() == "profile 'p' cannot be read: '--config=none' reads no file");
}

TEST_CASE("relative places are beside the file, not in the current directory") {
  Places places;
  places.write("user/config.yaml", "ledger: main\nkey: ../keys/a\nperson: dr-a\n");
  CHECK(places.loaded() == "key=keys/a ledger=user/main person=dr-a ");
}

TEST_CASE("mistakes in files are told with file and line") {
  Places places;
  places.write("user/config.yaml", "ledger: /u\nlegder: /u\n");
  CHECK(places.loaded() == "user/config.yaml:2: unknown key 'legder'");
  places.write("user/config.yaml", "ledger: /u\nledger: /u\n");
  CHECK(places.loaded() == "user/config.yaml:2: key 'ledger' is repeated");
  places.write("user/config.yaml", "ledger: [/u]\n");
  CHECK(places.loaded() == "user/config.yaml:1: key 'ledger': expected a text");
  places.write("user/config.yaml", "\nledger:\n");
  CHECK(places.loaded() == "user/config.yaml:2: key 'ledger': expected a text");
  places.write("user/config.yaml", "- ledger\n");
  CHECK(places.loaded() == "user/config.yaml:1: expected a mapping, 'key: value'");
  places.write("user/config.yaml", std::string(1024 * 1024 + 1, '#'));
  CHECK(places.loaded().find("config.yaml") != std::string::npos);
}

TEST_CASE("a profile does not choose a profile") {
  Places places;
  places.write("user/profiles/p.yaml", "profile: q\n");
  places.sources.profile = "p";
  CHECK(places.loaded() == "user/profiles/p.yaml:1: unknown key 'profile'");
}

TEST_CASE("a profile that does not exist is an error wherever it was asked for") {
  Places places;
  places.sources.profile = "p";
  CHECK(places.loaded() ==
        "profile 'p' does not exist: neither 'user/profiles/p.yaml' nor 'system/profiles/p.yaml'");
  places.sources.profile.reset();
  places.write("user/config.yaml", "profile: p\n");
  CHECK(places.loaded().starts_with("profile 'p' does not exist: "));
}

TEST_CASE("a profile name is not a path") {
  Places places;
  places.write("x.yaml", "ledger: /x\n");
  for (const char* name : {"../../x", "/x", ".x", "", "a b", "a/b"}) {
    places.sources.profile = name;
    CHECK(places.loaded().find("expected a name of letters") != std::string::npos);
  }
}

TEST_CASE("a saved profile is read back, private, with changes over what it had") {
  Places places;
  const std::string user = places.path("home/.config/medchain");
  std::filesystem::create_directories(places.path("home"));
  CHECK(save_profile(user, "union", {{"ledger", "/l"}, {"person", "dr \"x\""}}).ok());
  CHECK(save_profile(user, "union", {{"ledger", "/m"}, {"key", "/k"}}).ok());
  const std::string file = user + "/profiles/union.yaml";
  CHECK(test::read_all(file) == "ledger: \"/m\"\nkey: \"/k\"\nperson: \"dr \\\"x\\\"\"\n");
  struct stat facts = {};
  REQUIRE(stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  places.sources.user_directory = user;
  places.sources.profile = "union";
  CHECK(places.loaded() == "key=/k ledger=/m person=dr \"x\" ");
}

TEST_CASE("a profile that cannot be saved is told") {
  Places places;
  const auto refused = [&](const std::string& name,
                           const std::map<std::string, std::string>& changes) {
    const Status status = save_profile(places.sources.user_directory, name, changes);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == Code::config_invalid);
    return status.error().message;
  };
  CHECK(refused("../x", {}).find("expected a name") != std::string::npos);
  CHECK(refused("x", {{"ledger", ""}}).find("expected a text in UTF-8") != std::string::npos);
  CHECK(refused("x", {{"ledger", "\xff"}}).find("expected a text in UTF-8") != std::string::npos);
  places.write("user/profiles/x.yaml", "nonsense: 1\n");
  CHECK(refused("x", {{"ledger", "/a"}}).find("unknown key") != std::string::npos);
  const Status status = save_profile("", "x", {});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().hint == "set HOME or XDG_CONFIG_HOME");
}
