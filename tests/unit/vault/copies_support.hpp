// A vault with copies, for the tests of them.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "unit/vault/vault_support.hpp"

namespace test {

namespace fs = std::filesystem;

inline source::RecordBytes in_memory(const std::string& text) { return {text, -1, text.size()}; }

/// A vault whose runs keep copies.
class Copies : public VaultUnion {
 public:
  explicit Copies(std::uint64_t seed = 7) : VaultUnion(seed) { must(vault->make_blobs()); }
  vault::Anchoring copying() {
    vault::Anchoring::Identity identity{name("hosp-a"), entry::SignAs{"hosp-a", &key_of("hosp-a")}};
    identity.keeps_copies = true;
    return {*vault, std::move(identity), random};
  }
  /// A run over file/ID -> text, landed.
  void put(const std::vector<std::pair<std::string, std::string>>& records) {
    auto run = copying();
    must(run.begin());
    std::uint64_t number = 0;
    for (const auto& [id, text] : records)
      must(run.add(item(record_of(id, text), ++number), in_memory(text)));
    const auto batch = must(run.flush(log_time()));
    if (!batch.prepared.rows.empty()) run.landed(batch.number, accept({batch.prepared}).entries.front().index);
    must(run.finish());
  }
  std::string get(std::uint64_t version) {
    std::string text;
    must(vault->read([&] { return vault->read_copy(version, collect(text)); }));
    return text;
  }
  medchain::Status try_get(std::uint64_t version) {
    std::string text;
    return vault->read([&] { return vault->read_copy(version, collect(text)); });
  }
  static medchain::ByteSink collect(std::string& text) {
    return [&text](medchain::ByteView bytes) -> medchain::Status {
      text += medchain::as_text(bytes);
      return {};
    };
  }
  vault::CopyPlace place(std::uint64_t version) {
    return ask([&](const vault::Vault& v) { return v.copy(version); }).value();
  }
  std::string blob(std::uint64_t number) { return vault::blob_path(path(), number); }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(path() + "/blobs")) names.push_back(file.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace test
