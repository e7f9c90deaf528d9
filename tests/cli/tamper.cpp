// medchain-tamper: changes a ledger behind the tools' back, for tests of verification.  Uses LMDB itself, nothing of medchain.
//   medchain-tamper DIRECTORY VERB [ARGUMENT...]     one of the verbs below; several are separated by `,`
#include <fcntl.h>
#include <lmdb.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

constexpr std::uint64_t row_size = 100, rows_per_block = 80;
constexpr std::uint64_t hash_size = 32, hashes_per_block = 255;

[[noreturn]] void stop(const std::string& message) {
  std::cerr << "medchain-tamper: " << message << '\n';
  std::exit(2);
}

void check(int code, const std::string& what) {
  if (code != 0) stop(what + ": " + mdb_strerror(code));
}

std::uint64_t number(const std::string& text) {
  char* end = nullptr;
  const unsigned long long value = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') stop("not a number: " + text);
  return value;
}

std::string big_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return bytes;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::strtoul(text.substr(i, 2).c_str(), nullptr, 16)));
  return bytes;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Tables {
 public:
  explicit Tables(const std::string& directory) {
    check(mdb_env_create(&env_), "create");
    check(mdb_env_set_maxdbs(env_, 32), "maxdbs");
    check(mdb_env_set_mapsize(env_, std::size_t{1} << 30), "map size");
    check(mdb_env_open(env_, directory.c_str(), 0, 0644), "open " + directory);
    check(mdb_txn_begin(env_, nullptr, 0, &txn_), "begin");
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  ~Tables() { mdb_env_close(env_); }
  void commit() { check(mdb_txn_commit(txn_), "commit"); }

  std::string get(const char* table, std::string key) {
    MDB_val k{key.size(), key.data()}, v{};
    check(mdb_get(txn_, dbi(table), &k, &v), std::string("get from ") + table);
    return {static_cast<const char*>(v.mv_data), v.mv_size};
  }
  void put(const char* table, std::string key, std::string value) {
    MDB_val k{key.size(), key.data()}, v{value.size(), value.data()};
    check(mdb_put(txn_, dbi(table), &k, &v, 0), std::string("put into ") + table);
  }
  void remove(const char* table, std::string key) {
    MDB_val k{key.size(), key.data()};
    check(mdb_del(txn_, dbi(table), &k, nullptr), std::string("delete from ") + table);
  }
  std::vector<std::string> keys(const char* table) {
    std::vector<std::string> all;
    MDB_cursor* cursor = nullptr;
    check(mdb_cursor_open(txn_, dbi(table), &cursor), table);
    MDB_val k{}, v{};
    while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == 0) all.emplace_back(static_cast<const char*>(k.mv_data), k.mv_size);
    mdb_cursor_close(cursor);
    return all;
  }

 private:
  MDB_dbi dbi(const char* table) {
    MDB_dbi handle = 0;
    check(mdb_dbi_open(txn_, table, 0, &handle), std::string("table ") + table);
    return handle;
  }

  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
};

void flip(std::string& bytes, std::uint64_t at) {
  if (at >= bytes.size()) stop("there is no byte " + std::to_string(at));
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
}

std::string entry_key(const std::string& index) { return big_endian(number(index), 8); }

const char* index_table(const std::string& name) {
  if (name != "records" && name != "subjects") stop("no such index: " + name);
  return name == "records" ? "records" : "subjects";
}

