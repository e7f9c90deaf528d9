// Events of a ledger as rows of a report.
#pragma once

#include <string>
#include <vector>

#include "audit/event.hpp"
#include "audit/watch.hpp"
#include "cli/audit_rows.hpp"
#include "entry/scalar_text.hpp"

namespace medchain::cli {

std::vector<report::Column> event_columns();
std::vector<std::string> event_cells(const audit::Event& event);
std::vector<std::string_view> event_fields();
/// {"schema":...,"type":"event",...}
json::Object event_line(const audit::Event& event);

// Words that other reports share.
/// `12ab34cd asserted` or `hosp-a/wang signed`; empty: no person is named.
std::string person_text(const audit::Event& event);
std::string names_text(const std::vector<MemberName>& names);
template <class T>
std::string words_text(const std::vector<T>& all) {
  std::string text;
  for (const T& each : all) text += (text.empty() ? "" : ",") + entry::text_of(each);
  return text;
}
/// `grant permit`: kind and act.
std::string act_text(const audit::Event& event);
/// `done`, `denied: grant.used_up`.
std::string outcome_text(const audit::Event& event);
/// `2 Observation, 1 Patient`
std::string counts_text(const audit::Watch::Counts& counts);
/// [{"resource":"Observation","count":2}]
json::Array counts_value(const audit::Watch::Counts& counts);
/// First digits of a tag, enough to tell two apart.
std::string short_tag(ByteView tag);

}  // namespace medchain::cli
