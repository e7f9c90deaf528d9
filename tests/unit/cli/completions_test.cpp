// scripts/gen-completions over the sample program and a front named `medchain`, asked through the
// shells.
#include <doctest/doctest.h>
#include <unistd.h>

#include "unit/cli/process.hpp"
#include "unit/support.hpp"

namespace {

/// Completions of the sample, made once; nothing outside of the source tree.
class Generated {
 public:
  static const Generated* get() {
    static const Generated generated;
    if (!generated.ready_) MESSAGE("no completions: MEDCHAIN_SOURCE is not set");
    return generated.ready_ ? &generated : nullptr;
  }
  test::Ended shell(const std::string& text) const {
    return test::run_program_file(
        "/bin/bash", {{"-c", text, "test", dir_.path("bin"), dir_.path("out"), script_},
                      {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", dir_.path()}}});
  }

 private:
  Generated() {
    const char* source = std::getenv("MEDCHAIN_SOURCE");
    if (source == nullptr) return;
    script_ = std::string(source) + "/scripts/gen-completions";
    std::filesystem::create_directories(dir_.path("bin"));
    std::filesystem::create_symlink(MEDCHAIN_CLI_SAMPLE, dir_.path("bin/medchain-sample"));
    // A front: the program itself calls this one medchain-sample too, so its table is renamed.
    std::ofstream(dir_.path("bin/medchain"))
        << "#!/bin/sh\n'" MEDCHAIN_CLI_SAMPLE
           "' --print-options | sed '1s/medchain-sample/medchain/; s/\\tprint\\t/\\tstatus\\t/; "
           "s/\\tappend\\t/\\tinbox\\t/'\n";
    std::filesystem::permissions(dir_.path("bin/medchain"), std::filesystem::perms::owner_all);
    const test::Ended ended = shell("\"$3\" \"$1\" \"$2\"");
    CHECK(ended.err == "");
    ready_ = ended.status == 0;
    CHECK(ready_);
  }
  test::TempDir dir_;
  std::string script_;
  bool ready_ = false;
};

bool has_shell(const char* path) { return access(path, X_OK) == 0; }

/// What bash proposes for a line; words as bash would split them.
std::string bash_proposes(const std::string& program, const std::string& words) {
  const test::Ended ended = Generated::get()->shell(
      "source \"$2/bash/medchain-sample\"; source \"$2/bash/medchain\"; compopt() { :; }; "
      "COMP_WORDS=(" +
      words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _" + program +
      "; echo \"${COMPREPLY[*]}\"");
  CHECK(ended.err == "");
  return ended.out;
}

std::string fish_proposes(const std::string& line) {
  const test::Ended ended = Generated::get()->shell(
      "fish --no-config -c 'source '\"$2\"'/fish/medchain-sample.fish; source "
      "'\"$2\"'/fish/medchain.fish; complete -C \"" +
      line + "\"'");
  CHECK(ended.err == "");
  return ended.out;
}

}  // namespace

TEST_CASE("the shells accept the generated completions") {
  if (Generated::get() == nullptr) return;
  for (const std::string name : {"medchain-sample", "medchain"}) {
    CHECK(Generated::get()->shell("bash -n \"$2/bash/" + name + "\"").err == "");
    if (has_shell("/usr/bin/zsh"))
      CHECK(Generated::get()->shell("zsh -n \"$2/zsh/_" + name + "\"").err == "");
    if (has_shell("/usr/bin/fish"))
      CHECK(Generated::get()->shell("fish -n \"$2/fish/" + name + ".fish\"").err == "");
    if (has_shell("/usr/bin/shellcheck"))
      CHECK(Generated::get()->shell("shellcheck \"$2/bash/" + name + "\"").out == "");
  }
}

TEST_CASE("generating twice gives the same bytes") {
  if (Generated::get() == nullptr) return;
  const test::Ended ended =
      Generated::get()->shell("\"$3\" \"$1\" \"$HOME/again\" && diff -r \"$2\" \"$HOME/again\"");
  CHECK(ended.status == 0);
  CHECK(ended.out == "");
}

TEST_CASE("wrong use of the generator is told") {
  if (Generated::get() == nullptr) return;
  CHECK(Generated::get()->shell("\"$3\"").status == 2);
  const test::Ended ended = Generated::get()->shell("\"$3\" /no/such \"$2\"");
  CHECK(ended.status == 2);
  CHECK(ended.err.find("no program '/no/such/medchain*'") != std::string::npos);
}

TEST_CASE("bash proposes verbs, options, words and files") {
  if (Generated::get() == nullptr) return;
  const auto proposes = [](const std::string& words) {
    return bash_proposes("medchain_sample", "medchain-sample " + words);
  };
  CHECK(proposes("''") == "print append\n");
  CHECK(proposes("pr") == "print\n");
  CHECK(proposes("print --form") == "--format=\n");
  CHECK(proposes("print --format = ''") == "text json\n");
  CHECK(proposes("print --format =") == "text json\n");
  CHECK(proposes("print --format = j") == "json\n");
  CHECK(proposes("print --format j") == "json\n");
  CHECK(proposes("print -l /us") == "/usr\n");
  CHECK(proposes("append --ledger = /us") == "/usr\n");
  CHECK(proposes("append /us") == "/usr\n");
  CHECK(proposes("print /etc/passw").find("/etc/passwd") != std::string::npos);
  CHECK(proposes("print --person x") == "\n");
  CHECK(proposes("append --lin") == "\n");
  CHECK(proposes("print --throw") == "\n");
}

TEST_CASE("bash completes tools behind the front") {
  if (Generated::get() == nullptr) return;
  const auto proposes = [](const std::string& words) {
    return bash_proposes("medchain", "medchain " + words);
  };
  CHECK(proposes("''") == "status inbox sample\n");
  CHECK(proposes("sample pr") == "print\n");
  CHECK(proposes("sample print --format = j") == "json\n");
  CHECK(proposes("status --form") == "--format=\n");
}

TEST_CASE("fish proposes verbs, options, words and files") {
  if (Generated::get() == nullptr || !has_shell("/usr/bin/fish")) return;
  CHECK(fish_proposes("medchain-sample p") == "print\tPrint lines.\n");
  CHECK(fish_proposes("medchain-sample print --form") == "--format\toutput format\n");
  CHECK(fish_proposes("medchain-sample print --format=j") == "--format=json\toutput format\n");
  CHECK(fish_proposes("medchain-sample print --sha") == "--shape\tit's a [shape]: any\n");
  CHECK(fish_proposes("medchain-sample append --lin") == "");
  CHECK(fish_proposes("medchain-sample append /us") == "/usr/\tDirectory\n");
  CHECK(fish_proposes("medchain sa") == "sample\tmedchain-sample\n");
  CHECK(fish_proposes("medchain sample p") == "print\tPrint lines.\n");
}
