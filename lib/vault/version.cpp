#include "vault/version.hpp"

namespace medchain::vault {
namespace {

// Frozen; a new layout takes the next number.
constexpr std::uint8_t version_format = 1;
constexpr std::uint8_t labelled_format = 2;

void append_text(std::string_view text, Bytes& out) {
  append_be(static_cast<std::uint16_t>(text.size()), out);
  append(as_bytes(text), out);
}

/// Reads from the front; every read says whether there was enough.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  template <class T>
  bool number(T& value) {
    if (rest_.size() < sizeof(T)) return false;
    value = load_be<T>(rest_);
    rest_ = rest_.subspan(sizeof(T));
    return true;
  }
  bool bytes(MutableByteView out) {
    if (rest_.size() < out.size()) return false;
    std::memcpy(out.data(), rest_.data(), out.size());
    rest_ = rest_.subspan(out.size());
    return true;
  }
  bool text(std::string& out) {
    std::uint16_t size = 0;
    if (!number(size) || rest_.size() < size) return false;
    out = as_text(rest_.first(size));
    rest_ = rest_.subspan(size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
};

}  // namespace

Bytes encode(const Version& version) {
  Bytes out;
  out.reserve(160 + version.source.size() + version.type.size() + version.id.size() +
              version.group.size());
  append_be(version.labels ? labelled_format : version_format, out);
  append_be(version.flags, out);
  append_be(version.batch, out);
  append_be(version.previous ? *version.previous + 1 : std::uint64_t{0}, out);
  append_be(version.salt_slot, out);
  append_be(version.subject, out);
  append_be(version.size, out);
  append_be(version.path, out);
  append_be(version.line, out);
  append_be(version.offset, out);
  append_be(static_cast<std::uint64_t>(version.mtime), out);
  append(version.digest.view(), out);
  for (const std::string* text :
       {&version.source, &version.type, &version.id, &version.group, &version.date, &version.code})
    append_text(*text, out);
  if (version.labels) append_text(*version.labels, out);
  return out;
}

Result<Version> decode_version(ByteView bytes) {
  Reader in(bytes);
  Version version;
  std::uint8_t format = 0;
  std::uint64_t previous = 0, mtime = 0;
  const bool known_format =
      in.number(format) && (format == version_format || format == labelled_format);
  if (format == labelled_format) version.labels.emplace();
  const bool whole =
      known_format && in.number(version.flags) && in.number(version.batch) && in.number(previous) &&
      in.number(version.salt_slot) && in.number(version.subject) && in.number(version.size) &&
      in.number(version.path) && in.number(version.line) && in.number(version.offset) &&
      in.number(mtime) && in.bytes(version.digest.bytes) && in.text(version.source) &&
      in.text(version.type) && in.text(version.id) && in.text(version.group) &&
      in.text(version.date) && in.text(version.code) &&
      (!version.labels || in.text(*version.labels)) && in.at_end();
  if (!whole) return fail(Code::store_damaged, "a record version of the vault is damaged");
  if (previous > 0) version.previous = previous - 1;
  version.mtime = static_cast<std::int64_t>(mtime);
  return version;
}

Bytes encode(const Batch& batch) {
  Bytes out;
  append_be(static_cast<std::uint8_t>(batch.state), out);
  append_be(batch.first, out);
  append_be(batch.count, out);
  append_be(batch.entry.get(), out);
  append(as_bytes(batch.note), out);
  return out;
}

Result<Batch> decode_batch(ByteView bytes) {
  Reader in(bytes);
  Batch batch;
  std::uint8_t state = 0;
  std::uint64_t entry = 0;
  if (!in.number(state) || state < 1 || state > 3 || !in.number(batch.first) ||
      !in.number(batch.count) || !in.number(entry))
    return fail(Code::store_damaged, "a batch of the vault is damaged");
  batch.state = static_cast<BatchState>(state);
  batch.entry = EntryIndex(entry);
  batch.note = as_text(in.rest());
  return batch;
}

}  // namespace medchain::vault
