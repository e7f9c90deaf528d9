// medchain-verify records.
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/record_inputs.hpp"
#include "cli/record_report.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_receipts = 256u << 20;

Result<std::vector<verify::Opening>> read_openings(const std::string& path) {
  MC_ASSIGN(const std::string text, read_file(path, max_receipts, Code::input_unreadable));
  std::vector<verify::Opening> openings;
  std::uint64_t line_number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++line_number;
    if (trim_ascii(line).empty()) continue;
    auto opening = verify::parse_opening(line);
    if (!opening)
      return std::move(opening).error().context(quote(path) + ":" + std::to_string(line_number));
    if (*opening) openings.push_back(**opening);
  }
  if (openings.empty())
    return fail(Code::input_invalid, quote(path) + " has no receipt with an opening")
        .with_hint("anchor with --with-openings to get such receipts");
  return openings;
}

/// Records that the vault is asked about at once.
constexpr std::size_t checked_at_once = 8'192;

Status check_some(const std::vector<source::Item>& items, verify::RecordChecker& checker,
                  RecordReport& out) {
  MC_ASSIGN(const auto findings, checker.check_all(items));
  auto finding = findings.begin();
  for (const source::Item& item : items)
    MC_TRY(item.record ? out.add(item.place, *finding++)
                       : out.add_problem("record.unreadable", item.place, item.problem->message));
  return {};
}

Status check_inputs(Session& session, source::Reader& reader, verify::RecordChecker& checker,
                    RecordReport& out) {
  std::vector<source::Item> items;
  for (;;) {
    if (session.interrupted())
      return fail(Code::interrupted,
                  "stopped by a signal after " + std::to_string(out.count()) + " records");
    const auto more = source::read_some(reader, checked_at_once, items);
    MC_TRY(check_some(items, checker, out));
    MC_TRY(more);
    if (!*more) return {};
  }
}

}  // namespace

Result<int> verify_records(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(auto inputs, open_record_inputs(session, Reading::ahead));
  std::vector<verify::Opening> openings;
  const auto receipts = session.setting("receipts");
  if (receipts) {
    MC_ASSIGN(openings, read_openings(*receipts));
  }
  std::unique_ptr<vault::Vault> vault;
  if (!receipts) {
    MC_ASSIGN(vault, open_vault(session, {}));
  }
  session.seal(inputs.places);
  RecordReport out(session, ledger->directory(), record_kinds());
  const Status done = ledger->read([&](const ledger::Snapshot& view) -> Status {
    if (receipts) {
      verify::RecordChecker checker(view, nullptr, openings);
      return check_inputs(session, *inputs.reader, checker, out);
    }
    MC_TRY(check_same_ledger(*vault, view));
    return vault->read([&]() -> Status {
      verify::RecordChecker checker(view, vault.get(), {});
      return check_inputs(session, *inputs.reader, checker, out);
    });
  });
  for (const std::string& notice : inputs.reader->take_notices()) session.detail(notice);
  return out.finish_after(done);
}

}  // namespace medchain::cli
