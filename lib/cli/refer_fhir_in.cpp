// An order as FHIR R4: ServiceRequest, Task, or both.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/member_name.hpp"
#include "base/parse.hpp"
#include "cli/fhir_document_internal.hpp"
#include "cli/record_period.hpp"
#include "cli/refer_fhir.hpp"

namespace medchain::cli {

bool Said::is(std::string_view text) const {
  return value == text || std::find(also.begin(), also.end(), text) != also.end();
}

namespace {

using fhir::Identifier, fhir::Node, fhir::unexpected;

/// Codes that a field may have; of others only those are quoted that FHIR knows.
struct Words {
  std::vector<std::string_view> accepted, refused;
};

const Words request_status{{"draft", "active"},
                           {"on-hold", "revoked", "completed", "entered-in-error", "unknown"}};
const Words task_status{{"draft", "requested", "received"},
                        {"accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
                         "failed", "completed", "entered-in-error"}};
const Words intents{
    {"order", "original-order", "reflex-order", "filler-order", "instance-order", "directive"},
    {"proposal", "plan", "option", "unknown"}};
const Words priorities{{"routine", "urgent", "asap", "stat"}, {}};

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Result<std::optional<std::string>> word_member(const Node& node, std::string_view name,
                                               const Words& words) {
  MC_ASSIGN(auto word, fhir::text_member(node, name));
  if (!word || has(words.accepted, *word)) return word;
  std::string expected;
  for (const std::string_view one : words.accepted)
    expected += (expected.empty() ? "" : ", ") + std::string(one);
  return unexpected(node.pointer() + "/" + std::string(name), "one of " + expected,
                    has(words.refused, *word) ? "'" + *word + "'" : "another word");
}

/// Of two places that say the same thing.
Status say(std::optional<Said>& into, Said said) {
  if (!into) {
    into = std::move(said);
    return {};
  }
  std::vector<std::string> all = said.also;
  all.push_back(said.value);
  if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return into->is(one); }))
    return fail(Code::input_invalid,
                "'" + into->pointer + "' and '" + said.pointer + "' contradict each other");
  into->also.insert(into->also.end(), all.begin(), all.end());
  return {};
}

class Reader {
 public:
  explicit Reader(fhir::Document document) : document_(std::move(document)) {}

  Result<FhirOrder> run() {
    MC_TRY(find_resources());
    if (task_) MC_TRY(read_task(*task_));
    if (request_) MC_TRY(read_request(*request_));
    if (!words_.empty()) order_.words = words_;
    return std::move(order_);
  }

 private:
  Status find_resources() {
    const Node& root = document_.root();
    MC_ASSIGN(const std::string type, fhir::type_of(root));
    if (type == "ServiceRequest") {
      request_ = root;
      return {};
    }
    if (type == "Task") {
      task_ = root;
      return find_focus();
    }
    if (type != "Bundle")
      return unexpected(root.pointer() + "/resourceType", "ServiceRequest, Task or Bundle",
                        "another one");
    MC_ASSIGN(const auto tasks, document_.resources("Task"));
    MC_ASSIGN(const auto requests, document_.resources("ServiceRequest"));
    const std::size_t orders = tasks.empty() ? requests.size() : tasks.size();
    if (orders != 1)
      return unexpected("/entry", "one Task or one ServiceRequest", std::to_string(orders));
    if (tasks.empty()) {
      request_ = requests.front();
      return {};
    }
    task_ = tasks.front();
    return find_focus();
  }

  /// What a Task alone is about may be elsewhere; what is in the same document must be found.
  Status find_focus() {
    MC_ASSIGN(const auto focus, fhir::object_member(*task_, "focus"));
    if (!focus) return {};
    MC_ASSIGN(const auto reference, fhir::text_member(*focus, "reference"));
    if (!reference) return {};
    MC_ASSIGN(const auto found, document_.find(*task_, *reference));
    const bool is_inside = reference->starts_with('#') || task_->pointer() != "";
    if (!found && is_inside)
      return unexpected(focus->pointer() + "/reference", "a ServiceRequest of this document",
                        "one that is not in it");
    if (!found) return {};
    MC_ASSIGN(const std::string type, fhir::type_of(*found));
    if (type != "ServiceRequest")
      return unexpected(found->pointer() + "/resourceType", "ServiceRequest", "another one");
    request_ = *found;
    return {};
  }

  /// What can turn the meaning of a resource round is never left alone (FHIR R4 section 2.5.1).
  static Status check_modifiers(const Node& resource) {
    for (const std::string_view name : {"modifierExtension", "implicitRules"})
      if (const auto found = resource.member(name))
        return unexpected(found->pointer(), "nothing that changes the meaning", found->kind());
    if (const auto found = resource.member("doNotPerform"); found && found->kind() != "false")
      return unexpected(found->pointer(), "false: this asks for something", found->kind());
    return {};
  }

