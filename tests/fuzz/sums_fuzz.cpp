// sha256sum lines: what is read, written again as sha256sum writes it, is the same line but for the
// case of the digits, the mode and needless escaping; and a stream has one item for every line that
// is neither empty nor a comment.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "fuzz/require.hpp"
#include "source/source.hpp"
#include "source/sums_internal.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

std::string format(const Sum& sum) {
  std::string name;
  for (const char c : sum.name) {
    if (c == '\\')
      name += "\\\\";
    else if (c == '\n')
      name += "\\n";
    else if (c == '\r')
      name += "\\r";
    else
      name += c;
  }
  return "\\" + to_hex(sum.digest.view()) + "  " + name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto sum = parse_sum_line(text)) {
    require(!sum->name.empty());
    const auto again = parse_sum_line(format(*sum));
    require(again.ok() && again->digest == sum->digest && again->name == sum->name);
    require(text.size() <= format(*sum).size());
  }
  if (size > 10'000) return 0;

  const File file(::memfd_create("fuzz", MFD_CLOEXEC));
  require(write_all(file.fd(), text, "memfd").ok());
  ::lseek(file.fd(), 0, SEEK_SET);
  std::size_t expected = 0;
  std::string_view rest = text;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') ++expected;
  }
  const auto reader = read_sums(file.fd(), "fuzz", {});
  std::size_t count = 0;
  for (;;) {
    const auto item = reader->next();
    require(item.ok());
    if (!*item) break;
    ++count;
    require((*item)->number == count &&
            (*item)->record.has_value() != (*item)->problem.has_value());
    if ((*item)->record) require(!(*item)->record->id.empty());
  }
  require(count == expected);
  return 0;
}
