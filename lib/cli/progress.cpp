#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "cli/progress_internal.hpp"
#include "cli/signals_internal.hpp"

namespace medchain::cli {
namespace {

constexpr double first_after = 1.0;
constexpr double status_interval = 0.1;
constexpr double line_interval = 1.0;
constexpr std::size_t default_width = 80;

/// `512 B`, `3.4 MiB`: one decimal, cut off.
std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units = {" KiB", " MiB", " GiB", " TiB", " PiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t unit = 0;
  while (bytes >= 1024 * 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes / 1024) + "." + std::to_string(bytes % 1024 * 10 / 1024) +
         std::string(units[unit]);
}

std::string two_digits(std::uint64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

/// `0:31`, `12:05`, `1:00:00`.
std::string clock_text(std::uint64_t seconds) {
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + ":" + two_digits(seconds % 60);
  return std::to_string(minutes / 60) + ":" + two_digits(minutes % 60) + ":" +
         two_digits(seconds % 60);
}

std::size_t terminal_width() {
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return default_width;
  return size.ws_col;
}

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string progress_text(std::string_view unit, std::uint64_t total, std::uint64_t done,
                          std::uint64_t bytes, double seconds) {
  std::string text = std::to_string(done);
  const bool has_end = total > 0 && done <= total;
  const double part = has_end ? static_cast<double>(done) / static_cast<double>(total) : 0;
  if (has_end) text += " of " + std::to_string(total);
  text += " " + std::string(unit);
  if (has_end) text += " (" + std::to_string(static_cast<unsigned>(part * 100)) + "%)";
  if (bytes > 0) text += ", " + size_text(bytes);
  if (seconds <= 0 || done == 0) return text;
  text +=
      ", " + std::to_string(static_cast<std::uint64_t>(static_cast<double>(done) / seconds)) + "/s";
  // Beyond four weeks an estimate says nothing.
  const double left = has_end ? seconds / part - seconds : 0;
  if (has_end && left < 28 * 86400.0)
    text += ", " + clock_text(static_cast<std::uint64_t>(left)) + " left";
  return text;
}

ProgressLine::ProgressLine(Console& console, Surroundings surroundings, std::string unit,
                           std::uint64_t total)
    : console_(console),
      around_(std::move(surroundings)),
      unit_(std::move(unit)),
      total_(total),
      start_(around_.seconds()),
      next_(start_ + first_after) {}

ProgressLine::~ProgressLine() { console_.clear_status(); }

void ProgressLine::update(std::uint64_t done, std::uint64_t bytes) {
  const bool asked = around_.asked();
  if (around_.mode == Mode::hidden && !asked) return;
  const double now = around_.seconds();
  if (now < next_ && !asked) return;
  const std::string line =
      console_.program() + ": " + progress_text(unit_, total_, done, bytes, now - start_);
  if (asked || around_.mode == Mode::lines) console_.print(line + "\n");
  if (now < next_) return;
  // The last column stays free: some terminals would begin a new line.
  if (around_.mode == Mode::status) console_.show_status(line.substr(0, around_.width() - 1));
  next_ = now + (around_.mode == Mode::status ? status_interval : line_interval);
}

ProgressLine::Surroundings system_surroundings(ProgressLine::Mode mode) {
  return {mode, steady_seconds, take_progress_request, terminal_width};
}

ProgressLine::Mode progress_mode(std::string_view when, bool is_terminal, bool quiet) {
  if (quiet || when == "never") return ProgressLine::Mode::hidden;
  if (when == "always") return ProgressLine::Mode::lines;
  return is_terminal ? ProgressLine::Mode::status : ProgressLine::Mode::hidden;
}

}  // namespace medchain::cli