  Status read_task(const Node& task) {
    MC_TRY(check_modifiers(task));
    MC_TRY(word_member(task, "status", task_status));
    MC_TRY(read_intent(task));
    MC_TRY(read_subject(task, "for"));
    // A task says by its code what is to be done with the order, else what is ordered.
    if (!request_) MC_TRY(read_service(task));
    MC_TRY(read_urgency(task));
    MC_TRY(read_requester(task));
    if (const auto owner = task.member("owner")) MC_TRY(read_receiver(task, *owner));
    MC_ASSIGN(const auto restriction, fhir::object_member(task, "restriction"));
    if (restriction) MC_TRY(read_period(*restriction, "period"));
    MC_ASSIGN(const auto reason, fhir::object_member(task, "reasonCode"));
    if (reason) MC_TRY(add_concept(*reason));
    MC_TRY(read_notes(task));
    MC_TRY(read_based_on(task));
    MC_ASSIGN(const auto inputs, fhir::items_member(task, "input"));
    for (const Node& input : inputs) {
      MC_ASSIGN(const auto reference, fhir::object_member(input, "valueReference"));
      if (reference) MC_TRY(add_record(task, *reference));
    }
    return {};
  }

  Status read_request(const Node& request) {
    MC_TRY(check_modifiers(request));
    MC_TRY(word_member(request, "status", request_status));
    MC_TRY(read_intent(request));
    MC_TRY(read_subject(request, "subject"));
    MC_TRY(read_service(request));
    MC_TRY(read_urgency(request));
    MC_TRY(read_requester(request));
    MC_ASSIGN(const auto performers, fhir::items_member(request, "performer"));
    for (const Node& performer : performers) MC_TRY(read_receiver(request, performer));
    if (!order_.valid_until) {
      MC_TRY(read_period(request, "occurrencePeriod"));
      MC_TRY(read_end(request, "occurrenceDateTime"));
    }
    MC_ASSIGN(const auto reasons, fhir::items_member(request, "reasonCode"));
    for (const Node& reason : reasons) MC_TRY(add_concept(reason));
    MC_TRY(read_notes(request));
    MC_TRY(read_based_on(request));
    MC_ASSIGN(const auto supporting, fhir::items_member(request, "supportingInfo"));
    for (const Node& one : supporting) MC_TRY(add_record(request, one));
    return read_extensions(request);
  }

  static Status read_intent(const Node& resource) {
    MC_TRY(word_member(resource, "intent", intents));
    return {};
  }

  Status read_subject(const Node& resource, std::string_view name) {
    MC_ASSIGN(const auto node, fhir::object_member(resource, name));
    if (!node) return {};
    MC_ASSIGN(const auto reference, fhir::text_member(*node, "reference"));
    std::vector<std::string> spellings;
    if (reference) {
      MC_ASSIGN(const auto target, document_.find(resource, *reference));
      if (target) {
        MC_TRY(add_patient(*target, *reference, spellings));
      } else if (!reference->starts_with('#')) {
        if (fhir::is_plain_reference(*reference) && !reference->starts_with("Patient/"))
          return unexpected(node->pointer() + "/reference", "a Patient", "another resource");
        spellings.push_back(*reference);
      }
    }
    MC_ASSIGN(const auto identifier_node, fhir::object_member(*node, "identifier"));
    if (identifier_node) MC_TRY(add_identifier(*identifier_node, spellings));
    if (spellings.empty())
      return unexpected(node->pointer(), "a reference or an identifier of the subject", "neither");
    return say(order_.subject,
               {spellings.front(), {spellings.begin() + 1, spellings.end()}, node->pointer()});
  }

  static Status add_patient(const Node& target, const std::string& reference,
                            std::vector<std::string>& spellings) {
    MC_ASSIGN(const std::string type, fhir::type_of(target));
    if (type != "Patient")
      return unexpected(target.pointer() + "/resourceType", "Patient", "another one");
    MC_ASSIGN(const auto id, fhir::text_member(target, "id"));
    if (id && !reference.starts_with('#')) spellings.push_back("Patient/" + *id);
    MC_ASSIGN(const auto identifiers, fhir::items_member(target, "identifier"));
    for (const Node& one : identifiers) MC_TRY(add_identifier(one, spellings));
    return {};
  }

  static Status add_identifier(const Node& node, std::vector<std::string>& spellings) {
    MC_ASSIGN(const auto identifier, fhir::identifier_of(node));
    if (!identifier) return {};
    if (identifier->system == fhir::subject)
      return unexpected(node.pointer(), "an identifier of the subject", "a tag of the ledger");
    spellings.push_back(identifier->spelled());
    return {};
  }

