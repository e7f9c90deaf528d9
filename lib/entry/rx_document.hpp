// The sealed documents of prescriptions: what the ledger does not show.  One line of strict JSON
// with one spelling; the entry holds a salted commitment to it (commit_document).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "entry/fields.hpp"

namespace medchain::entry {

struct RxItem {
  std::string code;
  std::optional<std::string> name;
  std::string unit;
  std::uint64_t quantity = 0;
  std::optional<std::string> dose;
  std::optional<std::string> substitution;

  bool operator==(const RxItem&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"code", Exposure::commitment, "the drug, with system or without"}, self.code);
    visit(Field{"name", Exposure::commitment, "its name"}, self.name);
    visit(Field{"unit", Exposure::commitment, "what is counted"}, self.unit);
    visit(Field{"quantity", Exposure::clear, "how many in each part"}, self.quantity);
    visit(Field{"dose", Exposure::commitment, "how it is taken"}, self.dose);
    visit(Field{"substitution", Exposure::commitment,
                "allowed or not-allowed, or a code that says by what"},
          self.substitution);
  }
};

/// What is prescribed.
struct RxDocument {
  static constexpr std::string_view type = "prescription-document";

  std::optional<std::string> patient;
  std::vector<RxItem> items;
  std::optional<std::string> reason;
  std::optional<std::string> text;
  std::optional<std::string> original;
  std::optional<std::string> signature;

  bool operator==(const RxDocument&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"patient", Exposure::commitment, "for whom, as the prescriber knows them"},
          self.patient);
    visit(Field{"items", Exposure::commitment, "what is prescribed, in the entry's order"},
          self.items);
    visit(Field{"reason", Exposure::commitment, "diagnosis"}, self.reason);
    visit(Field{"text", Exposure::commitment, "further words"}, self.text);
    visit(Field{"original", Exposure::commitment,
                "the bytes of the document that was issued, if they are not these fields"},
          self.original);
    visit(Field{"signature", Exposure::commitment,
                "a physician's own signature over them, detached, in base64; not validated"},
          self.signature);
  }
};

/// A product that was handed out for an item.
struct RxProduct {
  std::uint64_t item = 1;
  std::string product;
  std::uint64_t quantity = 0;
  std::optional<std::string> batch;
  std::optional<std::string> substitution;

  bool operator==(const RxProduct&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"item", Exposure::commitment, "which item, from 1"}, self.item);
    visit(Field{"product", Exposure::commitment, "what was handed out"}, self.product);
    visit(Field{"quantity", Exposure::clear, "how many"}, self.quantity);
    visit(Field{"batch", Exposure::commitment, "batch number"}, self.batch);
    visit(Field{"substitution", Exposure::commitment, "why it is another product"},
          self.substitution);
  }
};

/// What goes with another act: products that were dispensed, a reason.
struct RxNote {
  static constexpr std::string_view type = "prescription-note";

  std::vector<RxProduct> products;
  std::optional<std::string> reason;
  std::optional<std::string> text;

  bool operator==(const RxNote&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"products", Exposure::commitment, "what was handed out"}, self.products);
    visit(Field{"reason", Exposure::commitment, "a reason code"}, self.reason);
    visit(Field{"text", Exposure::commitment, "the reason in words"}, self.text);
  }
};

/// {"schema":"medchain/1","type":...} and LF.
std::string format_rx(const RxDocument& document);
std::string format_rx(const RxNote& note);
/// Accept exactly what format_rx() gives.  Fail with input_invalid naming the field; an item or
/// product without quantity, or a product of no item, is one.
Result<RxDocument> parse_rx_document(std::string_view text);
Result<RxNote> parse_rx_note(std::string_view text);

/// Counts of each item, as the entry of the issue has them.
std::vector<std::uint64_t> quantities_of(const RxDocument& document);
/// Counts that the products are of `items` items.  Fails with input_invalid.
Result<std::vector<std::uint64_t>> quantities_of(const RxNote& note, std::size_t items);

/// Paths of the fields in which two documents differ, `items[0].dose`, in the order of the fields.
std::vector<std::string> differing_fields(const RxDocument& a, const RxDocument& b);

}  // namespace medchain::entry
