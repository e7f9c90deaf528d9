// NDJSON: one item for every line that is not blank, whatever the size of the buffer; digests are
// those of the lines.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "fuzz/require.hpp"
#include "source/ndjson_internal.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

struct Expected {
  std::string_view text;
  std::uint64_t number;
};

std::vector<Expected> split_slowly(std::string_view text) {
  std::vector<Expected> lines;
  std::uint64_t number = 0;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.push_back({line, number});
  }
  return lines;
}

void run(std::string_view text, const Options& options, std::size_t buffer_size) {
  const File file(::memfd_create("fuzz", MFD_CLOEXEC));
  require(write_all(file.fd(), text, "memfd").ok());
  ::lseek(file.fd(), 0, SEEK_SET);
  const std::vector<Expected> expected = split_slowly(text);
  Run shared(options);
  RecordLines lines(shared, {file.fd(), "fuzz", "", 0, 1, 0, buffer_size});
  std::size_t at = 0;
  for (;;) {
    Item item;
    const auto more = lines.next(item);
    require(more.ok());
    if (!*more) break;
    require(at < expected.size());
    const Expected& line = expected[at++];
    require(item.number == at && item.record.has_value() != item.problem.has_value());
    require(item.place == "fuzz:" + std::to_string(line.number));
    if (item.problem) {
      require(!item.problem->message.empty());
      continue;
    }
    const Record& record = *item.record;
    require(!record.id.empty() && record.id.size() <= max_id && !record.type.empty());
    require(is_utf8(record.id) && is_utf8(line.text));
    require(record.line == line.number && record.size == line.text.size());
    require(record.digest == Digest(crypto::sha256(as_bytes(line.text))));
  }
  require(at == expected.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Options by_pointer;
  by_pointer.id = {IdRule::json, "/id"};
  by_pointer.subject = Identity{IdRule::json, "/subject/reference"};
  run(text, {}, 1u << 16);
  run(text, {}, 3);
  run(text, by_pointer, 100);
  return 0;
}
