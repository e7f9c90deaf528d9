// Manifests of bulk data exports: a name that is taken from one names a file beside it and no other
// place, and each is there once.
#include <cstdint>
#include <set>

#include "base/text.hpp"
#include "fuzz/require.hpp"
#include "source/bulk_export.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest =
      source::parse_bulk_manifest(std::string(reinterpret_cast<const char*>(data), size));
  if (!manifest) {
    require(is_utf8(manifest.error().message));
    return 0;
  }
  std::set<std::string> names;
  for (const auto* files : {&manifest->output, &manifest->deleted, &manifest->error})
    for (const source::BulkFile& file : *files) {
      require(!file.name.empty() && file.name != "." && file.name != "..");
      require(file.name.find_first_of(std::string_view("/\0", 2)) == std::string::npos);
      require(names.insert(file.name).second);
      require(file.pointer.starts_with('/'));
    }
  return 0;
}
