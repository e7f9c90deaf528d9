// Which lines (or files) of a run are planted duplicates and which have changed tonight.  Both are
// worked out from the number alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "resource.hpp"

namespace medchain::testdata {

enum class PlantKind : std::uint8_t {
  exact_duplicate,
  near_duplicate_note,
  copy_paste_note,
  same_id_other_bytes,  // only with conflicts
};

std::string_view name_of(PlantKind kind);

/// A run of `count` items is cut into equal segments, and the last item of each is planted: one
/// in a hundred, but each kind at least once.  The others are numbered through: the originals.
class PlantPlan {
 public:
  static constexpr std::uint64_t least_count = 20;

  /// Plants nothing if not `wanted` or if count < least_count.
  PlantPlan(std::uint64_t count, bool wanted, bool with_conflicts);

  [[nodiscard]] std::uint64_t plants() const { return plants_; }
  /// The item, from 0, at which plant number `plant` stands.
  [[nodiscard]] std::uint64_t item_of_plant(std::uint64_t plant) const;
  /// The item, from 0, at which original number `original` stands.
  [[nodiscard]] std::uint64_t item_of_original(std::uint64_t original) const;
  [[nodiscard]] PlantKind kind(std::uint64_t plant) const;

 private:
  [[nodiscard]] std::uint64_t segment_start(std::uint64_t segment) const;

  std::uint64_t count_;
  unsigned kinds_;
  std::uint64_t plants_ = 0;
};

/// The changes of one night: of every hundred resources as many as `percent` says.
class NightlyChanges {
 public:
  NightlyChanges(std::uint64_t seed, unsigned percent, unsigned night)
      : seed_(seed), percent_(night == 0 ? 0 : percent), night_(night) {}

  [[nodiscard]] Version version_of(RecordPlace place) const;

 private:
  std::uint64_t seed_;
  unsigned percent_;
  unsigned night_;
};

}  // namespace medchain::testdata
