#include "vault/clones.hpp"

#include <algorithm>
#include <map>

#include "vault/layout_internal.hpp"
#include "vault/sketch.hpp"

namespace medchain::vault {
namespace {

constexpr std::size_t band = 6;
static_assert(Sketch::bins % band == 0);

/// What is alike has the same key.
struct Keyed {
  std::uint64_t key, version;
  auto operator<=>(const Keyed&) const = default;
};

std::uint64_t key_of(const Sketch& sketch, std::size_t first) {
  // FNV-1a; equal keys are looked at again.
  std::uint64_t key = 0xcbf29ce484222325;
  for (std::size_t i = first; i < first + band; ++i) key = (key ^ sketch.least[i]) * 0x100000001b3;
  return key;
}

class Finder {
 public:
  Finder(Vault& vault, unsigned least) : vault_(vault), sketches_(vault), least_(least) {}

  Result<Clones> run() {
    MC_TRY(find_same_bytes());
    for (std::size_t first = 0; first < Sketch::bins; first += band) MC_TRY(find_alike(first));
    for (auto& [version, clone] : best_) all_.found.push_back(clone);
    return std::move(all_);
  }

 private:
  Status find_same_bytes() {
    std::vector<Keyed> keys;
    MC_TRY(vault_.for_each_version([&](std::uint64_t number, const Version& version) -> Status {
      if (version.digest == Digest()) return {};
      ++all_.records;
      keys.push_back({load_be<std::uint64_t>(version.digest.view()), number});
      return {};
    }));
    return for_each_group(keys, [this](std::uint64_t version, std::uint64_t earlier) -> Status {
      MC_ASSIGN(const Version a, vault_.version(version));
      MC_ASSIGN(const Version b, vault_.version(earlier));
      if (a.digest == b.digest) MC_TRY(take({version, earlier, 100, true}, a, b));
      return {};
    });
  }

  Status find_alike(std::size_t first) {
    std::vector<Keyed> keys;
    MC_TRY(sketches_.for_each([&](std::uint64_t version, const Sketch& sketch) -> Status {
      keys.push_back({key_of(sketch, first), version});
      return {};
    }));
    all_.sketches = keys.size();
    return for_each_group(keys, [this](std::uint64_t version, std::uint64_t earlier) {
      return compare(version, earlier);
    });
  }

  /// Those with one key: each with the first, and with the one before it.
  static Status for_each_group(std::vector<Keyed>& keys,
                               const std::function<Status(std::uint64_t, std::uint64_t)>& visit) {
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 1, first = 0; i < keys.size(); ++i) {
      if (keys[i].key != keys[first].key) {
        first = i;
        continue;
      }
      MC_TRY(visit(keys[i].version, keys[first].version));
      if (i - 1 != first) MC_TRY(visit(keys[i].version, keys[i - 1].version));
    }
    return {};
  }

  Status compare(std::uint64_t version, std::uint64_t earlier) {
    MC_ASSIGN(const auto a, sketches_.find(version));
    MC_ASSIGN(const auto b, sketches_.find(earlier));
    if (!a || !b) return {};
    const unsigned alike = similarity(*a, *b);
    if (alike < least_ || !is_better({version, earlier, alike, false})) return {};
    MC_ASSIGN(const Version one, vault_.version(version));
    MC_ASSIGN(const Version other, vault_.version(earlier));
    return take({version, earlier, alike, false}, one, other);
  }

  bool is_better(const Clone& clone) const {
    const auto known = best_.find(clone.version);
    if (known == best_.end()) return true;
    const Clone& best = known->second;
    if (best.same_bytes != clone.same_bytes) return clone.same_bytes;
    if (best.similarity != clone.similarity) return best.similarity < clone.similarity;
    return clone.of < best.of;
  }

  Status take(const Clone& clone, const Version& one, const Version& other) {
    const bool is_one_record =
        one.source == other.source && one.type == other.type && one.id == other.id;
    if (is_one_record || !is_better(clone)) return {};
    for (const Version* each : {&one, &other}) {
      MC_ASSIGN(const Batch batch, vault_.batch(each->batch));
      if (batch.state == BatchState::abandoned) return {};
      MC_ASSIGN(const Salt salt, vault_.salt(*each));
      if (is_erased(salt.bytes)) return {};
    }
    best_.insert_or_assign(clone.version, clone);
    return {};
  }

  Vault& vault_;
  Sketches sketches_;
  unsigned least_;
  Clones all_;
  std::map<std::uint64_t, Clone> best_;
};

}  // namespace

Result<Clones> find_clones(Vault& vault, unsigned least) { return Finder(vault, least).run(); }

}  // namespace medchain::vault
