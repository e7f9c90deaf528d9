#include "package/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <new>

#include "base/parse.hpp"
#include "package/manifest.hpp"
#include "package/stream_internal.hpp"

namespace medchain::package {
namespace {

constexpr std::size_t block_size = 512;
constexpr int mode = 0600;

/// What libarchive was handed and has not given back when it asks for more, at most: the zeros
/// behind a member, the first block of the end and a part of the second.
constexpr std::size_t max_ahead = 3 * block_size;

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
struct FreeReader {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
struct FreeWriter {
  void operator()(archive* handle) const { archive_write_free(handle); }
};

/// libarchive gives null where memory is short.
template <class T>
T* there(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

Error wrong(std::string_view member, std::string_view field, std::string message) {
  return fail(Code::package_invalid, "member " + quote(member) + ": field '" + std::string(field) +
                                         "': " + std::move(message));
}

Error truncated(const std::string& what) {
  return fail(Code::input_truncated, "the package ends within " + quote(what));
}

Error no_header(const std::string& of) {
  return fail(Code::package_invalid, "no header of tar stands where " + quote(of) + " should");
}

const char* or_empty(const char* text) { return text == nullptr ? "" : text; }

std::string octal(std::uint64_t value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + value % 8));
    value /= 8;
  } while (value > 0);
  return "0" + digits;
}

/// Null if it is a regular file.
const char* other_kind(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return "a hard link";
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return nullptr;
    case AE_IFLNK:
      return "a symbolic link";
    case AE_IFCHR:
      return "a character device";
    case AE_IFBLK:
      return "a block device";
    case AE_IFDIR:
      return "a directory";
    case AE_IFIFO:
      return "a FIFO";
    default:
      return "another kind";
  }
}

/// Fails for what no spelling makes right.  What libarchive understands and does not stand here
/// (extended attributes, sparse files) is no part of what ArchiveWriter writes.
Result<Member> member_of(archive_entry* entry) {
  Member member;
  member.name = or_empty(archive_entry_pathname(entry));
  if (const char* kind = other_kind(entry); kind != nullptr)
    return wrong(member.name, "typeflag", std::string("expected a regular file, got ") + kind);
  if (auto status = check_member_name(member.name); !status)
    return wrong(member.name, "name", status.error().message);
  const std::int64_t size = archive_entry_size(entry);
  if (size < 0 || static_cast<std::uint64_t>(size) > max_member_size)
    return wrong(
        member.name, "size",
        "expected 0 to " + std::to_string(max_member_size) + ", got " + std::to_string(size));
  member.size = static_cast<std::uint64_t>(size);
  const std::int64_t time = archive_entry_mtime(entry);
  if (time < 0 || time > max_member_time)
    return wrong(
        member.name, "mtime",
        "expected 0 to " + std::to_string(max_member_time) + ", got " + std::to_string(time));
  member.time = UnixSeconds(time);
  if (archive_entry_perm(entry) != mode)
    return wrong(member.name, "mode",
                 "expected " + octal(mode) + ", got " + octal(archive_entry_perm(entry)));
  for (const auto& [field, id] :
       {std::pair("uid", archive_entry_uid(entry)), std::pair("gid", archive_entry_gid(entry))})
    if (id != 0) return wrong(member.name, field, "expected 0, got " + std::to_string(id));
  for (const auto& [field, name] : {std::pair("uname", or_empty(archive_entry_uname(entry))),
                                    std::pair("gname", or_empty(archive_entry_gname(entry)))})
    if (*name != '\0') return wrong(member.name, field, "expected '', got " + quote(name));
  return member;
}

/// Of two headers that are not the same: the first byte outside of the checksum, for this differs
/// with any other.
std::string difference(ByteView expected, ByteView got) {
  constexpr std::size_t checksum = 148, behind = checksum + 8;
  if (got.size() < expected.size()) return "its header is cut";
  const auto from = [&](std::size_t begin, std::size_t end) {
    while (begin < end && expected[begin] == got[begin]) ++begin;
    return begin;
  };
  std::size_t at = from(0, checksum);
  if (at == checksum) at = from(behind, expected.size());
  if (at == expected.size()) at = from(checksum, behind);
  return "byte " + std::to_string(at) + " of its header: expected " +
         quote(as_text(expected.subspan(at, 1))) + ", got " + quote(as_text(got.subspan(at, 1)));
}

}  // namespace

