#include "cli/emitted.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/stream.hpp"
#include "exchange/named_package.hpp"

namespace medchain::cli {
namespace {

Result<std::uint64_t> size_field(const json::Member& member) {
  const std::int64_t* number = member.second.integer();
  if (number == nullptr || *number < 0)
    return fail(Code::input_invalid, "field " + quote(member.first) + ": expected a size, got " +
                                         (number == nullptr ? std::string(member.second.kind())
                                                            : std::to_string(*number)));
  return static_cast<std::uint64_t>(*number);
}

Result<const std::string*> text_field(const json::Member& member) {
  const std::string* text = member.second.string();
  if (text == nullptr)
    return fail(Code::input_invalid, "field " + quote(member.first) + ": expected text, got " +
                                         std::string(member.second.kind()));
  return text;
}

Status check_word(std::string_view field, std::string_view expected, std::string_view got) {
  if (got == expected) return {};
  return fail(Code::input_invalid,
              "field " + quote(field) + ": expected " + quote(expected) + ", got " + quote(got));
}

Status check_fields(const json::Object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (object.find(name) == nullptr)
      return fail(Code::input_invalid, "field " + quote(name) + " is missing");
  return {};
}

Status set_field(const json::Member& member, PackageChunk& chunk) {
  const auto& [name, value] = member;
  if (name == "bytes") {
    MC_ASSIGN(chunk.bytes, size_field(member));
  } else if (name == "offset") {
    MC_ASSIGN(chunk.offset, size_field(member));
  } else {
    MC_ASSIGN(const std::string* text, text_field(member));
    if (name == "schema") return check_word(name, entry::schema, *text);
    if (name == "type") return check_word(name, "package", *text);
    if (name == "package") {
      MC_ASSIGN(chunk.package, parse_hash<PackageHash>(*text));
    } else if (name == "data") {
      MC_ASSIGN(chunk.data, parse_base64(*text));
    } else {
      return fail(Code::input_invalid, "unknown field " + quote(name));
    }
  }
  return {};
}

}  // namespace

json::Object emitted(const ledger::Prepared& prepared) {
  json::Object object = message("entry");
  object.set("kind", entry::type_of(prepared.entry.statement.body))
      .set("note", prepared.entry.bytes);
  if (!prepared.rows.empty()) {
    Bytes rows(prepared.rows.size() * entry::Row::size);
    for (std::size_t i = 0; i < prepared.rows.size(); ++i)
      prepared.rows[i].put(MutableByteView(rows).subspan(i * entry::Row::size, entry::Row::size));
    object.set("manifest", to_base64(rows));
  }
  return object;
}

Result<ledger::Prepared> parse_emitted(std::string_view line) {
  MC_ASSIGN(const json::Object object, json::parse_object(line));
  return parse_emitted(object);
}

Result<ledger::Prepared> parse_emitted(const json::Object& object) {
  ledger::Prepared prepared;
  for (const std::string_view name : {"schema", "type", "kind", "note"})
    if (object.find(name) == nullptr)
      return fail(Code::input_invalid, "field " + quote(name) + " is missing");
  std::string kind;
  for (const auto& [name, value] : object.members()) {
    const std::string* text = value.string();
    if (text == nullptr)
      return fail(Code::input_invalid,
                  "field " + quote(name) + ": expected text, got " + std::string(value.kind()));
    if (name == "schema") {
      if (*text != entry::schema)
        return fail(Code::input_invalid,
                    "field 'schema': expected 'medchain/1', got " + quote(*text));
    } else if (name == "type") {
      if (*text != "entry")
        return fail(Code::input_invalid, "field 'type': expected 'entry', got " + quote(*text));
    } else if (name == "note") {
      MC_ASSIGN(prepared.entry, entry::parse_entry(*text));
    } else if (name == "manifest") {
      MC_ASSIGN(const Bytes rows, parse_base64(*text));
      if (rows.size() % entry::Row::size != 0 || rows.size() > entry::max_rows * entry::Row::size)
        return fail(Code::input_invalid, "field 'manifest': expected rows of 100 bytes, got " +
                                             std::to_string(rows.size()) + " bytes");
      for (std::size_t at = 0; at < rows.size(); at += entry::Row::size)
        prepared.rows.push_back(entry::Row::get(ByteView(rows).subspan(at, entry::Row::size)));
    } else if (name == "kind") {
      kind = *text;
    } else {
      return fail(Code::input_invalid, "unknown field " + quote(name));
    }
  }
  const std::string_view noted = entry::type_of(prepared.entry.statement.body);
  if (kind != noted)
    return fail(Code::input_invalid,
                "field 'kind': expected " + quote(noted) + " as in the note, got " + quote(kind));
  return prepared;
}

json::Object emitted(const PackageChunk& chunk) {
  json::Object object = message("package");
  object.set("package", to_text(chunk.package))
      .set("bytes", chunk.bytes)
      .set("offset", chunk.offset)
      .set("data", to_base64(chunk.data));
  return object;
}

Result<PackageChunk> parse_chunk(const json::Object& object) {
  PackageChunk chunk;
  MC_TRY(check_fields(object, {"schema", "type", "package", "bytes", "offset", "data"}));
  for (const json::Member& member : object.members()) MC_TRY(set_field(member, chunk));
  if (chunk.bytes == 0) return fail(Code::input_invalid, "field 'bytes': a package is not empty");
  if (chunk.data.empty() || chunk.data.size() > max_chunk)
    return fail(Code::input_invalid, "field 'data': expected 1 to " + std::to_string(max_chunk) +
                                         " bytes, got " + std::to_string(chunk.data.size()));
  return chunk;
}

Result<std::string> stream_type(const json::Object& object) {
  MC_TRY(check_fields(object, {"schema", "type"}));
  std::string type;
  for (const json::Member& member : object.members()) {
    if (member.first != "schema" && member.first != "type") continue;
    MC_ASSIGN(const std::string* text, text_field(member));
    if (member.first == "schema") MC_TRY(check_word("schema", entry::schema, *text));
    if (member.first == "type") type = *text;
  }
  return type;
}

Status emit_package(Output& out, const File& file, const PackageHash& package,
                    std::uint64_t bytes) {
  const ByteSource source = read_from(file.fd(), to_text(package), Code::storage_failed);
  PackageChunk chunk{package, bytes, 0, {}};
  while (chunk.offset < bytes) {
    chunk.data.resize(std::min<std::uint64_t>(max_chunk, bytes - chunk.offset));
    std::size_t filled = 0;
    while (filled < chunk.data.size()) {
      MC_ASSIGN(const std::size_t got, source(MutableByteView(chunk.data).subspan(filled)));
      if (got == 0)
        return fail(Code::store_damaged, "package " + to_text(package) + " has " +
                                             std::to_string(chunk.offset + filled) +
                                             " bytes, expected " + std::to_string(bytes));
      filled += got;
    }
    MC_TRY(out.line(emitted(chunk)));
    chunk.offset += chunk.data.size();
  }
  return {};
}

Status emit_act(Session& session, const package::Store& packages,
                const ledger::Prepared& prepared) {
  if (const auto named = exchange::package_of(prepared.entry.statement.body)) {
    MC_ASSIGN(auto file, packages.read_staged(named->hash));
    if (!file) {
      auto published = packages.read(named->hash);
      if (published)
        file.emplace(std::move(*published));
      else if (published.error().code != Code::package_missing)
        return std::move(published).error();
    }
    if (file)
      MC_TRY(emit_package(session.out(), *file, named->hash, named->bytes));
    else
      session.warn("package " + to_text(named->hash) +
                   " is not here any more: its entry is printed without it");
  }
  return session.out().line(emitted(prepared));
}

}  // namespace medchain::cli