  Status read_service(const Node& resource) {
    MC_ASSIGN(const auto node, fhir::object_member(resource, "code"));
    if (!node) return {};
    std::vector<std::string> spellings, bare;
    MC_ASSIGN(const auto codings, fhir::items_member(*node, "coding"));
    for (const Node& coding : codings) {
      MC_ASSIGN(const auto code, fhir::text_member(coding, "code"));
      MC_ASSIGN(const auto system, fhir::text_member(coding, "system"));
      if (!code) continue;
      if (system == fhir::service_tag)
        return unexpected(coding.pointer(), "the code of a service", "a tag of the ledger");
      const bool is_ours = !system || *system == fhir::service;
      spellings.push_back(is_ours ? *code : *system + "|" + *code);
      bare.push_back(*code);
    }
    MC_ASSIGN(const auto text, fhir::text_member(*node, "text"));
    if (text) spellings.push_back(*text);
    if (spellings.empty()) return unexpected(node->pointer(), "a code or a text", "neither");
    spellings.insert(spellings.end(), bare.begin(), bare.end());
    return say(order_.service,
               {spellings.front(), {spellings.begin() + 1, spellings.end()}, node->pointer()});
  }

  Status read_urgency(const Node& resource) {
    MC_ASSIGN(const auto word, word_member(resource, "priority", priorities));
    if (!word) return {};
    return say(order_.urgent,
               {*word == "routine" ? "false" : "true", {}, resource.pointer() + "/priority"});
  }

  /// The member that a reference to an organization names, by our system or by none.
  Result<std::optional<Said>> member_of(const Node& from, const Node& node) const {
    MC_ASSIGN(const auto own, fhir::object_member(node, "identifier"));
    std::vector<Node> identifiers;
    if (own) identifiers.push_back(*own);
    MC_ASSIGN(const auto reference, fhir::text_member(node, "reference"));
    if (reference) {
      MC_ASSIGN(const auto target, document_.find(from, *reference));
      if (target) {
        MC_ASSIGN(const auto more, fhir::items_member(*target, "identifier"));
        identifiers.insert(identifiers.end(), more.begin(), more.end());
      }
    }
    for (const Node& one : identifiers) {
      MC_ASSIGN(const auto identifier, fhir::identifier_of(one));
      if (!identifier) continue;
      const bool is_ours = identifier->system == fhir::member;
      const bool is_plain = identifier->system.empty() && own && &one == &identifiers.front();
      const bool is_name = MemberName::parse(identifier->value).ok();
      if (is_ours && !is_name) return unexpected(one.pointer(), "a member's name", "another text");
      if (is_ours || (is_plain && is_name))
        return std::optional(Said{identifier->value, {}, one.pointer()});
    }
    return std::optional<Said>();
  }

  Status read_receiver(const Node& from, const Node& node) {
    if (!node.is_object()) return unexpected(node, "an object");
    MC_ASSIGN(auto said, member_of(from, node));
    return said ? say(order_.to, std::move(*said)) : Status();
  }

  /// Mostly a person; what counts is a member that we know as one.
  Status read_requester(const Node& resource) {
    MC_ASSIGN(const auto node, fhir::object_member(resource, "requester"));
    if (!node) return {};
    MC_ASSIGN(const auto identifier_node, fhir::object_member(*node, "identifier"));
    if (!identifier_node) return {};
    MC_ASSIGN(const auto identifier, fhir::identifier_of(*identifier_node));
    if (!identifier || identifier->system != fhir::member) return {};
    return say(order_.requester, {identifier->value, {}, identifier_node->pointer()});
  }

  Status read_period(const Node& resource, std::string_view name) {
    MC_ASSIGN(const auto period, fhir::object_member(resource, name));
    return period ? read_end(*period, "end") : Status();
  }

  /// A day, month or year ends with its last second; a time is itself.
  Status read_end(const Node& node, std::string_view name) {
    MC_ASSIGN(const auto text, fhir::text_member(node, name));
    if (!text) return {};
    const auto period = period_of(*text);
    const std::string pointer = node.pointer() + "/" + std::string(name);
    if (!period) return unexpected(pointer, "a date or a time", "another text");
    const bool has_time = text->find('T') != std::string::npos;
    return say(order_.valid_until,
               {format_time(has_time ? period->begin : period->end), {}, pointer});
  }

  void add_words(const std::string& text) {
    const std::string line = "\n" + text + "\n";
    if (("\n" + words_ + "\n").find(line) != std::string::npos) return;
    words_ += (words_.empty() ? "" : "\n") + text;
  }