struct ArchiveWriter::State {
  explicit State(ByteSink to) : sink(std::move(to)), handle(there(archive_write_new())) {
    archive_write_set_format_ustar(handle.get());
    archive_write_set_bytes_per_block(handle.get(), 0);  // hands on at once, and pads nothing
    MC_ASSERT(archive_write_open(handle.get(), this, nullptr, &State::write, nullptr) ==
              ARCHIVE_OK);
  }

  /// `handle` goes first, and would write the end of an archive that was not finished.
  ~State() { going = true; }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static la_ssize_t write(archive*, void* state, const void* data, std::size_t size) {
    State& self = *static_cast<State*>(state);
    if (self.going) return ARCHIVE_FATAL;
    // After a failure of the sink all seems well to libarchive: one that has seen a failure does
    // not free all that it has.
    if (!self.failure)
      if (auto status = self.sink({static_cast<const std::byte*>(data), size}); !status)
        self.failure = std::move(status).error();
    return static_cast<la_ssize_t>(size);
  }

  /// What we let it write it can write: if it fails, the sink has.
  Status check(la_ssize_t result, la_ssize_t expected = ARCHIVE_OK) {
    if (failure) return *failure;
    MC_ASSERT(result == expected);
    return {};
  }

  ByteSink sink;
  std::optional<Error> failure;  // of the sink
  bool going = false;
  std::unique_ptr<archive, FreeWriter> handle;
};

ArchiveWriter::ArchiveWriter(ByteSink sink) : state_(std::make_unique<State>(std::move(sink))) {}
ArchiveWriter::ArchiveWriter(ArchiveWriter&& other) noexcept = default;
ArchiveWriter::~ArchiveWriter() = default;

Status ArchiveWriter::begin(const Member& member) {
  MC_ASSERT(check_member_name(member.name));
  MC_ASSERT(member.size <= max_member_size);
  MC_ASSERT(member.time.get() >= 0 && member.time.get() <= max_member_time);
  const std::unique_ptr<archive_entry, FreeEntry> entry(there(archive_entry_new()));
  // As bytes, which no locale converts.
  archive_entry_set_pathname(entry.get(), member.name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), mode);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.size));
  archive_entry_set_mtime(entry.get(), member.time.get(), 0);
  return state_->check(archive_write_header(state_->handle.get(), entry.get()));
}

Status ArchiveWriter::data(ByteView bytes) {
  return state_->check(archive_write_data(state_->handle.get(), bytes.data(), bytes.size()),
                       static_cast<la_ssize_t>(bytes.size()));
}

Status ArchiveWriter::end_member() {
  return state_->check(archive_write_finish_entry(state_->handle.get()));
}

Status ArchiveWriter::finish() { return state_->check(archive_write_close(state_->handle.get())); }

struct ArchiveReader::State {
  /// What is being written again.
  enum class Part { header, data, padding, end };

  explicit State(ByteSource from)
      : source(std::move(from)),
        again([this](ByteView bytes) { return expect(bytes); }),
        handle(there(archive_read_new())) {
    // Tar alone, and no filter: what is compressed is no tar.
    archive_read_support_format_tar(handle.get());
    archive_read_set_callback_data(handle.get(), this);
    archive_read_set_read_callback(handle.get(), &State::read);
  }

  static la_ssize_t read(archive*, void* state, const void** data) {
    State& self = *static_cast<State*>(state);
    const auto fresh = self.refill();
    if (!fresh) {
      self.failure = fresh.error();
      return ARCHIVE_FATAL;
    }
    self.asked_past_end = self.asked_past_end || fresh->empty();
    *data = fresh->data();
    return static_cast<la_ssize_t>(fresh->size());
  }

