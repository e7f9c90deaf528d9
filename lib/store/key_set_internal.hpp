// The directory of a key set and the keys of its chunks.  Internal to lib/store.
#pragma once

#include <cstring>

#include "store/key_set.hpp"

namespace medchain::store {

/// Key of the directory: the run number that no run has.
constexpr ByteArray<8> directory_key{};
constexpr std::size_t bytes_of_run = 17;  ///< id, count, role

Result<std::vector<Run>> read_directory(const ReadTxn& txn, const KeySetTables& tables);

/// Run, last key of the chunk: the first row at or after run and key is the only chunk that can
/// hold it.
inline void set_chunk_key(std::uint64_t run, ByteView last, Bytes& out) {
  out.clear();
  append_be(run, out);
  append(last, out);
}

/// Of one size.
inline bool is_less(ByteView a, ByteView b) {
  if (a.size() >= 8) {  // nearly always enough
    const auto first_a = load_be<std::uint64_t>(a), first_b = load_be<std::uint64_t>(b);
    if (first_a != first_b) return first_a < first_b;
  }
  return std::memcmp(a.data(), b.data(), a.size()) < 0;
}

/// Sorts keys that stand one after the other.
void sort_keys(Bytes& keys, std::size_t size);

inline std::size_t keys_of_chunk(const KeySetTables& tables) {
  return chunk_bytes / tables.key_size;
}

}  // namespace medchain::store
