#include "cli/own_content.hpp"

#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "vault/locators.hpp"

namespace medchain::cli {
namespace {

/// Nothing where there is no copy that can be read; of bytes that are not those anchored none is
/// given.
Result<OwnContent> copy_content(const vault::Vault& vault, std::uint64_t number,
                                const vault::Version& version, std::size_t most) {
  OwnContent content;
  content.complete = true;
  crypto::Sha256 sha256;
  const Status done = vault.read_copy(number, [&](ByteView chunk) -> Status {
    sha256.update(chunk);
    const std::string_view part = as_text(chunk).substr(0, most - content.text.size());
    content.text += part;
    content.complete = content.complete && part.size() == chunk.size();
    return {};
  });
  if (!done) {
    const Code code = done.error().code;
    if (code != Code::copy_missing && code != Code::copy_damaged && code != Code::record_erased)
      return done.error();
    return OwnContent{
        code == Code::copy_missing ? ContentState::missing : ContentState::unreadable, {}, false};
  }
  Digest digest(sha256.finish());
  if ((version.flags & entry::Row::flag_canonical_json) != 0) {
    std::string_view value = content.text;
    if (value.starts_with("\xef\xbb\xbf")) value.remove_prefix(3);
    const auto form = json::canonical_json(value);
    if (form) digest = Digest(crypto::sha256(as_bytes(*form)));
  }
  content.state = digest == version.digest ? ContentState::read : ContentState::changed;
  return content;
}

Result<OwnContent> file_content(const vault::Vault& vault, const vault::Version& version,
                                std::size_t most) {
  MC_ASSIGN(const std::string path, vault.path(version.path));
  if (path.empty()) return OwnContent();
  const source::Locator locator = vault::locator(version, path);
  if (source::trace_of(locator) == source::Trace::missing) return OwnContent();
  auto found = source::reread(locator, most);
  if (!found)
    return OwnContent{found.error().code == Code::input_changed ? ContentState::changed
                                                                : ContentState::unreadable,
                      {},
                      false};
  if (found->digest != version.digest) return OwnContent{ContentState::changed, {}, false};
  return OwnContent{ContentState::read, std::move(found->text), found->complete};
}

}  // namespace

Result<OwnContent> own_content(const vault::Vault& vault, std::uint64_t number,
                               const vault::Version& version, std::size_t most) {
  MC_ASSIGN(auto copy, copy_content(vault, number, version, most));
  if (copy.state == ContentState::read) return copy;
  MC_ASSIGN(auto file, file_content(vault, version, most));
  if (file.state == ContentState::read || copy.state == ContentState::missing) return file;
  // A copy that is there and no good is worse than a file that is gone.
  return OwnContent{copy.state, {}, false};
}

}  // namespace medchain::cli
