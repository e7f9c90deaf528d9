"""Plays a scenario step by step on a ledger, and compares each verdict (doc/erezept-mapping.md)."""
import collections
import hashlib
from datetime import timedelta

import judge
import scenario
from sentences import Reader, pretender
from world import Outcome, Prescription, Trouble

# What a sentence asks of the service, if no request in its dumps says so.
ASKS = {"issue": ["create", "activate"], "accept": ["accept"], "dispense": ["dispense"], "supply": ["close"], "close": ["close"],
        "reject": ["reject"], "abort": ["abort"], "recover": ["recover"], "receipt": ["receipt"]}
TASK_STATES = {"ready": {"issued", "expired"}, "in-progress": {"held", "lapsed"}, "completed": {"completed", "claimed"},
               "cancelled": {"cancelled"}}
# Why a step that asks nothing of a prescription's state is left out.
LEFT_OUT = {
    "setup": "somebody gets keys or a connection",
    "message": "messages between patient and pharmacy",
    "billing": "billing records and the consent to them",
    "evidence": "proof that an insurance card was present",
    "protocol": "the service's own access log",
    "dispensed": "what a patient reads about what was dispensed",
    "received": "what the test itself remembers",
}
FOREIGN = {"Communication": "message", "ChargeItem": "billing", "Consent": "billing", "AuditEvent": "protocol",
           "Subscription": "setup", "MedicationDispense": "dispensed"}
RIGHTS = {401, 403, 409, 410, 412}


class Unmapped(Exception):
    """A step about states or rights for which there is no counterpart here."""


class Apart(Exception):
    """A step on a prescription that stands otherwise here because a cancel was remembered (decision 0023)."""


class Tally:
    def __init__(self):
        self.replayed = collections.Counter()  # operation -> steps
        self.left_out = collections.Counter()  # reason -> steps
        self.problems = []
        self.missed = 0  # steps that could have been about states or rights

    def summary(self):
        return f"{sum(self.replayed.values())} steps replayed, {sum(self.left_out.values())} left out, {len(self.problems)} problems"


