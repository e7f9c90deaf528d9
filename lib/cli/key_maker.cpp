#include "cli/key_maker.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/made_directories.hpp"
#include "cli/workspace.hpp"
#include "crypto/age_key.hpp"
#include "crypto/ssh_key.hpp"
#include "entry/codec.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view kinds =
    "hospital|clinic|pharmacy|laboratory|insurer|regulator|patient|device|service";
constexpr std::string_view roles =
    "admin|auditor|clock|custodian|dispenser|payer|prescriber|requester|reviewer|witness";

/// Files made so far; removed again unless kept.
class Made {
 public:
  explicit Made(std::string directory) : directory_(std::move(directory)) {}
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    if (kept_) return;
    for (const std::string& path : files_) ::unlink(path.c_str());
  }
  Status make_directory() {
    MC_TRY(check_outside_stores(directory_));
    MC_TRY(check_no_keys());
    MC_TRY(made_.add(directory_));
    return medchain::make_directory(directory_, 0700, true);
  }
  Status add(const std::string& name, std::string_view bytes, mode_t mode) {
    const std::string path = directory_ + "/" + name;
    MC_TRY(create_file_exclusive(path, bytes, mode, Code::key_invalid));
    files_.push_back(path);
    return {};
  }
  Status add_key(const std::string& name, const crypto::SeedSigner& signer,
                 std::string_view comment, crypto::Random& random) {
    const crypto::Secret text = crypto::format_ssh_private_key(signer, comment, random);
    return add(name, as_text(text.view()), 0600);
  }
  void keep() {
    kept_ = true;
    made_.keep();
  }

 private:
  /// One directory, one member: a card beside another's keys would be of no use to either.
  Status check_no_keys() const {
    std::error_code failed;
    for (const auto& item : std::filesystem::directory_iterator(directory_, failed)) {
      const std::string name = item.path().filename().string();
      const bool is_ours = name == "sign.key" || name == "sign.pub" || name == "seal.key" ||
                           name == "witness.key" || name == "staff" || name.ends_with(".member");
      if (is_ours)
        return fail(Code::key_invalid, quote(directory_) + " has " + quote(name) +
                                           " already; keys and cards are never overwritten")
            .with_hint("give another directory, or move this one away");
    }
    return {};
  }

  std::string directory_;
  std::vector<std::string> files_;
  MadeDirectories made_;
  bool kept_ = false;
};

std::string random_hex(crypto::Random& random) {
  ByteArray<8> bytes;
  random.fill(bytes);
  return to_hex(bytes);
}

template <class T>
Result<std::optional<T>> optional_value(const Session& session, std::string_view option) {
  const auto text = session.setting(option);
  if (!text) return std::optional<T>();
  auto value = entry::scalar_from<T>(*text);
  if (!value)
    return fail(Code::usage, "option '--" + std::string(option) + "': " + value.error().message);
  return std::optional<T>(std::move(*value));
}

/// The roles given with --role, ascending, each once.
Result<std::vector<entry::Role>> roles_asked(const Session& session) {
  std::vector<entry::Role> roles_given;
  for (const std::string& word : session.arguments().all("role")) {
    MC_ASSIGN(const auto role, entry::parse_word<entry::Role>(word));
    roles_given.push_back(role);
  }
  std::sort(roles_given.begin(), roles_given.end());
  roles_given.erase(std::unique(roles_given.begin(), roles_given.end()), roles_given.end());
  return roles_given;
}

/// The signer of a new card, its key file written into the directory.
Result<std::unique_ptr<crypto::Signer>> make_signer(Session& session, Made& made,
                                                    const std::string& existing,
                                                    std::string_view comment) {
  if (existing.empty()) {
    auto fresh = crypto::generate_signer(session.random());
    MC_TRY(made.add_key("sign.key", *fresh, comment, session.random()));
    return std::unique_ptr<crypto::Signer>(std::move(fresh));
  }
  MC_ASSIGN(auto signer, open_signer(session, existing));
  if (existing.ends_with(".pub")) {
    MC_TRY(
        made.add("sign.pub", crypto::format_ssh_public_key(signer->public_key(), comment), 0644));
  } else {
    MC_ASSIGN(const auto copy, crypto::load_ssh_private_key(existing));
    MC_TRY(made.add_key("sign.key", *copy, comment, session.random()));
  }
  return signer;
}

}  // namespace

std::vector<Option> card_options() {
  return {
      {"name", 0, ValueKind::text, "MEMBER", "the member's name: a-z, 0-9, '.', '-'"},
      {"kind", 0, ValueKind::words, "KIND", "what kind of member (default hospital)", {}, kinds},
      {"level", 0, ValueKind::words, "LEVEL", "level of care", {}, "tertiary|secondary|community"},
      {"territory", 0, ValueKind::text, "TERRITORY", "where it is: CN, CN-GX (ISO 3166)"},
      {"display", 0, ValueKind::text, "TEXT", "display name of an institution"},
      {"contact", 0, ValueKind::text, "TEXT", "where the institution is reached"},
      {"role", 0, ValueKind::words, "ROLE", "what it may do; may be repeated", {}, roles, true},
      {"witness-key", 0, ValueKind::flag, {}, "also make a key that cosigns checkpoints"},
      {"sign-key", 0, ValueKind::file, "FILE",
       "use this OpenSSH key; a .pub signs through ssh-agent"},
      {"staff-of", 0, ValueKind::text, "MEMBER", "make a staff key of this member instead"}};
}

std::vector<Option> card_changes() {
  std::vector<Option> changes;
  for (const Option& option : card_options())
    if (option.name == "kind" || option.name == "level" || option.name == "territory" ||
        option.name == "display" || option.name == "contact" || option.name == "role")
      changes.push_back(option);
  changes.front().help = "what kind of member";
  return changes;
}

