#include <algorithm>

#include "base/error.hpp"
#include "crypto/ssh_wire_internal.hpp"

namespace medchain::crypto {

Error WireReader::error(const std::string& problem) const {
  return fail(code_, std::string(subject_) + ": " + problem);
}

Result<ByteView> WireReader::take(std::size_t count, std::string_view field) {
  if (count > rest_.size())
    return error("field " + quote(field) + ": expected " + std::to_string(count) + " bytes, got " +
                 std::to_string(rest_.size()));
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

Result<std::byte> WireReader::u8(std::string_view field) {
  MC_ASSIGN(const ByteView bytes, take(1, field));
  return bytes[0];
}

Result<std::uint32_t> WireReader::u32(std::string_view field) {
  MC_ASSIGN(const ByteView bytes, take(4, field));
  return load_be<std::uint32_t>(bytes);
}

Result<ByteView> WireReader::string(std::string_view field) {
  MC_ASSIGN(const std::uint32_t size, u32(field));
  return take(size, field);
}

Result<ByteView> WireReader::string_of(std::size_t size, std::string_view field) {
  MC_ASSIGN(const ByteView bytes, string(field));
  if (bytes.size() != size)
    return error("field " + quote(field) + ": expected " + std::to_string(size) + " bytes, got " +
                 std::to_string(bytes.size()));
  return bytes;
}

Status WireReader::end() const {
  if (rest_.empty()) return {};
  return error(std::to_string(rest_.size()) + " bytes too many at the end");
}

void append_wire_string(ByteView bytes, Bytes& to) {
  append_be(static_cast<std::uint32_t>(bytes.size()), to);
  append(bytes, to);
}

void append_wire_string(std::string_view text, Bytes& to) {
  append_wire_string(as_bytes(text), to);
}

Bytes ssh_public_blob(const PublicKey& key) {
  Bytes blob;
  append_wire_string(ssh_ed25519, blob);
  append_wire_string(key.bytes, blob);
  return blob;
}

Result<PublicKey> read_ssh_public_blob(ByteView blob, std::string_view subject) {
  WireReader reader(blob, Code::key_invalid, subject);
  MC_ASSIGN(const ByteView type, reader.string("key type"));
  if (as_text(type) != ssh_ed25519)
    return reader.error("expected key type 'ssh-ed25519', got " + quote(as_text(type)));
  PublicKey key;
  MC_ASSIGN(const ByteView point, reader.string_of(key.bytes.size(), "public key"));
  MC_TRY(reader.end());
  std::copy(point.begin(), point.end(), key.bytes.begin());
  return key;
}

Result<PublicKey> parse_ssh_public_blob(ByteView blob, std::string_view subject) {
  MC_ASSIGN(const PublicKey key, read_ssh_public_blob(blob, subject));
  if (!is_valid(key))
    return fail(Code::key_invalid,
                std::string(subject) + ": the public key is not a valid Ed25519 point");
  return key;
}

}  // namespace medchain::crypto
