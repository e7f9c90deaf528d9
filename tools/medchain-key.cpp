// medchain-key: keys, cards and challenges, and opening what was sealed for a key.
#include <sys/stat.h>

#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "cli/config.hpp"
#include "cli/decrypt_act.hpp"
#include "cli/key_maker.hpp"
#include "cli/made_directories.hpp"
#include "cli/places.hpp"
#include "cli/program.hpp"
#include "cli/session.hpp"
#include "cli/workspace.hpp"
#include "entry/challenge.hpp"
#include "entry/codec.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

/// --key; with a profile that does not say it, its place below the user's data directory, as
/// medchain-init chooses it.
Result<std::string> new_directory(const Session& session) {
  const auto profile = session.setting("profile");
  if (session.setting("key") || !profile) return session.required("key");
  MC_ASSIGN(const std::string data, cli::data_directory(session));
  return data + "/" + *profile + "/key";
}

void new_also_opens(const Session& session, cli::Places& places) {
  const auto directory = new_directory(session);
  if (!directory) return;  // run_new() says why
  places.add_new(*directory, cli::Access::make);
  if (session.setting("profile")) places.add(cli::profile_to_write(session));
}

Result<int> run_new(Session& session) {
  MC_ASSIGN(const std::string directory, new_directory(session));
  if (session.has("staff-of")) {
    MC_ASSIGN(const auto key, cli::make_staff_key(session, directory));
    json::Object line = cli::message("key");
    line.set("name", key.name).set("sign", note::format_vkey(key)).set("directory", directory);
    MC_TRY(session.out().line(line));
    session.tell("made a staff key; its member registers it with 'medchain-member staff-add'");
    return 0;
  }
  MC_ASSIGN(const auto request, cli::card_request(session));
  cli::MadeDirectories made;
  MC_TRY(made.add(directory));
  MC_ASSIGN(const entry::Card card, cli::make_keys(session, directory, request));
  // Only a profile named on this command line: the one in force by MEDCHAIN_PROFILE is not turned
  // to other keys in passing.
  const auto profile = session.arguments().value("profile");
  if (profile)
    MC_TRY(cli::save_profile(session.config_directory(), *profile,
                             {{"key", absolute_path(directory)}}));
  made.keep();
  json::Object line = cli::message("key");
  line.set("directory", directory).set("card", entry::encode(card));
  MC_TRY(session.out().line(line));
  session.tell("made the keys of '" + card.name.get() + "' in " + quote(directory) + "; give " +
               quote(directory + "/" + card.name.get() + ".member") + " to the others");
  if (profile) session.tell("wrote profile " + quote(*profile));
  return 0;
}

Result<int> run_show(Session& session) {
  std::string path;
  if (session.operands().empty()) {
    MC_ASSIGN(const auto keys, cli::open_keys(session));
    path = keys.path + "/" + keys.card.name.get() + ".member";
  } else {
    path = session.operands().front();
  }
  MC_ASSIGN(const std::string text, read_file(path, 65'536, Code::key_missing));
  session.seal({});
  auto card = entry::parse_card(text);
  if (!card) return std::move(card).error().context(quote(path));
  const json::Object object = entry::encode(*card);
  if (session.format() == "json") {
    json::Object line = cli::message("key");
    line.set("card", object);
    MC_TRY(session.out().line(line));
    return 0;
  }
  MC_TRY(session.out().write(cli::describe_card(*card)));
  return 0;
}

Result<int> run_answer(Session& session) {
  MC_ASSIGN(const auto keys, cli::open_keys(session));
  session.seal({});
  MC_ASSIGN(const std::string line, cli::read_one_line(session));
  MC_ASSIGN(const auto challenge, entry::parse_challenge(line));
  if (const auto expected = session.setting("verifier");
      expected && *expected != challenge.verifier.get())
    return fail(Code::challenge_failed, "the challenge is of " + quote(challenge.verifier.get()) +
                                            ", expected " + quote(*expected));
  MC_ASSIGN(const auto answer, entry::answer_challenge(challenge, keys.card.name, *keys.sign));
  MC_TRY(session.out().line(entry::encode_message("answer", answer)));
  session.tell("answered the challenge of '" + challenge.verifier.get() + "'");
  return 0;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-key";
  tool.summary = "make and show the keys of a member, answer challenges, open sealed files";
  tool.examples = {
      "medchain-key new --name hosp-a --kind hospital --role admin --role custodian -k keys/hosp-a",
      "medchain-member challenge --verifier clinic-b > c && medchain-key answer -k keys/hosp-a < "
      "c"};
  cli::Verb make;
  make.name = "new";
  make.summary = "make role keys and the public card in a key directory";
  make.options = cli::card_options();
  make.common = {"key", "output"};
  make.max_operands = 0;
  make.formats = "json";
  make.makes_profile = true;
  make.signs = true;
  make.also_opens = new_also_opens;
  make.run = run_new;
  cli::Verb show;
  show.name = "show";
  show.operands = "[CARD]";
  show.summary = "show a card, by default that of the key directory, after checking its signature";
  show.common = {"key", "output"};
  show.formats = "text|json";
  show.max_operands = 1;
  show.signs = true;
  show.run = run_show;
  cli::Verb answer;
  answer.name = "answer";
  answer.summary = "answer a challenge on standard input with the member's sign key";
  answer.options = {
      {"verifier", 0, ValueKind::text, "MEMBER", "refuse challenges of any other verifier"}};
  answer.common = {"key", "output"};
  answer.formats = "json";
  answer.max_operands = 0;
  answer.signs = true;
  answer.run = run_answer;
  cli::Verb decrypt;
  decrypt.name = "decrypt";
  decrypt.operands = "[FILE]";
  decrypt.summary = "open an age file and write what is in it";
  decrypt.options = cli::decrypt_options();
  decrypt.common = {"output"};
  decrypt.max_operands = 1;
  decrypt.run = cli::decrypt_file;
  tool.verbs = {make, show, answer, decrypt};
  tool.formats_read = {
      "formats: medchain/1 cards, OpenSSH Ed25519 keys, age X25519 identities and v1 files"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
