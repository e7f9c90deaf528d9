// Canaries: 16 letters and digits put into every text field of every generated record, each of
// them once, so that a privacy test can search a directory for all of them.
//
// A field that says the same in several records (a record's id, a patient's record number) keeps
// one canary, made from its key; all others are drawn in order from the record's own stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "output.hpp"
#include "prng.hpp"

namespace medchain::testdata {

constexpr std::size_t canary_size = 16;

/// What of the record at hand goes to the log.
enum class Recording : std::uint8_t {
  none,    // it has been made before
  fields,  // its keyed fields have been logged before, the others are new
  all,
};

class Canaries {
 public:
  /// With a null log there are no canaries at all.  The log must outlive this object.
  explicit Canaries(Sink* log) : log_(log) {}

  [[nodiscard]] bool enabled() const { return log_ != nullptr; }

  /// Begins a record.
  void start(std::uint64_t stream, Recording recording);

  /// For the rest of the record.
  void set_recording(Recording recording) { recording_ = recording; }

  /// Appends the separator and the next canary of the record.
  void append(std::string& out, char separator = ' ');

  /// Appends the separator and the canary of `key`; the log is left to log_fixed.
  void append_fixed(std::string& out, std::uint64_t key, char separator = '-') const;

  /// Writes the canary of `key` to the log if all is recorded, unless it is among the last few
  /// that were: callers need not know whether they are the first to use it.
  void log_fixed(std::uint64_t key);

 private:
  using Canary = std::array<char, canary_size>;

  static Canary draw(Prng& prng);
  void log(const Canary& canary);

  Sink* log_;
  Prng prng_{0};
  Recording recording_ = Recording::none;
  std::array<std::uint64_t, 64> recent_keys_{};
  std::size_t next_recent_ = 0;
};

}  // namespace medchain::testdata
