#include "cli/named_record.hpp"

#include "base/file.hpp"
#include "entry/codec.hpp"
#include "source/source.hpp"

namespace medchain::cli {

Result<std::optional<Digest>> named_digest(const std::string& name) {
  if (file_exists(name)) {
    MC_ASSIGN(const Digest digest, source::read_digest({name, "", 0, 0, 0, false}));
    return std::optional(digest);
  }
  if (!name.starts_with("sha256:")) return std::optional<Digest>();
  auto digest = parse_hash<Digest>(name);
  if (!digest) return fail(Code::usage, "record " + quote(name) + ": " + digest.error().message);
  return std::optional(*digest);
}

Result<std::vector<std::uint64_t>> find_record(const vault::Vault& vault,
                                               const NamedRecord& named) {
  if (named.digest) {
    MC_ASSIGN(auto numbers, vault.find_digest(*named.digest));
    if (!numbers.empty() || named.name.starts_with("sha256:")) return numbers;
  }
  std::vector<std::uint64_t> numbers;
  const auto look_up = [&](std::string_view type, std::string_view id) -> Status {
    MC_ASSIGN(const auto latest, vault.find(vault::record_key(named.source, type, id)));
    if (latest) numbers.push_back(latest->number);
    return {};
  };
  const std::size_t slash = named.name.find('/');
  if (slash != std::string::npos)
    MC_TRY(look_up(std::string_view(named.name).substr(0, slash),
                   std::string_view(named.name).substr(slash + 1)));
  // A file that is not there any more, or has other bytes now.
  if (numbers.empty()) MC_TRY(look_up("file", absolute_path(named.name)));
  if (numbers.empty() && slash == std::string::npos && !named.digest)
    return fail(Code::usage, "record " + quote(named.name) +
                                 ": expected TYPE/ID such as Observation/9, or a file");
  return numbers;
}

}  // namespace medchain::cli
