// medchain-peers: what tests of copies need and no tool does.
//   medchain-peers anchors LEDGER HOST KEYS COUNT ROWS   so many anchors of so many records, by KEYS
//   medchain-peers cosign KEYS TIME FILE                 the checkpoint in FILE, cosigned at TIME
//   medchain-peers empty HOST ORIGIN                     the checkpoint of an empty tree
#include <filesystem>
#include <iostream>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "crypto/ssh_key.hpp"
#include "ledger/ledger.hpp"
#include "must.hpp"
#include "note/checkpoint.hpp"

using namespace medchain;

const char* const program_name = "medchain-peers";

namespace {

std::string name_of(const std::string& keys) {
  for (const auto& item : std::filesystem::directory_iterator(keys))
    if (item.path().extension() == ".member") return item.path().stem().string();
  stop("no card in " + keys);
}

void append_anchors(const std::vector<std::string>& words) {
  constexpr std::uint64_t batch = 1'000;
  ledger::OpenOptions options;
  options.read_only = false;
  const auto ledger = must(ledger::Ledger::open(words[1], options));
  const auto host = must(ledger::Host::open(words[2]));
  const auto key = must(crypto::load_ssh_private_key(words[3] + "/sign.key"));
  const std::string name = name_of(words[3]);
  const std::uint64_t count = must(parse_u64(words[4], 1)),
                      rows = must(parse_u64(words[5], 1, 8'192));
  crypto::SystemRandom random;
  for (std::uint64_t done = 0; done < count;) {
    std::vector<ledger::Prepared> prepared;
    UnixSeconds now;
    must(ledger->read([&](const ledger::Snapshot& view) -> Status {
      now = must(rules::log_time(view));
      const MemberName author = must(MemberName::parse(name));
      for (; prepared.size() < batch && done < count; ++done) {
        ledger::Prepared one;
        for (std::uint64_t i = 0; i < rows; ++i) {
          entry::Row row;
          random.fill(row.record.bytes);
          random.fill(row.subject.bytes);
          random.fill(row.commitment.bytes);
          one.rows.push_back(row);
        }
        entry::Statement statement;
        statement.header = must(ledger::new_header(view, author, random.statement_id(), now));
        statement.body = entry::Anchor{author,
                                       rows,
                                       entry::manifest_root(one.rows),
                                       {must(entry::Word::parse("Patient"))},
                                       rows * 100};
        const entry::SignAs signer{name, key.get()};
        one.entry = must(entry::sign_statement(statement, std::span(&signer, 1)));
        prepared.push_back(std::move(one));
      }
      return {};
    }));
    must(ledger->append(prepared, *host, {now, false, false}, random));
  }
}

void cosign(const std::vector<std::string>& words) {
  const auto key = must(crypto::load_ssh_private_key(words[1] + "/witness.key"));
  auto note = must(note::parse(must(read_file(words[3], 1 << 20, Code::input_unreadable))));
  note.signatures.push_back(
      must(note::cosign(note.text, must(parse_time(words[2])), name_of(words[1]), *key)));
  std::cout << note::format(note);
}

void empty_tree(const std::vector<std::string>& words) {
  const auto host = must(ledger::Host::open(words[1]));
  const RootHash root(merkle::empty_root().bytes);
  std::cout << must(note::sign_checkpoint({words[2], TreeSize(0), root}, host->log_key()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (words.size() == 6 && words[0] == "anchors")
    append_anchors(words);
  else if (words.size() == 4 && words[0] == "cosign")
    cosign(words);
  else if (words.size() == 3 && words[0] == "empty")
    empty_tree(words);
  else
    stop("wrong usage");
}
