#include "package/writer.hpp"

#include "crypto/sha256.hpp"
#include "package/stream_internal.hpp"

namespace medchain::package {

Result<Writer> Writer::begin(Manifest manifest, ByteSink sink, const Limits& limits) {
  MC_TRY(check_manifest(manifest, limits));
  const std::string text = format_manifest(manifest);
  if (text.size() > limits.manifest_bytes)
    return fail(Code::input_too_long, std::string(manifest_name) + ": expected at most " +
                                          std::to_string(limits.manifest_bytes) + " bytes, got " +
                                          std::to_string(text.size()));
  Writer writer(std::move(manifest), std::move(sink));
  MC_TRY(writer.archive_.begin({std::string(manifest_name), text.size(), writer.manifest_.time}));
  MC_TRY(writer.archive_.data(as_bytes(text)));
  MC_TRY(writer.archive_.end_member());
  return writer;
}

const FileEntry* Writer::next() const {
  return done_ < manifest_.files.size() ? &manifest_.files[done_] : nullptr;
}

Status Writer::add(const ByteSource& source) {
  const FileEntry* file = next();
  MC_ASSERT(file != nullptr);
  const auto changed = [file](std::string message) {
    return fail(Code::input_changed, quote(file->name) + ": " + std::move(message));
  };
  MC_TRY(archive_.begin({file->name, file->size, manifest_.time}));
  Bytes space(chunk_size);
  crypto::Sha256 hash;
  std::uint64_t left = file->size;
  for (;;) {
    MC_ASSIGN(const std::size_t got, source(space));
    if (got == 0) break;
    if (got > left)
      return changed("it has more than the " + std::to_string(file->size) + " bytes it had");
    const ByteView bytes = ByteView(space).first(got);
    hash.update(bytes);
    MC_TRY(archive_.data(bytes));
    left -= got;
  }
  if (left > 0)
    return changed("it ends " + std::to_string(left) + " bytes before the " +
                   std::to_string(file->size) + " it had");
  if (Digest(hash.finish()) != file->digest) return changed("its bytes are not those it had");
  MC_TRY(archive_.end_member());
  ++done_;
  return {};
}

Status Writer::finish() {
  MC_ASSERT(next() == nullptr);
  return archive_.finish();
}

}  // namespace medchain::package
