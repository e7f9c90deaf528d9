// medchain-vault own, disown, delegate, undelegate: patients who own a subject, and who acts for
// them.  Others sign too: what --emit prints, they endorse.
#include "cli/data_act.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_records.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_own_acts.hpp"

namespace medchain::cli {
namespace {

using entry::LinkAct;

Result<int> change_owner(Session& session, LinkAct act_kind, const std::string& done) {
  MC_ASSIGN(const MemberName patient, member_operand(session.operands().front()));
  MC_ASSIGN(const auto subject, subject_option(session));
  if (!subject)
    return fail(Code::usage, "option '--subject' is needed: whose records")
        .with_hint("give '--subject-file=FILE'");
  MC_ASSIGN(const auto act, DataAct::begin(session));
  entry::Link body;
  body.act = act_kind;
  body.custodian = act->member();
  body.other = patient;
  MC_ASSIGN(body.subject, find_own_subject(act->vault(), *subject));
  MC_ASSIGN(body.person, act->person());
  return act->finish(std::move(body), quote(patient.get()) + " " + done);
}

/// Patients name who acts for them; of a child its custodian names the guardian.
Result<int> change_delegate(Session& session, LinkAct act_kind, const std::string& done) {
  MC_ASSIGN(const MemberName other, member_operand(session.operands().front()));
  MC_ASSIGN(const auto subject, subject_option(session));
  const auto patient = session.setting("patient");
  if (subject.has_value() != patient.has_value())
    return fail(Code::usage,
                "options '--subject' and '--patient' come together: a custodian names the guardian "
                "of a patient of its");
  MC_ASSIGN(const auto act, DataAct::begin(session, true));
  entry::Link body;
  body.act = act_kind;
  body.other = other;
  body.patient = act->member();
  if (patient) {
    MC_ASSIGN(body.patient, member_option("patient", *patient));
    body.custodian = act->member();
    MC_ASSIGN(body.subject, find_own_subject(act->vault(), *subject));
  }
  if (act_kind == LinkAct::delegate) {
    body.kind =
        session.has("guardian") ? entry::DelegateKind::guardian : entry::DelegateKind::delegate;
    MC_ASSIGN(body.until, session.time("until"));
  }
  MC_ASSIGN(body.person, act->person());
  return act->finish(std::move(body),
                     quote(other.get()) + " " + done + " " + quote(body.patient->get()));
}

}  // namespace

Result<int> vault_own(Session& session) {
  return change_owner(session, LinkAct::own, "owns a subject");
}
Result<int> vault_disown(Session& session) {
  return change_owner(session, LinkAct::disown, "owns a subject no more");
}
Result<int> vault_delegate(Session& session) {
  return change_delegate(session, LinkAct::delegate, "acts for");
}
Result<int> vault_undelegate(Session& session) {
  return change_delegate(session, LinkAct::undelegate, "acts no more for");
}

}  // namespace medchain::cli
