#include "cli/entry_operand.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t min_prefix = 8;
constexpr std::size_t hex_size = 64;
constexpr std::string_view hash_prefix = "sha256:";

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The command that shows what there is of a kind; empty for none.
std::string_view lister_of(std::string_view kind) {
  if (kind == "assessment") return "";
  if (kind == "notice") return "medchain inbox";
  if (kind == "prescription") return "medchain-rx list";
  if (kind == "referral") return "medchain-refer list";
  return "medchain-grant list";
}

Error not_one(std::string_view kind, std::string_view text) {
  const std::string lister(lister_of(kind));
  return fail(Code::entry_missing,
              "there is no " + std::string(kind) + " " + quote(text) + " on this ledger")
      .with_hint(lister.empty() ? lister : quote(lister) + " shows them");
}

/// Whether the entry is of this kind is seen by the state it has made.
Result<EntryHash> check_kind(const ledger::Snapshot& view, std::string_view kind,
                             std::string_view text, const EntryHash& hash) {
  MC_ASSIGN(const auto found, view.get(std::string(kind) + "/" + to_hex(hash.view())));
  if (!found) return not_one(kind, text);
  return hash;
}

}  // namespace

Result<EntryHash> find_entry(const ledger::Snapshot& view, std::string_view kind,
                             std::string_view text) {
  std::string_view hex = text;
  const bool is_hash = hex.starts_with(hash_prefix);
  if (is_hash) hex.remove_prefix(hash_prefix.size());
  // Digits alone are an index: a hash has 64.
  if (!is_hash && text.size() < hex_size) {
    if (const auto index = parse_u64(text)) {
      MC_ASSIGN(const TreeSize size, view.size());
      if (*index < size.get()) {
        MC_ASSIGN(const EntryHash hash, view.leaf(EntryIndex(*index)));
        return check_kind(view, kind, text, hash);
      }
      // A prefix can be all digits too.
      if (text.size() < min_prefix) return not_one(kind, text);
    }
  }
  if (!is_hex(hex) || hex.size() < min_prefix || hex.size() > hex_size)
    return fail(Code::usage, quote(text) + ": expected the index of an entry, or its hash, or at " +
                                 "least " + std::to_string(min_prefix) + " hex digits of that");
  if (hex.size() == hex_size) {
    MC_ASSIGN(const auto hash, parse_hash<EntryHash>(std::string(hash_prefix) + std::string(hex)));
    return check_kind(view, kind, text, hash);
  }
  std::vector<EntryHash> found;
  const std::string start = std::string(kind) + "/";
  MC_TRY(view.scan(start + std::string(hex), [&](std::string_view key, std::string_view) -> Status {
    MC_ASSIGN(const auto hash, parse_hash<EntryHash>(std::string(hash_prefix) +
                                                     std::string(key.substr(start.size()))));
    found.push_back(hash);
    return {};
  }));
  if (found.empty()) return not_one(kind, text);
  if (found.size() > 1)
    return fail(Code::usage, quote(text) + " begins the hashes of " + std::to_string(found.size()) +
                                 " entries: give more digits");
  return found.front();
}

Result<std::pair<EntryHash, rules::RequestState>> find_request(const ledger::Snapshot& view,
                                                               std::string_view text) {
  MC_ASSIGN(const EntryHash hash, find_entry(view, "request", text));
  MC_ASSIGN(auto state, rules::request(view, hash));
  if (!state) return not_one("request", text);
  return std::pair(hash, std::move(*state));
}

Result<std::pair<EntryHash, rules::GrantState>> find_grant(const ledger::Snapshot& view,
                                                           std::string_view text) {
  MC_ASSIGN(const EntryHash hash, find_entry(view, "grant", text));
  MC_ASSIGN(auto state, rules::grant(view, hash));
  if (!state) return not_one("grant", text);
  return std::pair(hash, std::move(*state));
}

Result<MemberName> member_option(std::string_view option, std::string_view text) {
  auto name = MemberName::parse(text);
  if (name) return name;
  return fail(Code::usage, "option '--" + std::string(option) + "': " + name.error().message);
}

Result<entry::Word> word_option(std::string_view option, std::string_view text) {
  auto word = entry::Word::parse(text);
  if (word) return word;
  return fail(Code::usage, "option '--" + std::string(option) + "': " + word.error().message);
}

Result<EntryHash> find_entry(const ledger::Snapshot& view, std::string_view text) {
  if (text.starts_with("sha256:")) {
    auto hash = parse_hash<EntryHash>(text);
    if (!hash) return fail(Code::usage, "entry " + quote(text) + ": " + hash.error().message);
    return hash;
  }
  const auto index = parse_u64(text);
  if (!index)
    return fail(Code::usage,
                "entry " + quote(text) + ": expected an index or 'sha256:' and 64 hex digits");
  MC_ASSIGN(const TreeSize size, view.size());
  if (*index >= size.get())
    return fail(Code::entry_missing, "there is no entry " + std::string(text));
  return view.leaf(EntryIndex(*index));
}

Result<MemberName> member_operand(std::string_view text) {
  auto name = MemberName::parse(text);
  if (name) return name;
  return fail(Code::usage, "member " + quote(text) + ": " + name.error().message);
}

}  // namespace medchain::cli
