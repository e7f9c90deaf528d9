#include "package/reader.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "crypto/sha256.hpp"

namespace medchain::package {
namespace {

Error wrong(std::string_view member, std::string_view field, std::string message) {
  return fail(Code::package_invalid, "member " + quote(member) + ": field '" + std::string(field) +
                                         "': " + std::move(message));
}

/// What is wrong with the archive says where by itself; what its source lacks does not.
Error at(std::string_view member, Error error) {
  if (error.code == Code::package_invalid || error.code == Code::input_truncated) return error;
  return std::move(error).context("member " + quote(member));
}

}  // namespace

Result<Reader> Reader::open(ByteSource source, const Limits& limits) {
  Reader reader(std::move(source));
  const std::string name(manifest_name);
  MC_ASSIGN(const Member member, reader.member(name));
  if (member.name != name)
    return wrong(member.name, "name", "expected '" + name + "', the first of a package");
  if (member.size > limits.manifest_bytes)
    return wrong(name, "size",
                 "expected at most " + std::to_string(limits.manifest_bytes) + ", got " +
                     std::to_string(member.size));
  std::string text;
  MC_TRY(reader.take([&text](ByteView bytes) -> Status {
    text += as_text(bytes);
    return {};
  }));
  MC_ASSIGN(reader.manifest_, parse_manifest(text, limits));
  MC_TRY(reader.expect_member(member, {name, member.size, {}}));
  return reader;
}

Result<const FileEntry*> Reader::next() {
  MC_ASSERT(copied_);
  if (done_ == manifest_.files.size()) {
    MC_TRY(expect_end());
    return nullptr;
  }
  const FileEntry& file = manifest_.files[done_];
  MC_ASSIGN(const Member member, this->member(file.name));
  MC_TRY(expect_member(member, file));
  ++done_;
  copied_ = false;
  return &file;
}

Status Reader::copy(const ByteSink& sink) {
  MC_ASSERT(!copied_);
  const FileEntry& file = manifest_.files[done_ - 1];
  crypto::Sha256 hash;
  MC_TRY(take([&](ByteView bytes) {
    hash.update(bytes);
    return sink(bytes);
  }));
  const Digest digest(hash.finish());
  if (digest != file.digest)
    return fail(Code::package_invalid, "member " + quote(file.name) +
                                           ": its bytes are not those that the manifest names: "
                                           "expected " +
                                           to_text(file.digest) + ", got " + to_text(digest));
  copied_ = true;
  return {};
}

Result<std::string> Reader::text() {
  std::string text;
  MC_TRY(copy([&text](ByteView bytes) -> Status {
    text += as_text(bytes);
    return {};
  }));
  return text;
}

Result<Member> Reader::member(const std::string& what) {
  auto member = archive_.next(what);
  if (!member) return at(what, std::move(member).error());
  if (*member) return **std::move(member);
  return fail(Code::package_invalid,
              "member " + quote(what) + " is missing: the end of the archive stands in its place");
}

Status Reader::take(const ByteSink& sink) {
  for (;;) {
    auto bytes = archive_.data();
    if (!bytes)
      return at(done_ == 0 ? manifest_name : manifest_.files[done_ - 1].name,
                std::move(bytes).error());
    if (bytes->empty()) return {};
    MC_TRY(sink(*bytes));
  }
}

Status Reader::expect_member(const Member& member, const FileEntry& file) const {
  if (member.name != file.name) {
    const auto& files = manifest_.files;
    const auto found = std::find_if(files.begin(), files.end(), [&](const FileEntry& each) {
      return each.name == member.name;
    });
    const bool before =
        member.name == manifest_name || found - files.begin() < static_cast<std::ptrdiff_t>(done_);
    const bool known = member.name == manifest_name || found != files.end();
    return wrong(member.name, "name",
                 std::string(!known   ? "it is not in the manifest"
                             : before ? "it is there twice"
                                      : "it is out of order") +
                     "; expected " +
                     (file.name.empty() ? "the end of the archive" : quote(file.name)));
  }
  if (member.size != file.size)
    return wrong(file.name, "size",
                 "the manifest says " + std::to_string(file.size) + ", the header " +
                     std::to_string(member.size));
  if (member.time != manifest_.time)
    return wrong(file.name, "mtime",
                 "the manifest says " + format_time(manifest_.time) + ", the header " +
                     format_time(member.time));
  return {};
}

Status Reader::expect_end() {
  MC_ASSIGN(const std::optional<Member> member, archive_.next("the end of the archive"));
  if (member) return expect_member(*member, {});
  return archive_.end();
}

}  // namespace medchain::package
