// uses: what each receiver got, by what, and how it was passed on; flows: how much moved between
// members, by purpose and month, without a tag.
#include "audit/flows.hpp"
#include "base/parse.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_side.hpp"
#include "cli/entry_operand.hpp"
#include "cli/places.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {
namespace {

using report::Align;

/// Which steps count: by, to or from a member, in a period.
struct StepFilter {
  std::optional<MemberName> from, to;
  AuditPeriod period;
  bool operator()(const audit::Step& step) const {
    return (!from || step.from == *from) && (!to || step.to == *to) &&
           period.contains(step.event.logged);
  }
};

Result<StepFilter> step_filter(Session& session) {
  StepFilter filter;
  if (const auto from = session.arguments().value("from")) {
    MC_ASSIGN(filter.from, member_option("from", *from));
  }
  if (const auto to = session.arguments().value("to")) {
    MC_ASSIGN(filter.to, member_option("to", *to));
  }
  MC_ASSIGN(filter.period, audit_period(session));
  return filter;
}

std::string number(std::uint64_t value) { return value == 0 ? "" : std::to_string(value); }

void set_tally(json::Object& line, const audit::Tally& tally) {
  line.set("releases", tally.releases)
      .set("records", tally.records)
      .set("uses", tally.uses)
      .set("opened", tally.opened)
      .set("failed", tally.failed)
      .set("denied", tally.denied)
      .set("first", format_time(tally.first))
      .set("last", format_time(tally.last));
}

/// `hosp-b -> hosp-a -> hosp-c`
std::string chain_text(const audit::Usage& usage) {
  std::string text;
  for (const audit::Link& link : usage.chain) text += link.author.get() + " -> ";
  return text + usage.to.get();
}

json::Object usage_line(const audit::Usage& usage) {
  json::Object line = message("usage");
  line.set("to", usage.to.get())
      .set("ground", entry::word_of(usage.ground.kind))
      .set("ground_entry", usage.ground.index.get());
  json::Array chain, places;
  for (const audit::Link& link : usage.chain) {
    json::Object one;
    one.set("grant", link.grant.get()).set("author", link.author.get());
    chain.emplace_back(std::move(one));
  }
  line.set("chain", std::move(chain)).set("purposes", entry::encode_value(usage.purposes));
  set_tally(line, usage.tally);
  line.set("resources", counts_value(usage.resources));
  for (const auto& [entry, rows] : usage.records) {
    std::vector<std::uint32_t> numbers;
    for (const auto& [row, type] : rows) numbers.push_back(row);
    places.emplace_back(
        entry::encode(entry::RecordSet{entry, entry::RowRanges::of(std::move(numbers))}));
  }
  return line.set("places", std::move(places));
}

std::vector<std::string> usage_cells(const audit::Usage& usage) {
  return {usage.to.get(),
          std::string(entry::word_of(usage.ground.kind)) + " " +
              std::to_string(usage.ground.index.get()),
          usage.chain.empty() ? "" : chain_text(usage),
          words_text(usage.purposes),
          number(usage.tally.releases),
          counts_text(usage.resources),
          number(usage.tally.uses),
          number(usage.tally.failed),
          number(usage.tally.denied),
          format_time(usage.tally.last)};
}

json::Object flow_line(const audit::Flow& flow, const audit::Tally& tally) {
  json::Object line = message("flow");
  line.set("month", flow.month).set("from", flow.from.get()).set("to", flow.to.get());
  if (!flow.purpose.empty()) line.set("purpose", flow.purpose);
  set_tally(line, tally);
  return line;
}

}  // namespace

std::vector<Option> audit_flow_options() {
  std::vector<Option> options = {
      {"from", 0, ValueKind::text, "MEMBER", "only what this member gave or refused"},
      {"to", 0, ValueKind::text, "MEMBER", "only what this member got or was refused"}};
  for (const Option& option : audit_period_options()) options.push_back(option);
  return options;
}

Result<int> audit_uses(Session& session) {
  MC_ASSIGN(const StepFilter filter, step_filter(session));
  MC_ASSIGN(auto side, AuditSide::open(session, false, true));
  session.seal({});
  AuditRows rows(session,
                 {{"TO"},
                  {"UNDER"},
                  {"WAY"},
                  {"PURPOSE"},
                  {"RELEASES", Align::right},
                  {"RECORDS"},
                  {"USES", Align::right},
                  {"FAILED", Align::right},
                  {"DENIED", Align::right},
                  {"LAST"}},
                 {"to", "ground", "ground_entry", "chain", "purposes", "releases", "records",
                  "uses", "opened", "failed", "denied", "first", "last", "resources", "places"});
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto usages, audit::usages(view, going_on(session), filter));
    for (const audit::Usage& usage : usages)
      MC_TRY(rows.add(usage_line(usage), usage_cells(usage)));
    return {};
  }));
  MC_TRY(rows.finish("ground"));
  return 0;
}

Result<int> audit_flows(Session& session) {
  MC_ASSIGN(const StepFilter filter, step_filter(session));
  MC_ASSIGN(auto side, AuditSide::open(session, false, true));
  session.seal({});
  AuditRows rows(session,
                 {{"MONTH"},
                  {"FROM"},
                  {"TO"},
                  {"PURPOSE"},
                  {"RELEASES", Align::right},
                  {"RECORDS", Align::right},
                  {"USES", Align::right},
                  {"OPENED", Align::right},
                  {"FAILED", Align::right},
                  {"DENIED", Align::right}},
                 {"month", "from", "to", "purpose", "releases", "records", "uses", "opened",
                  "failed", "denied", "first", "last"});
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto flows, audit::flows(view, going_on(session), filter));
    for (const auto& [flow, tally] : flows)
      MC_TRY(rows.add(flow_line(flow, tally),
                      {flow.month, flow.from.get(), flow.to.get(), flow.purpose,
                       number(tally.releases), number(tally.records), number(tally.uses),
                       number(tally.opened), number(tally.failed), number(tally.denied)}));
    return {};
  }));
  MC_TRY(rows.finish("flow"));
  return 0;
}

}  // namespace medchain::cli
