#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <climits>
#include <new>
#include <string>
#include <vector>

#include "source/inflate_internal.hpp"
#include "source/lines_internal.hpp"

namespace medchain::source {
namespace {

/// A window of 128 MiB, as the zstd tool takes without being asked.
constexpr int largest_window_log = 27;

Error cut(std::string_view kind) {
  return fail(Code::input_truncated,
              "the " + std::string(kind) + " stream is cut: the file ends before it does");
}
Error damaged(std::string_view kind, const char* why) {
  return fail(Code::input_invalid, "the " + std::string(kind) + " stream is damaged: " +
                                       (why != nullptr ? why : "invalid data"));
}

/// The compressed bytes of a file.
class Compressed {
 public:
  explicit Compressed(int fd) : fd_(fd) {}
  /// Reads on if nothing is left of what was read.
  Status fill() {
    if (begin < end || at_end) return {};
    MC_ASSIGN(end, read_some_at(fd_, offset_, bytes.data(), bytes.size()));
    begin = 0;
    offset_ += end;
    at_end = end == 0;
    return {};
  }
  bool empty() const { return begin == end; }

  std::array<char, 1u << 16> bytes;
  std::size_t begin = 0, end = 0;
  bool at_end = false;

 private:
  int fd_;
  std::uint64_t offset_ = 0;
};

class Gzip final : public Inflater {
 public:
  explicit Gzip(int fd) : in_(fd) {
    // 16: gzip, and no zlib stream.
    if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&stream_); }

  Result<std::size_t> read(char* to, std::size_t count) override {
    const auto space = static_cast<uInt>(std::min<std::size_t>(count, UINT_MAX));
    for (;;) {
      MC_TRY(in_.fill());
      if (between_) {
        if (in_.empty()) return std::size_t{0};
        inflateReset(&stream_);
        between_ = false;
      }
      stream_.next_in = reinterpret_cast<Bytef*>(in_.bytes.data() + in_.begin);
      stream_.avail_in = static_cast<uInt>(in_.end - in_.begin);
      stream_.next_out = reinterpret_cast<Bytef*>(to);
      stream_.avail_out = space;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      in_.begin = in_.end - stream_.avail_in;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return damaged("gzip", stream_.msg);
      between_ = result == Z_STREAM_END;
      if (stream_.avail_out < space) return std::size_t{space - stream_.avail_out};
      if (!between_ && in_.at_end) return cut("gzip");
    }
  }

 private:
  Compressed in_;
  z_stream stream_{};
  bool between_ = false;  ///< two members, or at the end
};

class Zstd final : public Inflater {
 public:
  explicit Zstd(int fd) : in_(fd), stream_(ZSTD_createDStream()) {
    if (!stream_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, largest_window_log);
  }

  Result<std::size_t> read(char* to, std::size_t count) override {
    for (;;) {
      MC_TRY(in_.fill());
      if (between_ && in_.empty()) return std::size_t{0};
      ZSTD_inBuffer from{in_.bytes.data(), in_.end, in_.begin};
      ZSTD_outBuffer out{to, count, 0};
      const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &from);
      in_.begin = from.pos;
      if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc();
      if (ZSTD_isError(result)) return damaged("zstd", ZSTD_getErrorName(result));
      between_ = result == 0;
      if (out.pos > 0) return out.pos;
      if (!between_ && in_.at_end) return cut("zstd");
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  Compressed in_;
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool between_ = false;  ///< two frames, or at the end
};

}  // namespace

Compression compression_of(std::string_view path) {
  if (path.ends_with(".gz")) return Compression::gzip;
  if (path.ends_with(".zst")) return Compression::zstd;
  return Compression::none;
}

std::string_view without_compression(std::string_view path) {
  return compression_of(path) == Compression::none ? path : path.substr(0, path.rfind('.'));
}

Result<bool> begins_as(int fd, Compression kind) {
  constexpr std::string_view gzip_magic = "\x1f\x8b", zstd_magic = "\x28\xb5\x2f\xfd";
  const std::string_view magic = kind == Compression::gzip ? gzip_magic : zstd_magic;
  std::array<char, 4> head;
  std::size_t got = 0;
  while (got < magic.size()) {
    MC_ASSIGN(const std::size_t more, read_some_at(fd, got, head.data() + got, magic.size() - got));
    if (more == 0) return false;
    got += more;
  }
  return kind != Compression::none && std::string_view(head.data(), got) == magic;
}

std::unique_ptr<Inflater> Inflater::open(int fd, Compression kind) {
  if (kind == Compression::gzip) return std::make_unique<Gzip>(fd);
  return std::make_unique<Zstd>(fd);
}

Status check_lines(int fd, Compression kind, std::size_t max_line, int stop_fd) {
  const auto inflater = Inflater::open(fd, kind);
  std::vector<char> buffer(1u << 20);
  std::size_t open_line = 0;
  for (;;) {
    if (is_stopped(stop_fd)) return fail(Code::interrupted, "stopped by a signal");
    MC_ASSIGN(const std::size_t got, inflater->read(buffer.data(), buffer.size()));
    if (got == 0) return {};
    // Lines that are whole within the buffer are under every limit.
    std::string_view text(buffer.data(), got);
    const std::size_t first = std::min(text.find('\n'), got), last = text.rfind('\n');
    if (open_line + first > max_line)
      return fail(Code::input_too_long,
                  "a line of what is compressed is over " + std::to_string(max_line) + " bytes");
    open_line = last == std::string_view::npos ? open_line + got : got - last - 1;
  }
}

}  // namespace medchain::source