Result<entry::Card> changed_card(const Session& session, entry::Card card) {
  MC_ASSIGN(const auto kind, optional_value<entry::MemberKind>(session, "kind"));
  MC_ASSIGN(const auto level, optional_value<entry::Level>(session, "level"));
  MC_ASSIGN(const auto territory, optional_value<entry::Territory>(session, "territory"));
  MC_ASSIGN(const auto display, optional_value<entry::Label>(session, "display"));
  MC_ASSIGN(const auto contact, optional_value<entry::Label>(session, "contact"));
  if (kind) card.kind = *kind;
  if (level) card.level = level;
  if (territory) card.territory = territory;
  if (display) card.display = display;
  if (contact) card.contact = contact;
  if (session.has("role")) {
    MC_ASSIGN(card.roles, roles_asked(session));
  }
  return card;
}

Result<CardRequest> card_request(Session& session) {
  CardRequest request;
  entry::Card& card = request.card;
  MC_ASSIGN(const auto kind, optional_value<entry::MemberKind>(session, "kind"));
  card.kind = kind.value_or(entry::MemberKind::hospital);
  const bool pseudonymous =
      card.kind == entry::MemberKind::patient || card.kind == entry::MemberKind::device;
  MC_ASSIGN(const auto name, optional_value<MemberName>(session, "name"));
  if (name) {
    card.name = *name;
  } else if (pseudonymous) {
    const std::string prefix = card.kind == entry::MemberKind::patient ? "p-" : "d-";
    MC_ASSIGN(card.name, MemberName::parse(prefix + random_hex(session.random())));
  } else {
    return fail(Code::usage, "option '--name' is missing").with_hint("--name hosp-a");
  }
  MC_ASSIGN(card.level, optional_value<entry::Level>(session, "level"));
  MC_ASSIGN(card.territory, optional_value<entry::Territory>(session, "territory"));
  MC_ASSIGN(card.display, optional_value<entry::Label>(session, "display"));
  MC_ASSIGN(card.contact, optional_value<entry::Label>(session, "contact"));
  MC_ASSIGN(card.roles, roles_asked(session));
  request.with_witness = session.has("witness-key") || entry::has_role(card, entry::Role::witness);
  request.sign_key = session.setting("sign-key").value_or("");
  return request;
}

Result<entry::Card> make_keys(Session& session, const std::string& directory,
                              const CardRequest& request) {
  entry::Card card = request.card;
  Made made(directory);
  MC_TRY(made.make_directory());
  MC_ASSIGN(const auto signer, make_signer(session, made, request.sign_key, card.name.get()));
  card.sign = {card.name.get(), note::KeyType::ed25519, signer->public_key()};

  const crypto::Secret identity = crypto::generate_age_identity(session.random());
  card.seal = crypto::recipient_of(identity);
  const crypto::Secret identity_text = crypto::format_age_identity(identity);
  crypto::Secret file(identity_text.size() + 1);
  std::copy(identity_text.view().begin(), identity_text.view().end(), file.mutable_view().begin());
  file.mutable_view().back() = std::byte{'\n'};
  MC_TRY(made.add("seal.key", as_text(file.view()), 0600));
  if (request.with_witness) {
    const auto witness = crypto::generate_signer(session.random());
    MC_TRY(made.add_key("witness.key", *witness, card.name.get() + " witness", session.random()));
    card.witness =
        note::VerifierKey{card.name.get(), note::KeyType::cosignature, witness->public_key()};
  }
  const auto text = entry::sign_card(card, *signer);
  // What a card cannot be was asked for by options.
  if (!text && text.error().code == Code::entry_invalid)
    return fail(Code::usage, text.error().message);
  if (!text) return text.error();
  MC_TRY(made.add(card.name.get() + ".member", *text, 0644));
  made.keep();
  return card;
}

Result<note::VerifierKey> make_staff_key(Session& session, const std::string& directory) {
  MC_ASSIGN(const auto member, optional_value<MemberName>(session, "staff-of"));
  const std::string name = member->get() + "/s-" + random_hex(session.random());
  Made made(directory);
  MC_TRY(made.make_directory());
  MC_ASSIGN(const auto signer,
            make_signer(session, made, session.setting("sign-key").value_or(""), name));
  const note::VerifierKey key{name, note::KeyType::ed25519, signer->public_key()};
  MC_TRY(made.add("staff", note::format_vkey(key) + "\n", 0644));
  made.keep();
  return key;
}

std::string describe_card(const entry::Card& card) {
  std::string text;
  const json::Object object = entry::encode(card);
  for (const auto& [name, value] : object.members()) {
    std::string shown;
    if (value.string() != nullptr) shown = *value.string();
    if (value.array() != nullptr)
      for (const json::Value& item : *value.array())
        shown += (shown.empty() ? "" : " ") + *item.string();
    text += pad_to(name + ":", 10) + escape_for_terminal(shown) + "\n";
  }
  return text;
}

Result<std::string> read_one_line(Session& session) {
  constexpr std::size_t limit = 65'536;
  MC_ASSIGN(const int fd, session.standard_input());
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR && session.interrupted())
      return fail(Code::interrupted, "stopped by a signal");
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit)
      return fail(Code::input_too_long, "standard input is over 65536 bytes, expected one line");
  }
  if (text.empty())
    return fail(Code::input_truncated, "standard input is empty, expected one line");
  if (text.back() != '\n')
    return fail(Code::input_truncated,
                "the last line of standard input has no line feed: it may be cut");
  text.pop_back();
  if (text.find('\n') != std::string::npos)
    return fail(Code::input_invalid, "expected one line on standard input, got several");
  return text;
}

}  // namespace medchain::cli
