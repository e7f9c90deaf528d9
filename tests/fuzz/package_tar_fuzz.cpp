// Packages: what is accepted is written again as the same bytes; manifests and openings too.  What
// is refused has a reason that can be printed, whatever the pieces in which it came.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "fuzz/require.hpp"
#include "package/openings.hpp"
#include "package/reader.hpp"
#include "package/writer.hpp"

using namespace medchain;
using namespace medchain::package;

namespace {

template <class T>
void expect_reason(const Result<T>& result) {
  require(result.error().code == Code::package_invalid ||
          result.error().code == Code::input_truncated);
  require(escape_for_terminal(result.error().message) == result.error().message);
}

/// At most `piece` bytes at a time.
ByteSource in_pieces(std::string_view text, std::size_t piece) {
  return [text, piece](MutableByteView space) mutable -> Result<std::size_t> {
    require(!space.empty());
    const std::size_t size = std::min({piece, space.size(), text.size()});
    std::copy_n(as_bytes(text).begin(), size, space.begin());
    text.remove_prefix(size);
    return size;
  };
}

struct Content {
  Manifest manifest;
  std::vector<std::string> files;
};

Result<Content> read(std::string_view archive, std::size_t piece) {
  MC_ASSIGN(Reader reader, Reader::open(in_pieces(archive, piece)));
  Content content{reader.manifest(), {}};
  for (;;) {
    MC_ASSIGN(const FileEntry* file, reader.next());
    if (file == nullptr) return content;
    MC_ASSIGN(std::string text, reader.text());
    require(text.size() == file->size);
    content.files.push_back(std::move(text));
  }
}

std::string write(const Content& content) {
  std::string archive;
  auto writer = Writer::begin(content.manifest, [&archive](ByteView bytes) -> Status {
    archive += as_text(bytes);
    return {};
  });
  require(writer.ok());
  for (const std::string& file : content.files)
    require(writer->add(read_from(as_bytes(file))).ok());
  require(writer->finish().ok());
  return archive;
}

/// The member manifest.json of a package of records/a, which is `abc`, and empty openings.
std::string write_manifest() {
  const auto digest = [](std::string_view bytes) {
    return Digest(crypto::sha256(as_bytes(bytes)));
  };
  Manifest manifest;
  manifest.ledger = "ledger.union.example/main";
  manifest.author = *MemberName::parse("hosp-a");
  manifest.time = UnixSeconds(1'795'000'000);
  manifest.files = {{"records/a", 3, digest("abc")}, {"openings.json", 0, digest("")}};
  std::string archive;
  const auto writer = Writer::begin(manifest, [&archive](ByteView bytes) -> Status {
    archive += as_text(bytes);
    return {};
  });
  require(writer.ok());
  return archive;
}

void check_archive(std::string_view archive) {
  const auto content = read(archive, 1 << 20);
  const auto again = read(archive, 509);
  require(content.ok() == again.ok());
  if (!content) {
    expect_reason(content);
    require(content.error().message == again.error().message);
    return;
  }
  require(write(*content) == archive);
}

/// The input behind a good manifest: so every header of tar is met where a package has one, and not
/// only that of the manifest.
void check_behind_manifest(std::string_view text) {
  static const std::string good = write_manifest();
  check_archive(good + std::string(text));
}

/// A manifest and, after its LF, the openings of its package.
void check_documents(std::string_view text) {
  const std::size_t line = text.find('\n');
  const std::string_view first = text.substr(0, line == std::string_view::npos ? line : line + 1);
  const auto manifest = parse_manifest(first, {});
  if (!manifest) return expect_reason(manifest);
  require(format_manifest(*manifest) == first);
  const std::string_view rest = text.substr(first.size());
  const auto openings = parse_openings(rest, *manifest);
  if (!openings) return expect_reason(openings);
  require(format_openings(*openings) == rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_archive(text);
  check_behind_manifest(text);
  check_documents(text);
  const std::string name(text.substr(0, 200));
  const auto kind = kind_of(name);
  if (kind) {
    require(check_member_name(name).ok() && is_utf8(name));
    const FileEntry file{name, 0, {}};
    const std::string_view output = output_name(file);
    require(output.find('/') == std::string_view::npos && !output.starts_with('.'));
  }
  return 0;
}
