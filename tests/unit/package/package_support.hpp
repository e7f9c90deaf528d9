// What the tests of lib/package share: packages in memory, and tar headers as an attacker writes
// them.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/stream.hpp"
#include "crypto/sha256.hpp"
#include "package/openings.hpp"
#include "package/reader.hpp"
#include "package/writer.hpp"
#include "unit/support.hpp"

namespace test {

namespace package = medchain::package;
using medchain::as_bytes;
using medchain::as_text;
using medchain::ByteSink;
using medchain::ByteSource;
using medchain::ByteView;
using medchain::Code;
using medchain::Digest;
using medchain::MutableByteView;
using medchain::Result;
using medchain::Salt;
using medchain::Status;

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().message));
  return std::move(result).value();
}
inline void must(const Status& status) {
  REQUIRE_MESSAGE(status.ok(), (status ? "" : status.error().message));
}

/// The whole message, exactly.
template <class T>
void check_error(const Result<T>& result, Code code, std::string_view message) {
  REQUIRE_FALSE(result.ok());
  CHECK(medchain::info(result.error().code).id == medchain::info(code).id);
  CHECK(result.error().message == message);
}
template <class T>
void check_error_part(const Result<T>& result, Code code, std::string_view part) {
  REQUIRE_FALSE(result.ok());
  CHECK(medchain::info(result.error().code).id == medchain::info(code).id);
  INFO(result.error().message);
  CHECK(result.error().message.find(part) != std::string::npos);
}

inline Digest digest_of(std::string_view text) {
  return Digest(medchain::crypto::sha256(as_bytes(text)));
}

/// Member names and their contents.
using Files = std::vector<std::pair<std::string, std::string>>;

inline package::Manifest manifest_of(const Files& files) {
  package::Manifest manifest;
  manifest.ledger = "ledger.union.example/main";
  manifest.genesis.bytes.fill(std::byte{0x11});
  manifest.author = must(medchain::MemberName::parse("hosp-a"));
  manifest.id.bytes.fill(std::byte{0x22});
  manifest.time = medchain::UnixSeconds(1'795'000'000);
  for (const auto& [name, content] : files)
    manifest.files.push_back({name, content.size(), digest_of(content)});
  return manifest;
}

inline std::string openings_of(const std::vector<std::pair<std::string, std::string>>& records) {
  package::Openings openings;
  for (const auto& [name, content] : records) {
    package::RecordOpening opening;
    opening.file = name;
    opening.entry = medchain::EntryIndex(7);
    opening.row = openings.records.size();
    opening.digest = digest_of(content);
    opening.salt.bytes.fill(std::byte{0x33});
    openings.records.push_back(opening);
  }
  return package::format_openings(openings);
}

/// Two records, a proof and an application.
inline Files sample_files() {
  const Files records = {{"records/Observation-9.json", "{\"resourceType\":\"Observation\"}"},
                         {"records/scan.pdf", std::string(100'000, 'p')}};
  Files files = records;
  files.emplace_back("openings.json", openings_of(records));
  files.emplace_back("proofs/scan.pdf.tlog-proof", "c2sp.org/tlog-proof@v1\n");
  files.emplace_back("application.json", "{\"why\":\"\"}");
  return files;
}

inline ByteSink append_to(std::string& text) {
  return [&text](ByteView bytes) -> Status {
    text += as_text(bytes);
    return {};
  };
}

/// A source that gives at most `piece` bytes at a time.
inline ByteSource in_pieces(std::string_view text, std::size_t piece) {
  return [text, piece](MutableByteView space) mutable -> Result<std::size_t> {
    const std::size_t size = std::min({piece, space.size(), text.size()});
    std::copy_n(as_bytes(text).begin(), size, space.begin());
    text.remove_prefix(size);
    return size;
  };
}

inline std::string pack(const package::Manifest& manifest, const Files& files) {
  std::string archive;
  auto writer = must(package::Writer::begin(manifest, append_to(archive)));
  for (const auto& [name, content] : files) {
    REQUIRE(writer.next() != nullptr);
    CHECK(writer.next()->name == name);
    must(writer.add(medchain::read_from(as_bytes(content))));
  }
  REQUIRE(writer.next() == nullptr);
  must(writer.finish());
  return archive;
}
inline std::string pack(const Files& files) { return pack(manifest_of(files), files); }

/// Reads all of an archive.
inline Result<Files> unpack_all(const ByteSource& source, const package::Limits& limits = {}) {
  MC_ASSIGN(package::Reader reader, package::Reader::open(source, limits));
  Files files;
  for (;;) {
    MC_ASSIGN(const package::FileEntry* file, reader.next());
    if (file == nullptr) return files;
    MC_ASSIGN(std::string content, reader.text());
    files.emplace_back(file->name, std::move(content));
  }
}
inline Result<Files> unpack_all(std::string_view archive, const package::Limits& limits = {}) {
  return unpack_all(medchain::read_from(as_bytes(archive)), limits);
}

constexpr std::size_t tar_block = 512;

/// A header of any content whose checksum is right, byte by byte as medchain-package(5) has it.
class RawHeader {
 public:
  explicit RawHeader(std::string_view name, std::uint64_t size = 0, char type = '0',
                     std::uint64_t time = 1'795'000'000)
      : block_(tar_block, '\0') {
    char text[32];
    std::snprintf(text, sizeof text, "%011llo %011llo ", static_cast<unsigned long long>(size),
                  static_cast<unsigned long long>(time));
    block_.replace(124, 24, text);
    for (const std::size_t at : {108u, 116u, 329u, 337u}) block_.replace(at, 7, "000000 ");
    block_.replace(100, 7, "000600 ").replace(257, 5, "ustar").replace(263, 2, "00");
    set(0, name).set(156, std::string(1, type));
  }
  RawHeader& set(std::size_t at, std::string_view bytes) {
    block_.replace(at, bytes.size(), bytes);
    std::uint32_t sum = 8 * ' ';
    for (std::size_t i = 0; i < block_.size(); ++i)
      if (i < 148 || i >= 156) sum += static_cast<unsigned char>(block_[i]);
    char text[9];
    std::snprintf(text, sizeof text, "%06o", sum);
    block_.replace(148, 8, std::string(text, 6) + std::string("\0 ", 2));
    return *this;
  }
  const std::string& text() const { return block_; }

 private:
  std::string block_;
};

/// Header, data and padding.
inline std::string raw_member(RawHeader header, std::string_view data) {
  return header.text() + std::string(data) +
         std::string((tar_block - data.size() % tar_block) % tar_block, '\0');
}
inline std::string raw_member(std::string_view name, std::string_view data) {
  return raw_member(RawHeader(name, data.size()), data);
}
inline std::string raw_end() { return std::string(2 * tar_block, '\0'); }

}  // namespace test
