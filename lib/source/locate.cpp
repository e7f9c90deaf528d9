#include "source/locate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <set>

#include "source/whole_file_internal.hpp"

namespace medchain::source {
namespace {

// A CR and a byte order mark, which are no part of a record.
constexpr std::size_t line_slack = 4;

class Search {
 public:
  Search(std::span<const Sought> sought, const std::function<bool()>& stopped)
      : stopped_(stopped), sought_(sought), buffer_(FileContent::head_size) {
    located_.spots.resize(sought.size());
    for (std::size_t i = 0; i < sought.size(); ++i) {
      by_digest_.emplace(sought[i].digest, i);
      sizes_.insert(sought[i].size);
      any_canonical_ |= sought[i].canonical;
    }
  }

  Result<Located> run(const std::string& path) {
    MC_TRY(run_.valid);
    MC_ASSIGN(FileContent file, FileContent::open(path, true, buffer_, run_));
    located_.mtime = file.mtime();
    MC_TRY(search_whole(file));
    const auto content = classify(run_, file, path);
    if (!content) return content.error();
    if (left() && file.compression() != Compression::none && *content != Content::lines)
      MC_TRY(search_whole(file));
    const bool may_have_parts = *content == Content::lines || *content == Content::json;
    if (left() && may_have_parts) MC_TRY(search_lines(file));
    if (left() && *content == Content::hl7v2) MC_TRY(search_messages(file));
    MC_TRY(file.check_unchanged());
    return std::move(located_);
  }

 private:
  bool left() const { return found_ < sought_.size(); }

  Status check_stopped() const {
    if (stopped_()) return fail(Code::interrupted, "stopped by a signal");
    return {};
  }

  void take(const Digest& digest, bool canonical, const Spot& spot) {
    const auto [first, last] = by_digest_.equal_range(digest);
    for (auto at = first; at != last; ++at) {
      const Sought& one = sought_[at->second];
      const bool is_part = spot.line > 0;
      if (one.canonical != canonical || (is_part && one.size == 0)) continue;
      std::optional<Spot>& known = located_.spots[at->second];
      const bool was_here = spot.line > 0 ? one.line == spot.line : one.offset == spot.offset;
      if (known && !was_here) continue;
      found_ += known ? 0u : 1u;
      known = spot;
    }
  }

  void take_canonical(std::string_view text, const Spot& spot) {
    const auto form = json::canonical_json(text);
    if (form) take(Digest(crypto::sha256(as_bytes(*form))), true, spot);
  }

  Status search_whole(FileContent& file) {
    MC_TRY(check_stopped());
    // Before the digest, which may take the buffer.
    if (any_canonical_ && file.size() <= max_record_line) {
      MC_ASSIGN(std::string_view text, file.head(max_record_line));
      if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
      take_canonical(text, {});
    }
    if (!sizes_.contains(file.size()) && !sizes_.contains(0)) return {};
    MC_ASSIGN(const Digest digest, file.digest(run_.sha256));
    take(digest, false, {});
    return {};
  }

  Status search_lines(FileContent& file) {
    if (::lseek(file.fd(), 0, SEEK_SET) < 0)
      return fail_system(Code::input_unreadable, "read the file", errno);
    Lines lines(file.fd(), '\n', max_record_line + line_slack, line_buffer_size, 1, 0, -1,
                file.inflater());
    for (;;) {
      MC_TRY(check_stopped());
      MC_ASSIGN(auto line, lines.next());
      if (!line) return {};
      strip_line_ends(*line);
      if (line->too_long || line->text.empty()) continue;
      const Spot spot{line->number, line->offset};
      if (sizes_.contains(line->text.size()))
        take(Digest(crypto::sha256(as_bytes(line->text))), false, spot);
      if (any_canonical_) take_canonical(line->text, spot);
    }
  }

  Status search_messages(FileContent& file) {
    MessageBatch batch(run_, file, {}, {});
    Item item;
    for (;;) {
      MC_TRY(check_stopped());
      const auto more = batch.next(item);
      // What stands behind damage is not found, as it would not be read.
      if (!more && more.error().code == Code::input_unreadable) return more.error();
      if (!more || !*more) return {};
      if (sizes_.contains(batch.text().size()))
        take(Digest(crypto::sha256(as_bytes(batch.text()))), false, {0, batch.offset()});
    }
  }

  const std::function<bool()>& stopped_;
  std::span<const Sought> sought_;
  Run run_{Options()};
  PaddedBuffer buffer_;
  std::multimap<Digest, std::size_t> by_digest_;
  std::set<std::uint64_t> sizes_;
  bool any_canonical_ = false;
  std::size_t found_ = 0;
  Located located_;
};

/// Whether the record may have been read out of the stream that the file is now.  One that is
/// opaque inside was anchored as it is (classify()).
Result<bool> may_be_inflated(const Locator& locator, int fd, Compression kind) {
  MC_ASSIGN(const bool is_stream, begins_as(fd, kind));
  if (!is_stream) return false;
  const bool has_own_type = locator.type == "DICOM" || locator.type == "CDA";
  if (is_part_of_file(locator) || locator.canonical || has_own_type) return true;
  // What else is inflated is JSON.
  const auto inflater = Inflater::open(fd, kind);
  std::array<char, 4096> head;
  for (;;) {
    const auto got = inflater->read(head.data(), head.size());
    if (!got && got.error().code == Code::input_unreadable) return got.error();
    if (!got || *got == 0) return false;
    const std::string_view text(head.data(), *got);
    const std::size_t first = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (first != std::string_view::npos) return text[first] == '{' || text[first] == '[';
  }
}

}  // namespace

Result<Located> locate(const std::string& path, std::span<const Sought> sought,
                       const std::function<bool()>& stopped) {
  return Search(sought, stopped).run(path);
}

Trace trace_of(const Locator& locator) {
  struct stat info {};
  if (stat(locator.path.c_str(), &info) != 0)
    return errno == ENOENT || errno == ENOTDIR ? Trace::missing : Trace::unreadable;
  if (!S_ISREG(info.st_mode)) return Trace::changed;
  if (access(locator.path.c_str(), R_OK) != 0) return Trace::unreadable;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  // The size and place of what was read out of a compressed stream say nothing of the file.
  if (const Compression kind = compression_of(locator.path);
      kind != Compression::none && locator.size > 0 && locator.size != size) {
    const File file(::open(locator.path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    const auto inflated =
        file.is_open() ? may_be_inflated(locator, file.fd(), kind) : Result<bool>(false);
    if (!file.is_open() || !inflated) return Trace::unreadable;
    if (*inflated) return Trace::there;
  }
  // Nor does the size of a canonical form, or of sums.
  if (locator.canonical || locator.size == 0)
    return size < locator.offset ? Trace::changed : Trace::there;
  if (is_part_of_file(locator))
    return size < locator.offset + locator.size ? Trace::changed : Trace::there;
  return size == locator.size ? Trace::there : Trace::changed;
}

}  // namespace medchain::source