class Player:
    """Plays one scenario."""

    def __init__(self, story, world, tally):
        self.story, self.world, self.tally = story, world, tally
        self.reader = Reader()
        self.pretender = pretender(story.name)
        self.sentence = None
        self.pools = collections.defaultdict(list)  # (pool, actor's name) -> prescriptions, oldest first
        self.ids = self.issued = 0  # issued: in this step
        self.count = 1 + sum(2 + len(step.exchanges) for step in story.steps)  # more than are ever dispensed

    def problem(self, text):
        self.tally.problems.append(f"{self.story.name}: '{self.sentence.text}': {text}")

    def leave_out(self, reason):
        self.tally.left_out[reason] += 1

    def play(self):
        for step in self.story.steps:
            self.sentence, self.issued = self.reader.read(step.name), 0
            try:
                self.play_step(step)
            except Apart as reason:
                self.leave_out(str(reason))
            except (Unmapped, Trouble) as error:
                self.problem(str(error))

    def play_step(self, step):
        action = self.sentence.action
        for text in step.unknown:
            self.tally.missed += 1
            self.leave_out(f"unknown dump: {text.split(' ')[0]}")
        if action == "hand":
            return self.hand()
        if not step.exchanges and self.sentence.refused and not self.sentence.cause and self.empty_handed():
            return self.leave_out("it has nothing in hand, and asks nothing")
        if not [self.exchange_or_apart(row) for row in self.rows(step)]:
            self.without_request()

    def rows(self, step):
        """(operation, exchange) of all that the step asks; what the sentence asks comes without a request of its own."""
        rows, asks = [], list(ASKS.get(self.sentence.action, []))
        if self.sentence.action == "accept" and (self.sentence.pool == "accepted" or "erneut" in self.sentence.text):
            asks = ["recover"]
        explicit = {one.operation for one in step.exchanges if one.operation}
        asks = [] if explicit & set(asks) else asks
        for one in step.exchanges:
            operation = one.operation
            if operation is None and one.path is None and asks:
                operation = asks.pop(0)
            rows.append((operation, one))
        if not self.sentence.idle:
            rows += [(operation, scenario.Exchange()) for operation in asks]
        return rows

    def without_request(self):
        action = self.sentence.action
        if action in ("receipts", "signature", "read", "fetch"):
            self.read(scenario.Exchange())
        elif action in LEFT_OUT:
            self.leave_out(LEFT_OUT[action])
        elif self.sentence.idle:
            self.leave_out("it says that nothing is done")
        else:
            self.tally.missed += 1
            self.leave_out(f"no known verb: {self.sentence.text[:60]}")

    # ---- One request

    def exchange_or_apart(self, row):
        try:
            self.exchange(row)
        except Apart as reason:
            self.leave_out(str(reason))

    def exchange(self, row):
        operation, one = row
        if operation is None:
            return self.other(one)
        if operation == "recover" and self.actor("pharmacy")[0] not in ("pharmacy", "payer"):
            return self.other(one)
        if operation not in judge.ANSWERS:
            raise Unmapped(f"operation '{operation}' is not known")
        if one.status == 400 and not (operation == "activate" and self.foreign_signer()):
            return self.leave_out("validation of profiles and contents (400)")
        if not self.expected(one)[0] and self.is_narrow(operation, one):
            return self.leave_out("rights of psychotherapists and insurers in workflow 162")
        if one.status not in (None, 200, 201, 204, 400) and one.status not in RIGHTS:
            raise Unmapped(f"status {one.status} of '{operation}'")
        return getattr(self, f"do_{operation}")(one)

    def is_narrow(self, operation, one):
        """Refused for a profession whose rights depend on the kind of prescription, which roles here do not."""
        role = self.sentence.actors[0][0] if self.sentence.actors else None
        if role == "psychotherapist":
            return operation in ("create", "activate")
        if role != "payer":
            return False
        return operation in ("abort", "dispense") or operation == "accept" and not (self.chosen(one, "assigned").task or "").startswith("162.")

    def other(self, one):
        """A request that is no operation of a Task, or one that the dumps do not name."""
        resource = one.path.split("/")[1].split("?")[0] if one.path else None
        if resource in FOREIGN:
            return self.leave_out(LEFT_OUT[FOREIGN[resource]])
        if resource not in (None, "Task"):
            raise Unmapped(f"requests to '{one.path}' are not known")
        if self.sentence.action in LEFT_OUT:
            return self.leave_out(LEFT_OUT[self.sentence.action])
        if self.sentence.action in ASKS and one.status not in RIGHTS:
            return self.leave_out("a reading beside the act")
        return self.read(one)

    def expected(self, one):
        """Whether it is allowed, and the status of a refusal if one is known."""
        if one.status is not None:
            return one.status < 300, None if one.status < 300 else one.status
        return not self.sentence.refused, self.sentence.cause

    def compare(self, operation, one, outcome, wrong_token=False):
        """Counts a verdict, and reports one that is not theirs."""
        self.tally.replayed[operation] += 1
        allowed, status = self.expected(one)
        theirs = "allowed" if allowed else f"refused ({status or 'no status'})"
        if outcome.allowed != allowed:
            return self.problem(f"{operation}: theirs is {theirs}, ours is {'allowed' if outcome.allowed else outcome.id}: {outcome.text}")
        ours = judge.statuses(operation, outcome.id, wrong_token) if not allowed else {None}
        if not ours or (status is not None and status not in ours):
            return self.problem(f"{operation}: theirs is {theirs}, ours is {outcome.id}, which is {sorted(ours)} there")
        return None

    def compare_states(self, one, prescription):
        status = one.states.get(prescription.task)
        if status is None or prescription.marked:
            return
        self.tally.replayed["state"] += 1
        ours = self.world.state(prescription)["state"]
        if ours not in TASK_STATES.get(status, ()):
            self.problem(f"the state there is '{status}', here '{ours}'")

    # ---- Who and what

    def actor(self, otherwise):
        """Who acts is named first."""
        if self.sentence.actors:
            return self.sentence.actors[0]
        if otherwise in self.reader.last:
            return otherwise, self.reader.last[otherwise]
        raise Unmapped(f"nobody is named who is a {otherwise}")

    def acting(self, otherwise, one):
        if one.status == 401:
            return self.world.outsider()
        return self.world.member(*self.actor(otherwise))

    def named(self, role):
        return next((name for one, name in self.sentence.actors if one == role), None)

    def chosen(self, one, *pools):
        """The prescription of a step: by its Task, else by what the sentence says of it."""
        found = [known for known in self.world.prescriptions if one.task and known.task == one.task]
        for pool in (self.sentence.pool, *pools):
            for _, name in self.sentence.actors:
                found += self.pools[pool, name][:1] if self.sentence.first else self.pools[pool, name][-1:]
        found += self.world.prescriptions[:1] if self.sentence.first else self.world.prescriptions[-1:]
        if not found:
            raise Unmapped("it is about a prescription that was never issued")
        if found[0].apart:
            raise Apart("it came back with a cancel that is remembered here")
        return found[0]

    def empty_handed(self):
        """A pharmacy was given no prescription, or accepted none."""
        pool = {"accept": "assigned", "supply": "accepted", "dispense": "accepted"}.get(self.sentence.action)
        role, name = self.actor("pharmacy")
        return pool is not None and role == "pharmacy" and not self.pools[pool, name]

    def new_id(self):
        self.ids += 1
        return hashlib.sha256(f"{self.story.name}/{self.ids}".encode()).hexdigest()[:32]

    # ---- Operations

    def foreign_signer(self):
        """The name of a pharmacist who signs instead of the prescriber, if one does."""
        if self.pretender == ("activate", "pharmacist"):
            return "who signs"
        return self.named("pharmacist")

    def issuer(self, operation, one):
        if self.pretender and self.pretender[0] == operation == "create":
            return self.world.member(self.pretender[1], "who pretends")
        if operation == "activate" and self.foreign_signer():
            return self.world.member("pharmacist", self.foreign_signer())
        return self.acting("prescriber", one)

    def windows(self, number):
        """Of a part of a prescription in parts.  A minute stands in for the parts that are other Tasks there: ours are of one issue."""
        rows = [row for row in self.sentence.rows if row.get("MVO", "").lower() == "true"]
        if not rows:
            return []
        row = rows[min(number, len(rows) - 1)]
        days = {name: int(row[name]) if row.get(name, "").isdigit() else None for name in ("Gueltigkeitsstart", "Gueltigkeitsende")}
        begin = self.world.now + timedelta(days=days["Gueltigkeitsstart"] or 0)
        end = self.world.now + timedelta(days=363 if days["Gueltigkeitsende"] is None else days["Gueltigkeitsende"] + 1)
        return [(begin, end), (end, end + timedelta(minutes=1))]

    def do_create(self, one):
        """Who may; what is prescribed comes with the activation."""
        self.compare("create", one, self.world.issue(self.issuer("create", one), "somebody", 1, dry=True)[1])

    def do_activate(self, one):
        patient = self.named("patient") or self.reader.last.get("patient") or "somebody"
        pharmacy = self.named("pharmacy") if self.sentence.directed else None
        token, outcome = self.world.issue(self.issuer("activate", one), patient, self.count, windows=self.windows(self.issued),
                                          pharmacy=self.world.member("pharmacy", pharmacy) if pharmacy else None)
        self.issued += 1
        self.compare("activate", one, outcome)
        if not outcome.allowed:
            return
        made = Prescription(one.task, outcome.receipt()["entry"], self.issuer("activate", one), patient, token)
        self.world.prescriptions.append(made)
        for name in (patient, self.actor("prescriber")[1]):
            self.pools["issued", name].append(made)
        if self.sentence.directed and self.named("pharmacy"):
            self.give(made, self.named("pharmacy"))
        self.compare_states(one, made)

    def give(self, prescription, name):
        prescription.has.add(name)
        self.pools["assigned", name].append(prescription)

    def hand(self):
        """The redeem token goes to somebody: no act on the ledger."""
        receivers = [name for role, name in self.sentence.actors if role in ("pharmacy", "payer", "representative")]
        if not receivers:
            raise Unmapped("it does not say to whom")
        if not self.sentence.refused:
            self.give(self.chosen(scenario.Exchange(), "assigned", "issued"), receivers[-1])
        self.leave_out("a redeem token is handed over")

    def do_accept(self, one):
        prescription = self.chosen(one, "assigned")
        name, number = self.actor("pharmacy")[1], self.new_id()
        token = self.world.wrong_token() if self.sentence.wrong else prescription.token
        outcome = self.world.accept(self.acting("pharmacy", one), token, number)
        self.compare("accept", one, outcome, self.sentence.wrong)
        if outcome.allowed:
            prescription.holds[name] = number
            self.pools["accepted", name].append(prescription)
        self.compare_states(one, prescription)

    def do_recover(self, one):
        """Who holds it reads it again; once it is completed there is the receipt to read."""
        prescription = self.chosen(one, "accepted", "assigned")
        if self.actor("pharmacy")[1] in prescription.closes:
            return self.do_receipt(one)
        self.compare("recover", one, self.world.read_again(self.acting("pharmacy", one), prescription.token))
        return self.compare_states(one, prescription)

    def holder(self, one):
        """Who acts as the pharmacy.  What there is a wrong Secret is here another member's key."""
        if self.sentence.wrong:
            return self.world.member("pharmacy", "a stranger")
        return self.acting("pharmacy", one)

    def do_dispense(self, one):
        prescription = self.chosen(one, "accepted", "assigned")
        outcome = self.world.dispense(self.holder(one), prescription)
        self.compare("dispense", one, outcome)
        if outcome.allowed:
            self.pools["dispensed", self.actor("pharmacy")[1]].append(prescription)
        self.compare_states(one, prescription)

    def do_close(self, one):
        """One that brings what was dispensed dispenses first."""
        prescription = self.chosen(one, "accepted", "assigned")
        member, name = self.holder(one), self.actor("pharmacy")[1]
        outcome = Outcome(True)
        if one.path or self.sentence.action == "supply":
            outcome = self.world.dispense(member, prescription)
        if outcome.allowed:
            number = self.new_id()
            outcome = self.world.act(member, "close", str(prescription.entry), "--id", number)
        self.compare("close", one, outcome)
        if outcome.allowed:
            prescription.closes[name] = number
            self.pools["dispensed", name].append(prescription)
        self.compare_states(one, prescription)

    def do_receipt(self, one):
        """The same close again, under its id, gives its receipt again."""
        prescription = self.chosen(one, "dispensed")
        number = prescription.closes.get(self.actor("pharmacy")[1]) or self.new_id()
        self.compare("receipt", one, self.world.act(self.holder(one), "close", str(prescription.entry), "--id", number))

    def do_reject(self, one):
        prescription = self.chosen(one, "accepted", "assigned")
        outcome = self.world.act(self.holder(one), "return", str(prescription.entry))
        self.compare("reject", one, outcome)
        self.compare_states(one, prescription)
        prescription.apart = prescription.marked and outcome.allowed

    def do_abort(self, one):
        prescription = self.chosen(one, "accepted", "assigned", "issued")
        role, name = self.actor("prescriber")
        if role in ("pharmacy", "payer"):
            member = self.holder(one)
        else:
            if role != "prescriber":
                self.world.own(prescription)
            if role == "representative" and not self.sentence.wrong:
                self.world.delegate(prescription.patient, name)
            member = self.acting(role, one)
        outcome = self.world.act(member, "cancel", str(prescription.entry))
        if outcome.allowed and self.world.state(prescription)["state"] != "cancelled":
            # Ours remembers the wish until the pharmacy has done with it (decision 0023); nothing is cancelled.
            prescription.marked = True
            outcome = Outcome(False, "prescription.held", "it is held, and marked")
        self.compare("abort", one, outcome)
        if outcome.allowed:
            self.pools["deleted", prescription.patient].append(prescription)
        self.compare_states(one, prescription)

    # ---- Readings

    def read(self, one):
        """What is shown, receipts and their signatures: by what the ledger says."""
        action = self.sentence.action
        if action == "signature":
            return self.verify()
        if action == "receipts":
            return self.count_receipts()
        if one.status == 412:
            return self.do_recover(one)
        if action not in ("read", "fetch"):
            raise Unmapped(f"a response {one.status} to nothing that is known")
        if action == "fetch":
            return self.fetch(one)
        prescription = self.chosen(one, "issued", "assigned")
        state = self.world.state(prescription)["state"]
        hidden = self.sentence.refused or self.sentence.idle or (one.status or 200) >= 400
        shown = self.is_shown(prescription, state)
        self.tally.replayed["read"] += 1
        if shown == hidden:
            self.problem(f"the prescription is {state} here")
        return self.compare_states(one, prescription)

    def fetch(self, one):
        """With a patient's card a pharmacy gets what can be redeemed."""
        if self.sentence.refused:
            return self.leave_out(LEFT_OUT["evidence"])
        patient = self.named("patient")
        found = [known for known in self.world.prescriptions
                 if patient in (None, known.patient) and self.world.state(known)["state"] == "issued"]
        for known in found:
            self.give(known, self.actor("pharmacy")[1])
        if not found:
            return self.leave_out("a reading that finds nothing")
        self.tally.replayed["read"] += 1
        if (one.status or 200) >= 400:
            self.problem("there is one to redeem here")
        return None

    def is_shown(self, prescription, state):
        """Whom it is about reads it, and who has the token as long as it can be redeemed; then its holder."""
        role, name = self.actor("patient")
        if role == "pharmacy":
            return state == "issued" and name in prescription.has or state == "held" and name in prescription.holds
        return state != "cancelled" and (name == prescription.patient or name in prescription.has)

    def verify(self):
        self.tally.replayed["signature"] += 1
        if self.world.run("union", "medchain-verify", "ledger", "-q").returncode != 0:
            self.problem("the ledger does not verify")

    def count_receipts(self):
        """Prescriptions that this pharmacy closed, of the patient who is named, with a receipt of it on the ledger."""
        patient, name = self.named("patient"), self.actor("pharmacy")[1]
        words = self.sentence.text.lower().split()
        wanted = next((int(word) for word in words if word.isdigit()), 0 if "keine" in words else 1)
        member = self.world.member(*self.actor("pharmacy"))
        closed = [one for one in self.world.prescriptions if name in one.closes and patient in (None, one.patient)]
        have = sum(any(receipt["dispenser"] == member for receipt in self.world.state(one)["receipts"]) for one in closed)
        self.tally.replayed["receipts"] += 1
        fits = have >= wanted if "mindestens" in words else have <= wanted if "maximal" in words else have == wanted
        if not fits:
            self.problem(f"{have} receipts here")
