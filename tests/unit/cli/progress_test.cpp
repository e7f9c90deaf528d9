#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/file.hpp"
#include "cli/progress_internal.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

/// A progress line with a clock set by hand and a file in place of the terminal.
class Stage {
 public:
  explicit Stage(ProgressLine::Mode mode, std::uint64_t total = 100) {
    progress = std::make_unique<ProgressLine>(
        console_,
        ProgressLine::Surroundings{mode, [this] { return now; },
                                   [this] { return std::exchange(asked, false); },
                                   [this] { return width; }},
        "entries", total);
  }
  void at(double seconds, std::uint64_t done) {
    now = 1000 + seconds;
    progress->update(done, 0);
  }
  /// What was printed since the last call.
  std::string printed() {
    const std::string all = test::read_all(dir_.path("err"));
    const std::string text = all.substr(seen_);
    seen_ = all.size();
    return text;
  }

  double now = 1000;
  bool asked = false;
  std::size_t width = 80;
  std::unique_ptr<ProgressLine> progress;
  Console& console() { return console_; }

 private:
  test::TempDir dir_;
  File file_{open(dir_.path("err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)};
  Console console_{"medchain-x", file_.fd()};
  std::size_t seen_ = 0;
};

}  // namespace

TEST_CASE("the text says what is known") {
  CHECK(progress_text("entries", 0, 0, 0, 0) == "0 entries");
  CHECK(progress_text("entries", 0, 10, 0, 2) == "10 entries, 5/s");
  CHECK(progress_text("records", 200, 50, 3'565'158, 10) ==
        "50 of 200 records (25%), 3.3 MiB, 5/s, 0:30 left");
  CHECK(progress_text("records", 200, 0, 512, 10) == "0 of 200 records (0%), 512 B");
  CHECK(progress_text("records", 200, 200, 1024, 10) ==
        "200 of 200 records (100%), 1.0 KiB, 20/s, 0:00 left");
  CHECK(progress_text("x", 36'000, 1, 0, 1) == "1 of 36000 x (0%), 1/s, 9:59:59 left");
  CHECK(progress_text("x", 3'601, 1, 0, 1) == "1 of 3601 x (0%), 1/s, 1:00:00 left");
  CHECK(progress_text("x", 9'000'000'000'000, 1, 0, 1) == "1 of 9000000000000 x (0%), 1/s");
  CHECK(progress_text("x", 5, 7, 0, 1) == "7 x, 7/s");
  CHECK(progress_text("x", 0, 1, UINT64_MAX, 0) == "1 x, 16383.9 PiB");
}

TEST_CASE("a status line comes after a second, ten times a second, and is erased") {
  Stage stage(ProgressLine::Mode::status);
  stage.at(0.0, 1);
  stage.at(0.99, 2);
  CHECK(stage.printed() == "");
  stage.at(1.0, 10);
  CHECK(stage.printed() == "\rmedchain-x: 10 of 100 entries (10%), 10/s, 0:09 left\033[K");
  stage.at(1.05, 11);
  CHECK(stage.printed() == "");
  stage.at(1.25, 15);
  CHECK(stage.printed() == "\rmedchain-x: 15 of 100 entries (15%), 12/s, 0:07 left\033[K");
  stage.progress.reset();
  CHECK(stage.printed() == "\r\033[K");
}

TEST_CASE("a short run shows nothing at all") {
  Stage stage(ProgressLine::Mode::status);
  stage.at(0.5, 100);
  stage.progress.reset();
  CHECK(stage.printed() == "");
}

TEST_CASE("messages erase the status line first") {
  Stage stage(ProgressLine::Mode::status);
  stage.at(2.0, 1);
  (void)stage.printed();
  stage.console().tell("hello");
  CHECK(stage.printed() == "\r\033[Kmedchain-x: hello\n");
  stage.console().tell("again");
  CHECK(stage.printed() == "medchain-x: again\n");
}

TEST_CASE("a status line is cut before the last column") {
  Stage stage(ProgressLine::Mode::status);
  stage.width = 20;
  stage.at(2.0, 1);
  CHECK(stage.printed() == "\rmedchain-x: 1 of 10\033[K");
}

TEST_CASE("for logs there is a line a second") {
  Stage stage(ProgressLine::Mode::lines, 0);
  stage.at(0.9, 9);
  stage.at(1.0, 10);
  stage.at(1.5, 15);
  stage.at(2.0, 20);
  CHECK(stage.printed() == "medchain-x: 10 entries, 10/s\nmedchain-x: 20 entries, 10/s\n");
  stage.progress.reset();
  CHECK(stage.printed() == "");
}

TEST_CASE("SIGUSR1 asks for one line at any time") {
  for (const auto mode : {ProgressLine::Mode::hidden, ProgressLine::Mode::lines}) {
    Stage stage(mode, 0);
    stage.at(0.5, 4);
    stage.asked = true;
    stage.at(0.5, 5);
    stage.at(0.6, 6);
    CHECK(stage.printed() == "medchain-x: 5 entries, 10/s\n");
  }
  Stage stage(ProgressLine::Mode::status, 0);
  stage.at(1.0, 5);
  stage.asked = true;
  stage.at(2.0, 10);
  CHECK(stage.printed() ==
        "\rmedchain-x: 5 entries, 5/s\033[K\r\033[Kmedchain-x: 10 entries, 5/s\n"
        "\rmedchain-x: 10 entries, 5/s\033[K");
}

TEST_CASE("where progress shows") {
  using Mode = ProgressLine::Mode;
  CHECK(progress_mode("auto", true, false) == Mode::status);
  CHECK(progress_mode("auto", false, false) == Mode::hidden);
  CHECK(progress_mode("always", false, false) == Mode::lines);
  CHECK(progress_mode("never", true, false) == Mode::hidden);
  CHECK(progress_mode("always", true, true) == Mode::hidden);
}

TEST_CASE("where colour shows") {
  std::map<std::string, std::string, std::less<>> variables;
  const Environment environment = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  CHECK(color_wanted("always", false, environment));
  CHECK_FALSE(color_wanted("auto", true, environment));  // TERM is not set
  variables = {{"TERM", "xterm"}};
  CHECK(color_wanted("auto", true, environment));
  CHECK_FALSE(color_wanted("auto", false, environment));
  CHECK_FALSE(color_wanted("never", true, environment));
  variables["TERM"] = "dumb";
  CHECK_FALSE(color_wanted("auto", true, environment));
  variables["CLICOLOR_FORCE"] = "1";
  CHECK(color_wanted("auto", false, environment));
  variables["NO_COLOR"] = "1";
  CHECK_FALSE(color_wanted("auto", false, environment));
  CHECK(color_wanted("always", false, environment));
  variables = {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "0"}};
  CHECK_FALSE(color_wanted("auto", false, environment));
}