void get(Tables& tables, const Arguments& a) { std::cout << tables.get("entries", entry_key(a[0])); }
void put(Tables& tables, const Arguments& a) { tables.put("entries", entry_key(a[0]), content(a[1])); }
void remove(Tables& tables, const Arguments& a) { tables.remove("entries", entry_key(a[0])); }
void swap(Tables& tables, const Arguments& a) {
  const std::string first = tables.get("entries", entry_key(a[0])), second = tables.get("entries", entry_key(a[1]));
  tables.put("entries", entry_key(a[0]), second);
  tables.put("entries", entry_key(a[1]), first);
}
/// Behind the end, counted or not.
void add(Tables& tables, const Arguments& a) {
  tables.put("entries", big_endian(tables.keys("entries").size(), 8), content(a[0]));
}
void flip_row(Tables& tables, const Arguments& a) {
  const std::uint64_t row = number(a[1]);
  const std::string key = entry_key(a[0]) + big_endian(row - row % rows_per_block, 4);
  std::string block = tables.get("manifests", key);
  flip(block, row % rows_per_block * row_size + number(a[2]));
  tables.put("manifests", key, block);
}
void manifest_delete(Tables& tables, const Arguments& a) { tables.remove("manifests", entry_key(a[0]) + big_endian(0, 4)); }
void tree_flip(Tables& tables, const Arguments& a) {
  const std::uint64_t place = number(a[0]);
  const std::string key = big_endian(place / hashes_per_block, 8);
  std::string block = tables.get("tree", key);
  flip(block, place % hashes_per_block * hash_size);
  tables.put("tree", key, block);
}
/// 32 bytes behind the last hash.
void tree_extend(Tables& tables, const Arguments&) {
  const std::string key = tables.keys("tree").back();
  tables.put("tree", key, tables.get("tree", key) + std::string(hash_size, 'x'));
}
/// A copy of the last row behind it.
void manifest_extend(Tables& tables, const Arguments& a) {
  const std::string key = entry_key(a[0]) + big_endian(number(a[1]) - number(a[1]) % rows_per_block, 4);
  const std::string block = tables.get("manifests", key);
  tables.put("manifests", key, block + block.substr(block.size() - row_size));
}
void state_get(Tables& tables, const Arguments& a) { std::cout << tables.get("state", a[0]); }
void state_set(Tables& tables, const Arguments& a) { tables.put("state", a[0], a[1]); }
void state_delete(Tables& tables, const Arguments& a) { tables.remove("state", a[0]); }
void state_keys(Tables& tables, const Arguments&) {
  for (const std::string& key : tables.keys("state")) std::cout << key << '\n';
}
void index_delete(Tables& tables, const Arguments& a) {
  const auto keys = tables.keys(index_table(a[0]));
  tables.remove(index_table(a[0]), keys.at(number(a[1])));
}
/// Key N again, with its last byte (the row's number) or another one changed.
void index_add(Tables& tables, const Arguments& a) {
  std::string key = tables.keys(index_table(a[0])).at(number(a[1]));
  flip(key, number(a[2]));
  tables.put(index_table(a[0]), key, "");
}
/// The same, and key N itself is gone: as many keys as before.
void index_move(Tables& tables, const Arguments& a) {
  const std::string key = tables.keys(index_table(a[0])).at(number(a[1]));
  index_add(tables, a);
  tables.remove(index_table(a[0]), key);
}
void index_value(Tables& tables, const Arguments& a) {
  tables.put(index_table(a[0]), tables.keys(index_table(a[0])).at(number(a[1])), "x");
}
void index_short(Tables& tables, const Arguments& a) { tables.put(index_table(a[0]), "short", ""); }
/// Chunk N of a table of runs; the directory is number 0.
void chunk_flip(Tables& tables, const Arguments& a) {
  const std::string key = tables.keys(a[0].c_str()).at(number(a[1]));
  std::string chunk = tables.get(a[0].c_str(), key);
  flip(chunk, number(a[2]));
  tables.put(a[0].c_str(), key, chunk);
}
void chunk_delete(Tables& tables, const Arguments& a) {
  tables.remove(a[0].c_str(), tables.keys(a[0].c_str()).at(number(a[1])));
}
void meta_get(Tables& tables, const Arguments& a) { std::cout << tables.get("meta", a[0]); }
void meta_set(Tables& tables, const Arguments& a) { tables.put("meta", a[0], from_hex(a[1])); }
void meta_file(Tables& tables, const Arguments& a) { tables.put("meta", a[0], content(a[1])); }
void meta_delete(Tables& tables, const Arguments& a) { tables.remove("meta", a[0]); }

struct Verb {
  std::size_t arguments;
  void (*run)(Tables&, const Arguments&);
};

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> all = {
      {"get", {1, get}},                  // INDEX: prints the entry
      {"put", {2, put}},                  // INDEX FILE
      {"swap", {2, swap}},                // INDEX INDEX
      {"delete", {1, remove}},            // INDEX
      {"add", {1, add}},                  // FILE
      {"flip-row", {3, flip_row}},        // INDEX ROW BYTE
      {"manifest-delete", {1, manifest_delete}},  // INDEX
      {"tree-flip", {1, tree_flip}},      // NUMBER of a stored hash
      {"tree-extend", {0, tree_extend}},
      {"manifest-extend", {2, manifest_extend}},  // INDEX ROW: in the block of that row
      {"state-get", {1, state_get}},      // KEY
      {"state-set", {2, state_set}},      // KEY VALUE
      {"state-delete", {1, state_delete}},  // KEY
      {"state-keys", {0, state_keys}},
      {"index-delete", {2, index_delete}},  // records|subjects N
      {"index-add", {3, index_add}},        // records|subjects N BYTE
      {"index-move", {3, index_move}},      // records|subjects N BYTE
      {"index-value", {2, index_value}},    // records|subjects N: a value at a key, which has none
      {"index-short", {1, index_short}},    // records|subjects: a key of 5 bytes
      {"chunk-flip", {3, chunk_flip}},      // TABLE N BYTE
      {"chunk-delete", {2, chunk_delete}},  // TABLE N
      {"meta-get", {1, meta_get}},          // KEY
      {"meta-set", {2, meta_set}},          // KEY HEX
      {"meta-file", {2, meta_file}},        // KEY FILE
      {"meta-delete", {1, meta_delete}},    // KEY
  };
  return all;
}

/// Not through LMDB: the byte at OFFSET of FILE xor MASK.
void flip_in_file(const std::string& path, std::uint64_t offset, std::uint64_t mask) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(static_cast<std::streamoff>(offset));
  const int byte = file.get();
  if (byte == EOF) stop("there is no byte " + std::to_string(offset) + " in " + path);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(static_cast<std::uint64_t>(byte) ^ mask));
  if (!file.flush()) stop("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::string(argv[2]) == "flip-file") {  // FILE flip-file OFFSET MASK
    flip_in_file(argv[1], number(argv[3]), number(argv[4]));
    return 0;
  }
  if (argc < 3) stop("usage: medchain-tamper DIRECTORY VERB [ARGUMENT...] [, VERB...]");
  Tables tables(argv[1]);
  for (int i = 2; i < argc;) {
    const auto verb = verbs().find(argv[i]);
    if (verb == verbs().end()) stop(std::string("no such verb: ") + argv[i]);
    Arguments arguments;
    for (++i; i < argc && std::string(argv[i]) != ","; ++i) arguments.emplace_back(argv[i]);
    if (i < argc) ++i;
    if (arguments.size() != verb->second.arguments) stop(verb->first + ": wrong number of arguments");
    verb->second.run(tables, arguments);
  }
  tables.commit();
  return 0;
}