  /// Reads on, as much as there is space for, so that no boundary in the source is seen behind it.
  Result<ByteView> refill() {
    // An extension of tar, in whose header libarchive reads on.
    if (ahead.size() > max_ahead)
      return fail(Code::package_invalid, "more than a header stands before " + quote(expected));
    std::copy(ahead.begin(), ahead.end(), space.begin());
    const std::size_t kept = ahead.size();
    std::size_t filled = kept;
    while (!ended && filled < space.size()) {
      MC_ASSIGN(const std::size_t got, source(MutableByteView(space).subspan(filled)));
      ended = got == 0;
      filled += got;
    }
    ahead = ByteView(space).first(filled);
    return ahead.subspan(kept);
  }

  /// The sink of `again`.
  Status expect(ByteView bytes) {
    while (part == Part::end && ahead.size() < bytes.size()) {
      MC_ASSIGN(const ByteView fresh, refill());
      if (fresh.empty()) return truncated(expected);
    }
    const ByteView got = ahead.first(std::min(bytes.size(), ahead.size()));
    if (equal(bytes, got)) {
      ahead = ahead.subspan(bytes.size());
      return {};
    }
    const auto bad = [](std::string message) {
      return fail(Code::package_invalid, std::move(message));
    };
    const std::string member = "member " + quote(current.name) + ": ";
    switch (part) {
      case Part::header:
        return bad(member + difference(bytes, got));
      case Part::data:
        return bad(member + "its data do not stand behind its header as they are");
      case Part::padding:
        return bad(member + "the bytes up to the next header are not zeros");
      case Part::end:
        return bad("the end of the archive is not two blocks of zeros");
    }
    MC_ASSERT(false);
  }

  /// If libarchive failed, why.  Its own messages speak of what we do not take.
  Status check(int result, Error otherwise) {
    if (failure) return *failure;
    if (result == ARCHIVE_OK || result == ARCHIVE_EOF) return {};
    if (asked_past_end) return truncated(expected);
    return otherwise;
  }

  ByteSource source;
  bool ended = false;           // the source
  bool asked_past_end = false;  // libarchive
  std::optional<Error> failure;
  Bytes space = Bytes(max_ahead + chunk_size);
  ByteView ahead;  // in `space`: what libarchive got and was not written again
  Part part = Part::header;
  std::string expected;
  Member current;
  ArchiveWriter again;
  std::unique_ptr<archive, FreeReader> handle;
};

ArchiveReader::ArchiveReader(ByteSource source)
    : state_(std::make_unique<State>(std::move(source))) {}
ArchiveReader::ArchiveReader(ArchiveReader&& other) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

Result<std::optional<Member>> ArchiveReader::next(const std::string& expected) {
  State& state = *state_;
  const bool first = state.expected.empty();
  state.expected = expected;
  archive_entry* entry = nullptr;
  int result = first ? archive_read_open1(state.handle.get()) : ARCHIVE_OK;
  if (result == ARCHIVE_OK) result = archive_read_next_header(state.handle.get(), &entry);
  MC_TRY(state.check(result, no_header(expected)));
  if (!first) {
    state.part = State::Part::padding;
    MC_TRY(state.again.end_member());
  }
  if (result == ARCHIVE_EOF) {
    // libarchive says so too where the source ends without an end of the archive.
    if (!state.ahead.empty() && state.ahead.front() == std::byte{0}) return std::optional<Member>();
    return state.asked_past_end ? truncated(expected) : no_header(expected);
  }
  MC_ASSIGN(state.current, member_of(entry));
  state.part = State::Part::header;
  MC_TRY(state.again.begin(state.current));
  return std::optional(state.current);
}

Result<ByteView> ArchiveReader::data() {
  State& state = *state_;
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int result = archive_read_data_block(state.handle.get(), &data, &size, &offset);
  MC_TRY(state.check(result, fail(Code::package_invalid, "member " + quote(state.current.name) +
                                                             ": its data cannot be read")));
  if (result == ARCHIVE_EOF) return ByteView();
  const ByteView bytes(static_cast<const std::byte*>(data), size);
  state.part = State::Part::data;
  MC_TRY(state.again.data(bytes));
  return bytes;
}

Status ArchiveReader::end() {
  State& state = *state_;
  state.part = State::Part::end;
  MC_TRY(state.again.finish());
  if (state.ahead.empty()) MC_TRY(state.refill());
  if (!state.ahead.empty())
    return fail(Code::package_invalid, "there are bytes after the end of the archive");
  return {};
}

}  // namespace medchain::package
