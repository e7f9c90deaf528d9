// medchain-newer: plays the medchain of a later year, whose rules have a number that this one does not know.  Appends to a
// ledger as that one would, with this one's keys and this one's layout; for newer-rules.t.
//   medchain-newer append LEDGER HOST KEYS known      a `policy` entry that brings rules 2, in a form that is known here, and
//                                                     behind it an entry of a kind that is not
//   medchain-newer append LEDGER HOST KEYS strange    the same, the first one with a field that only rules 2 have
//   medchain-newer create LEDGER HOST KEYS known|strange FROM
//                                                     a ledger of rules 2 from genesis on, as FROM's otherwise
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/ssh_key.hpp"
#include "ledger/ledger.hpp"
#include "merkle/tree.hpp"
#include "must.hpp"
#include "note/checkpoint.hpp"
#include "store/store.hpp"

using namespace medchain;

const char* const program_name = "medchain-newer";

namespace {

void replace(std::string& text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) stop("there is no " + std::string(what) + " in " + text);
  text.replace(at, what.size(), by);
}

struct Member {
  std::string name;
  std::unique_ptr<crypto::SeedSigner> key;
};

Member member_of(const std::string& keys) {
  for (const auto& item : std::filesystem::directory_iterator(keys))
    if (item.path().extension() == ".member")
      return {item.path().stem().string(), must(crypto::load_ssh_private_key(keys + "/sign.key"))};
  stop("no card in " + keys);
}

std::string signed_by(const Member& member, const std::string& text) {
  return note::format({text, {must(note::sign(text, member.name, *member.key))}});
}

/// What the later medchain does to the text of a genesis or `policy` statement.
std::string of_rules_2(std::string text, std::string_view form) {
  replace(text, "\"rules\":1", "\"rules\":2");
  if (form == "strange") replace(text, "}\n", ",\"wonder\":[\"2040\"]}\n");
  return text;
}

/// Entry, tree, size and checkpoint, judged by nobody.
class Writer {
 public:
  Writer(store::WriteTxn& txn, const ledger::Tables& tables, std::uint64_t size)
      : txn_(txn), tables_(tables), view_(txn, tables), size_(size) {}

  void append(const std::string& bytes) {
    must(txn_.append(tables_.entries, ledger::entry_key(EntryIndex(size_)), as_bytes(bytes)));
    std::uint64_t place = merkle::stored_count(size_);
    const TreeHash leaf = entry::as_leaf(entry::entry_hash(bytes));
    for (const TreeHash& hash : must(merkle::hashes_for_leaf(size_, leaf, view_.hash_reader()))) {
      const auto key = ledger::entry_key(EntryIndex(place++ / ledger::hashes_per_block));
      Bytes block;
      if (const auto there = must(txn_.get(tables_.tree, key))) block.assign(there->begin(), there->end());
      medchain::append(hash.view(), block);
      must(txn_.put(tables_.tree, key, block));
    }
    ++size_;
  }
  std::string seal(const std::string& origin, ledger::Host& host) {
    const RootHash root = must(view_.root(TreeSize(size_)));
    const std::string checkpoint = must(note::sign_checkpoint({origin, TreeSize(size_), root}, host.log_key()));
    ByteArray<8> size;
    store_be(size_, size);
    must(txn_.put(tables_.meta, as_bytes("size"), size));
    must(txn_.put(tables_.meta, as_bytes("checkpoint"), as_bytes(checkpoint)));
    must(txn_.put(tables_.state, as_bytes("rules"), as_bytes("2")));
    must(host.raise_high_water({TreeSize(size_), root}));
    return checkpoint;
  }
  const ledger::Snapshot& view() const { return view_; }

 private:
  store::WriteTxn& txn_;
  const ledger::Tables& tables_;
  ledger::Snapshot view_;
  std::uint64_t size_;
};

std::unique_ptr<ledger::Ledger> open(const std::string& directory) {
  ledger::OpenOptions options;
  options.read_only = false;
  return must(ledger::Ledger::open(directory, options));
}

void append(const std::string& directory, ledger::Host& host, const Member& by, std::string_view form) {
  const auto ledger = open(directory);
  auto txn = must(ledger->environment().begin_write());
  const std::uint64_t size = must(ledger::Snapshot(txn, ledger->tables()).size()).get();
  Writer writer(txn, ledger->tables(), size);
  entry::Statement statement;
  statement.header = must(ledger::new_header(writer.view(), must(MemberName::parse(by.name)), StatementId{},
                                             must(rules::log_time(writer.view()))));
  entry::PolicyChange change;
  change.policy = must(rules::policy(writer.view()));
  statement.body = change;
  writer.append(signed_by(by, of_rules_2(entry::format_statement(statement), form)));
  statement.header.id = StatementId{{std::byte{1}}};
  std::string wonder = entry::format_statement(statement);
  replace(wonder, "\"type\":\"policy\"", "\"type\":\"wonder\"");
  writer.append(signed_by(by, wonder));
  const std::string checkpoint = writer.seal(statement.header.ledger, host);
  must(std::move(txn).commit());
  must(replace_file(directory + "/checkpoint", checkpoint, 0644));
}

void create(const std::string& directory, ledger::Host& host, const Member& by, std::string_view form, const std::string& from) {
  std::string text, origin;
  must(open(from)->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto genesis, view.entry(EntryIndex(0)));
    text = of_rules_2(genesis.text, form);
    origin = genesis.statement.header.ledger;
    return {};
  }));
  store::OpenOptions options;
  options.tables = {"meta", "entries", "manifests", "tree", "state", "records", "subjects"};
  options.later_tables = {"record-runs", "subject-runs"};
  options.create = true;
  must(make_directory(directory, 0755, false));
  const auto environment = must(store::Environment::open(directory, options));
  const auto table = [&](const char* name) { return environment->table(name); };
  const ledger::Tables tables = {table("meta"),  table("entries"), table("manifests"), table("tree"),
                                 table("state"),
                                 {table("records"), environment->later_table("record-runs"), ledger::index_key_size},
                                 {table("subjects"), environment->later_table("subject-runs"), ledger::index_key_size}};
  auto txn = must(environment->begin_write());
  must(txn.insert(tables.meta, as_bytes("layout"), as_bytes(ledger::layout)));
  must(txn.insert(tables.meta, as_bytes("index-secret"), ByteArray<16>{}));
  Writer writer(txn, tables, 0);
  writer.append(signed_by(by, text));
  const std::string checkpoint = writer.seal(origin, host);
  must(std::move(txn).commit());
  must(replace_file(directory + "/checkpoint", checkpoint, 0644));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool appends = words.size() == 5 && words[0] == "append";
  if (!appends && !(words.size() == 6 && words[0] == "create"))
    stop("usage: medchain-newer append LEDGER HOST KEYS FORM | create LEDGER HOST KEYS FORM FROM");
  const auto host = must(ledger::Host::open(words[2]));
  const Member by = member_of(words[3]);
  if (appends)
    append(words[1], *host, by, words[4]);
  else
    create(words[1], *host, by, words[4], words[5]);
  return 0;
}
