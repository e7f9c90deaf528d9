// Acts that travel: what is read and written again is the same entry with the same rows, or the same chunk of a package.
#include <cstdint>
#include <string_view>

#include "cli/emitted.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

namespace {

void check_chunk(std::string_view line) {
  const auto object = json::parse_object(line);
  if (!object) return;
  const auto chunk = cli::parse_chunk(*object);
  if (!chunk) return;
  require(chunk->bytes > 0 && !chunk->data.empty() && chunk->data.size() <= cli::max_chunk);
  const json::Object canonical = cli::emitted(*chunk);
  const auto again = cli::parse_chunk(canonical);
  require(again.ok() && again->package == chunk->package && again->data == chunk->data);
  require(json::write(cli::emitted(*again)) == json::write(canonical));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  check_chunk(line);
  const auto prepared = cli::parse_emitted(line);
  if (!prepared) return 0;
  const std::string canonical = json::write(cli::emitted(*prepared));
  const auto again = cli::parse_emitted(canonical);
  require(again.ok() && again->entry.bytes == prepared->entry.bytes);
  require(again->rows.size() == prepared->rows.size());
  require(json::write(cli::emitted(*again)) == canonical);
  return 0;
}
