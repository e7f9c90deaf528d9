#include "cli/arriving_package.hpp"

#include "base/encoding.hpp"

namespace medchain::cli {

Status ArrivingPackage::begin(const PackageChunk& chunk, std::uint64_t line) {
  now_.emplace();
  now_->hash = chunk.package;
  now_->bytes = chunk.bytes;
  now_->line = line;
  if (chunk.bytes > limit_) {
    now_->fault = fail(Code::input_too_long, "it has " + std::to_string(chunk.bytes) +
                                                 " bytes, and at most " + std::to_string(limit_) +
                                                 " are taken");
    return {};
  }
  const bool is_known =
      file_exists(store_.path(chunk.package)) || file_exists(store_.deletion_path(chunk.package));
  if (rehearses_ || is_known) return {};
  MC_ASSIGN(auto staged, store_.stage());
  now_->staged.emplace(std::move(staged));
  return {};
}

std::optional<Error> ArrivingPackage::fault_of(const PackageChunk& chunk,
                                               std::uint64_t line) const {
  const std::string where = "line " + std::to_string(line) + ": ";
  if (chunk.bytes != now_->bytes)
    return fail(Code::input_invalid, where + "field 'bytes': expected " +
                                         std::to_string(now_->bytes) + " as before, got " +
                                         std::to_string(chunk.bytes));
  if (chunk.offset != now_->received)
    return fail(Code::input_invalid, where + "field 'offset': expected " +
                                         std::to_string(now_->received) + ", got " +
                                         std::to_string(chunk.offset));
  if (chunk.data.size() > now_->bytes - now_->received)
    return fail(Code::input_invalid,
                where + "there is more than " + std::to_string(now_->bytes) + " bytes");
  return std::nullopt;
}

Status ArrivingPackage::add(const PackageChunk& chunk, std::uint64_t line) {
  if (!now_) MC_TRY(begin(chunk, line));
  if (now_->fault) return {};
  now_->fault = fault_of(chunk, line);
  if (now_->fault) {
    now_->staged.reset();
    return {};
  }
  if (now_->staged)
    MC_TRY(now_->staged->sink()(chunk.data));
  else
    now_->digest.update(chunk.data);
  now_->received += chunk.data.size();
  return {};
}

Result<ArrivedPackage> ArrivingPackage::take() {
  MC_ASSERT(now_);
  PackageSoFar came = std::move(*now_);
  now_.reset();
  const std::string name = "package " + to_text(came.hash);
  if (came.fault) return std::move(*came.fault).context(name);
  if (came.received < came.bytes)
    return fail(Code::input_truncated, name + ": " + std::to_string(came.received) + " of its " +
                                           std::to_string(came.bytes) + " bytes came");
  ArrivedPackage arrived;
  if (came.staged) {
    MC_ASSIGN(arrived.sealed, came.staged->seal());
    arrived.staged.emplace(std::move(*came.staged));
  } else {
    arrived.sealed = {PackageHash(came.digest.finish()), came.bytes};
  }
  if (arrived.sealed.hash == came.hash) return arrived;
  if (arrived.staged) MC_TRY(arrived.staged->discard());
  return fail(Code::input_invalid,
              name + ": its bytes have another hash: " + to_text(arrived.sealed.hash));
}

}  // namespace medchain::cli
