#include "rules/about.hpp"

#include "base/encoding.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

/// Records that an entry is found by one by one.
constexpr std::uint64_t max_single = 32;

std::string by_digits(ByteView hash) { return "about/" + to_hex(hash.first(8)); }

class Finding {
 public:
  explicit Finding(std::set<std::string>& keys) : keys_(keys) {}

  // What is about members and the ledger itself, and what is found otherwise.
  void operator()(const entry::Genesis&) {}
  void operator()(const entry::PolicyChange&) {}
  void operator()(const entry::Tick&) {}
  void operator()(const entry::Member&) {}
  void operator()(const entry::Group&) {}
  void operator()(const entry::Anchor&) {}
  void operator()(const entry::Erase& body) {
    each(body.records);
    each(body.subjects);
  }
  void operator()(const entry::Request& body) { scope(body.scope, body.custodian); }
  void operator()(const entry::Grant& body) { scope(body.scope, body.custodian); }
  void operator()(const entry::Answer& body) { add(body.request); }
  void operator()(const entry::Revoke& body) { add(body.grant); }
  void operator()(const entry::Release& body) { records(body.records); }
  void operator()(const entry::Use& body) { add(body.release); }
  void operator()(const entry::Denied& body) {
    if (body.object) add(*body.object);
    if (!body.refused) return;
    const auto refused = entry::parse_entry(*body.refused);
    if (refused && !std::holds_alternative<entry::Denied>(refused->statement.body))
      std::visit(*this, refused->statement.body);
  }
  void operator()(const entry::Emergency& body) { add(body.subject); }
  void operator()(const entry::Review& body) { add(body.emergency); }
  void operator()(const entry::Notice& body) { add(body.about); }
  void operator()(const entry::Attest& body) {
    if (body.about) add(*body.about);
  }
  void operator()(const entry::Case& body) {
    if (body.closes) add(*body.closes);
    each(body.subjects);
    records(body.records);
  }
  void operator()(const entry::Link& body) {
    if (body.subject) add(*body.subject);
    if (body.other_subject) add(*body.other_subject);
    if (body.from) keys_.insert(key_about_row(body.from->entry, body.from->row));
    if (body.target) keys_.insert(key_about_row(body.target->entry, body.target->row));
    if (body.patient) keys_.insert(key_about_patient(*body.patient));
  }
  void operator()(const entry::Referral& body) {
    if (body.share) records(body.share->records);
    if (!body.order) return;
    add(body.order->subject);
    each(body.order->passed);
  }
  void operator()(const entry::Prescription& body) {
    if (body.subject) add(*body.subject);
  }

 private:
  template <class Hash>
  void add(const Hash& hash) {
    keys_.insert(key_about(hash));
  }
  template <class Hash>
  void each(const std::vector<Hash>& hashes) {
    for (const Hash& hash : hashes) add(hash);
  }
  void records(const std::vector<entry::RecordSet>& sets) {
    std::uint64_t count = 0;
    for (const entry::RecordSet& set : sets) count += set.rows.count();
    for (const entry::RecordSet& set : sets) {
      if (count > max_single)
        keys_.insert(key_about_anchor(set.entry));
      else
        for (const auto& range : set.rows.ranges())
          for (std::uint64_t row = range.first; row <= range.last; ++row)
            keys_.insert(key_about_row(set.entry, row));
    }
  }
  void scope(const entry::Scope& scope, const MemberName& custodian) {
    if (!scope.records.empty())
      records(scope.records);
    else if (!scope.subjects.empty())
      each(scope.subjects);
    else
      keys_.insert(key_about_custodian(custodian));
  }

  std::set<std::string>& keys_;
};

}  // namespace

std::string key_about(const SubjectTag& tag) { return by_digits(tag.view()); }
std::string key_about(const RecordTag& tag) { return by_digits(tag.view()); }
std::string key_about(const EntryHash& act) { return by_digits(act.view()); }
std::string key_about_anchor(EntryIndex anchor) {
  return "about/e:" + std::to_string(anchor.get());
}
std::string key_about_row(EntryIndex anchor, std::uint64_t row) {
  return key_about_anchor(anchor) + ":" + std::to_string(row);
}
std::string key_about_custodian(const MemberName& name) { return "about/c:" + name.get(); }
std::string key_about_patient(const MemberName& name) { return "about/p:" + name.get(); }

std::set<std::string> keys_about(const entry::Body& body) {
  std::set<std::string> keys;
  std::visit(Finding(keys), body);
  return keys;
}

Status add_entries_about(const View& view, const std::string& key, EntryIndex from,
                         std::set<EntryIndex>& found) {
  const std::string prefix = key + "/";
  return view.scan(prefix, [&](std::string_view whole, std::string_view) -> Status {
    MC_ASSIGN(const EntryIndex index, index_in(whole, whole.substr(prefix.size())));
    if (index >= from) found.insert(index);
    return {};
  });
}

}  // namespace medchain::rules
