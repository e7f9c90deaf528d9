// Compressed inputs: the first byte chooses the kind.  However much is asked for at a time, the
// same bytes come and the same end, but for the last ones before an error; checking the lines first
// finds what reading them would.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "fuzz/require.hpp"
#include "source/inflate_internal.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

/// Enough to cross every buffer; what inflates to more is read so far.
constexpr std::size_t enough = 4u << 20;

struct Read {
  std::string bytes;
  std::optional<Code> problem;
};

Read read_all(int fd, Compression kind, std::size_t at_once) {
  Read all;
  const auto inflater = Inflater::open(fd, kind);
  std::string buffer(at_once, '\0');
  while (all.bytes.size() < enough) {
    const auto got = inflater->read(buffer.data(), std::min(at_once, enough - all.bytes.size()));
    if (!got) {
      all.problem = got.error().code;
      break;
    }
    require(*got <= at_once);
    if (*got == 0) break;
    all.bytes.append(buffer, 0, *got);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 65'536) return 0;
  const Compression kind = data[0] % 2 == 0 ? Compression::gzip : Compression::zstd;
  const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
  require(fd >= 0 && ::write(fd, data + 1, size - 1) == static_cast<ssize_t>(size - 1));
  const Read whole = read_all(fd, kind, enough);
  const Read pieces = read_all(fd, kind, 1'000);
  require(pieces.problem == whole.problem);
  require(whole.problem ? pieces.bytes.starts_with(whole.bytes) : pieces.bytes == whole.bytes);
  if (whole.problem)
    require(*whole.problem == Code::input_invalid || *whole.problem == Code::input_truncated);
  if (whole.bytes.size() < enough) {
    const Status checked = check_lines(fd, kind, enough, -1);
    require(checked.ok() == !whole.problem);
    if (!checked) require(checked.error().code == *whole.problem);
  }
  ::close(fd);
  return 0;
}