  /// Its text, else what its first coding is called, with the code.
  Status add_concept(const Node& node) {
    MC_ASSIGN(const auto text, fhir::text_member(node, "text"));
    if (text) {
      add_words(*text);
      return {};
    }
    MC_ASSIGN(const auto codings, fhir::items_member(node, "coding"));
    for (const Node& coding : codings) {
      MC_ASSIGN(const auto code, fhir::text_member(coding, "code"));
      MC_ASSIGN(const auto display, fhir::text_member(coding, "display"));
      if (!code && !display) continue;
      add_words(!display ? *code : !code ? *display : *display + " (" + *code + ")");
      return {};
    }
    return {};
  }

  Status read_notes(const Node& resource) {
    MC_ASSIGN(const auto description, fhir::text_member(resource, "description"));
    if (description) add_words(*description);
    MC_ASSIGN(const auto notes, fhir::items_member(resource, "note"));
    for (const Node& note : notes) {
      MC_ASSIGN(const auto text, fhir::text_member(note, "text"));
      if (text) add_words(*text);
    }
    return {};
  }

  static Status check_hash(const std::string& text, const std::string& pointer) {
    if (parse_hash<EntryHash>(text).ok()) return {};
    return unexpected(pointer, "an entry hash", "another text");
  }

  /// A referral of ours; orders of others are theirs.
  Status read_based_on(const Node& resource) {
    MC_ASSIGN(const auto all, fhir::items_member(resource, "basedOn"));
    for (const Node& one : all) {
      MC_ASSIGN(const auto node, fhir::object_member(one, "identifier"));
      if (!node) continue;
      MC_ASSIGN(const auto identifier, fhir::identifier_of(*node));
      if (!identifier || identifier->system != fhir::entry) continue;
      MC_TRY(check_hash(identifier->value, node->pointer()));
      MC_TRY(say(order_.based_on, {identifier->value, {}, node->pointer()}));
    }
    return {};
  }

  Status add_record(const Node& from, const Node& node) {
    MC_ASSIGN(const auto identifier_node, fhir::object_member(node, "identifier"));
    if (identifier_node) {
      MC_ASSIGN(const auto identifier, fhir::identifier_of(*identifier_node));
      if (identifier && identifier->system == fhir::rows) return add_name(identifier->value);
    }
    MC_ASSIGN(const auto reference, fhir::text_member(node, "reference"));
    // What the document holds itself goes with it, as what it only describes does.
    if (!reference || reference->starts_with('#')) return {};
    std::string name = *reference;
    MC_ASSIGN(const auto target, document_.find(from, *reference));
    if (target) {
      MC_ASSIGN(const std::string type, fhir::type_of(*target));
      MC_ASSIGN(const auto id, fhir::text_member(*target, "id"));
      if (!id) return {};
      name = type + "/" + *id;
    }
    if (!fhir::is_plain_reference(name))
      return unexpected(node.pointer() + "/reference", "TYPE/ID of a record of this member",
                        "another form");
    return add_name(name);
  }

  Status add_name(const std::string& name) {
    if (std::find(order_.records.begin(), order_.records.end(), name) == order_.records.end())
      order_.records.push_back(name);
    return {};
  }

  /// What FHIR has no member for (refer_fhir_out.cpp).
  Status read_extensions(const Node& request) {
    MC_ASSIGN(const auto extensions, fhir::items_member(request, "extension"));
    for (const Node& one : extensions) {
      MC_ASSIGN(const auto url, fhir::text_member(one, "url"));
      if (url == fhir::with_records) {
        const auto value = one.member("valueBoolean");
        if (value && value->is_true()) order_.with_records = Said{"true", {}, one.pointer()};
      } else if (url == fhir::duplicate_of || url == fhir::passed) {
        MC_ASSIGN(const auto value, fhir::text_member(one, "valueString"));
        if (!value) return unexpected(one.pointer() + "/valueString", "an entry hash", "nothing");
        MC_TRY(check_hash(*value, one.pointer() + "/valueString"));
        if (url == fhir::passed)
          order_.passed.push_back(*value);
        else
          MC_TRY(say(order_.duplicate_of, {*value, {}, one.pointer()}));
      }
    }
    return {};
  }

  fhir::Document document_;
  std::optional<Node> task_, request_;
  FhirOrder order_;
  std::string words_;
};

}  // namespace

Result<FhirOrder> parse_fhir_order(std::string document) {
  MC_ASSIGN(json::Node root, json::parse_foreign(document));
  MC_ASSIGN(FhirOrder order, Reader(fhir::Document(std::move(root))).run());
  order.document = std::move(document);
  return order;
}

}  // namespace medchain::cli
