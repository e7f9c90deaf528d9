// Which inputs of a run were met: for telling that one id came twice.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

namespace medchain::vault {

/// Which input of a run came with which version of the vault, in 4 bytes each: of ten million
/// unchanged records 40 MB.
class SeenInputs {
 public:
  void add(std::uint64_t version, std::uint64_t input);
  /// 0: this version was not seen in this run.
  std::uint64_t find(std::uint64_t version) const;

 private:
  static constexpr std::size_t page_size = 1'024;
  std::unordered_map<std::uint64_t, std::array<std::uint32_t, page_size>> pages_;
};

}  // namespace medchain::vault
