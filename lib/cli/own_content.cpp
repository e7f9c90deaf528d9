#include "cli/own_content.hpp"

#include "base/file.hpp"
#include "cli/copy_digest.hpp"
#include "vault/locators.hpp"

namespace medchain::cli {
namespace {

/// Of bytes that are not those anchored none is given.
OwnContent content_of(source::Reread found, const vault::Version& version) {
  if (found.digest != version.digest) return {ContentState::changed, {}, false};
  return {ContentState::read, std::move(found.text), found.complete};
}

Result<OwnContent> copy_content(const vault::Vault& vault, std::uint64_t number,
                                const vault::Version& version, std::size_t most) {
  const bool is_canonical = (version.flags & entry::Row::flag_canonical_json) != 0;
  auto found = read_copy(vault, number, is_canonical, most);
  if (found) return content_of(*std::move(found), version);
  const Code code = found.error().code;
  if (code == Code::copy_missing) return OwnContent();
  if (code != Code::copy_damaged && code != Code::record_erased) return std::move(found).error();
  return OwnContent{ContentState::unreadable, {}, false};
}

Result<OwnContent> file_content(const vault::Vault& vault, const vault::Version& version,
                                source::Rereader& sources, std::size_t most) {
  MC_ASSIGN(const std::string path, vault.path(version.path));
  if (path.empty()) return OwnContent();
  if (!file_exists(path)) return OwnContent();
  auto found = sources.reread(vault::locator(version, path), most);
  if (found) return content_of(*std::move(found), version);
  const bool has_changed = found.error().code == Code::input_changed;
  return OwnContent{has_changed ? ContentState::changed : ContentState::unreadable, {}, false};
}

}  // namespace

Result<OwnContent> own_content(const vault::Vault& vault, std::uint64_t number,
                               const vault::Version& version, source::Rereader& sources,
                               std::size_t most) {
  MC_ASSIGN(auto copy, copy_content(vault, number, version, most));
  if (copy.state == ContentState::read) return copy;
  MC_ASSIGN(auto file, file_content(vault, version, sources, most));
  if (file.state == ContentState::read || copy.state == ContentState::missing) return file;
  // A copy that is there and no good is worse than a file that is gone.
  return OwnContent{copy.state, {}, false};
}

}  // namespace medchain::cli
