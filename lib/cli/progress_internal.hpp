// The progress line (CLI.md 8), apart from the clock and the terminal, so that tests can give it
// both.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/console_internal.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

/// `12345 of 50000 records (24%), 3.4 MiB, 1234/s, 0:31 left`.  What is not known is left out.
std::string progress_text(std::string_view unit, std::uint64_t total, std::uint64_t done,
                          std::uint64_t bytes, double seconds);

class ProgressLine final : public Progress {
 public:
  enum class Mode { hidden, status, lines };
  struct Surroundings {
    Mode mode = Mode::hidden;
    std::function<double()> seconds;     ///< a steady clock
    std::function<bool()> asked;         ///< whether SIGUSR1 arrived since the last call
    std::function<std::size_t()> width;  ///< columns of the terminal
  };

  /// `console` outlives the object.
  ProgressLine(Console& console, Surroundings surroundings, std::string unit, std::uint64_t total);
  ~ProgressLine() override;
  void update(std::uint64_t done, std::uint64_t bytes) override;

 private:
  Console& console_;
  Surroundings around_;
  std::string unit_;
  std::uint64_t total_;
  double start_;
  double next_;
};

ProgressLine::Surroundings system_surroundings(ProgressLine::Mode mode);
/// `when` is auto, always or never.
ProgressLine::Mode progress_mode(std::string_view when, bool is_terminal, bool quiet);

}  // namespace medchain::cli
