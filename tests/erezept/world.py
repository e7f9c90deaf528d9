"""The actors of a scenario as members of a medchain ledger, and what the tools answer them."""
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

BEGIN = datetime(2025, 3, 1, 9, tzinfo=timezone.utc)
POLICY = "time-zone: Europe/Berlin\nprescription:\n  preset: de\n"
KEY_ROLES = {
    "prescriber": ["--kind", "hospital", "--role", "custodian", "--role", "prescriber"],
    "pharmacy": ["--kind", "pharmacy", "--role", "dispenser"],
    "psychotherapist": ["--kind", "clinic", "--role", "custodian", "--role", "prescriber"],
    "payer": ["--kind", "insurer", "--role", "dispenser", "--role", "payer"],
    "pharmacist": ["--kind", "service", "--role", "reviewer"],
    "patient": ["--kind", "patient"],
}


class Trouble(Exception):
    """A command that only prepares something failed."""


@dataclass
class Outcome:
    allowed: bool
    id: str = ""  # of the error
    text: str = ""
    lines: list = field(default_factory=list)

    def receipt(self):
        return next(line for line in self.lines if line.get("type") == "receipt")


@dataclass
class Prescription:
    task: str | None
    entry: int
    prescriber: str
    patient: str
    token: str
    holds: dict = field(default_factory=dict)  # pharmacy -> id of its acceptance
    closes: dict = field(default_factory=dict)
    has: set = field(default_factory=set)  # pharmacies that were given the token
    marked: bool = False  # cancelled by its prescriber while it was held
    apart: bool = False  # and came back


class World:
    """One ledger.  Keys are made once for all worlds of a directory (`keys`: of more); time moves with each command."""

    def __init__(self, directory, number, tools, keys=None):
        self.keys = keys or os.path.join(directory, "keys")
        self.place = os.path.join(directory, str(number))
        self.tools = tools
        self.members = {}  # of the scenario's actors
        self.now = BEGIN
        self.prescriptions = []
        self.owned = set()
        os.makedirs(self.place)
        with open(self.path("policy.yaml"), "w", encoding="ascii") as file:
            file.write(POLICY)
        self.make_keys("union", ["--role", "admin", "--role", "custodian", "--role", "prescriber"])
        self.must("union", "medchain-init", "-q", "--origin", f"erezept.example/{number}", "-l", self.path("ledger"), "--policy",
                  self.path("policy.yaml"), "--time", self.time())

    def path(self, name):
        return os.path.join(self.place, name)

    def time(self):
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def make_keys(self, member, options):
        if not os.path.isdir(os.path.join(self.keys, member)):
            self.must(None, "medchain-key", "new", "-q", "--name", member, "--key", os.path.join(self.keys, member), *options)

    def member(self, role, name):
        """The member that stands for an actor, admitted when it is first needed.  Who is a patient and a representative is one."""
        if name not in self.members:
            tag = hashlib.sha256(name.encode()).hexdigest()
            role = "patient" if role == "representative" else role
            member = f"p-{tag[:16]}" if role == "patient" else f"{role}-{tag[:8]}"
            self.make_keys(member, KEY_ROLES[role])
            self.must("union", "medchain-member", "add", "-q", os.path.join(self.keys, member, f"{member}.member"), "--time", self.time())
            self.members[name] = member
        return self.members[name]

    def outsider(self):
        """Has keys, and is no member."""
        self.make_keys("outsider", KEY_ROLES["pharmacy"])
        return "outsider"

    def run(self, member, *command, given=None):
        environment = {"PATH": f"{self.tools}:{os.environ['PATH']}", "HOME": self.place, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                       "MEDCHAIN_LEDGER": self.path("ledger"), "MEDCHAIN_CONFIG": "none"}
        for name in (name for name in os.environ if name.endswith("SAN_OPTIONS")):
            environment[name] = os.environ[name]
        if member is not None:
            environment.update(MEDCHAIN_KEY=os.path.join(self.keys, member), MEDCHAIN_VAULT=self.path(f"vault-{member}"))
            if not member.startswith("p-"):
                environment["MEDCHAIN_PERSON"] = f"staff-of-{member}"
        return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, cwd=self.place, check=False)

    def must(self, member, *command, given=None):
        done = self.run(member, *command, given=given)
        if done.returncode != 0:
            raise Trouble(f"{' '.join(command)}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def act(self, member, verb, *options, timed=True):
        """One verb of medchain-rx by a member, some time after the one before."""
        if timed:
            self.now += timedelta(seconds=90)
            options += ("--time", self.time())
        done = self.run(member, "medchain-rx", verb, *options, "--json")
        if done.returncode == 0:
            return Outcome(True, lines=[json.loads(line) for line in done.stdout.splitlines()])
        errors = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        error = next((line for line in errors if line.get("type") == "error"), None)
        if error is None or done.returncode not in (1, 3, 5, 8, 9):
            raise Trouble(f"medchain-rx {verb}: status {done.returncode}: {done.stderr}")
        return Outcome(False, error["id"], error["message"])

    def state(self, prescription):
        lines = self.must("union", "medchain-rx", "list", "--json").splitlines()
        return next(line for line in map(json.loads, lines) if line["entry"] == prescription.entry)

    # ---- Acts

    def issue(self, member, patient, count, *, windows=(), pharmacy=None, dry=False):
        number = len(self.prescriptions)
        with open(self.path(f"document-{number}"), "w", encoding="ascii") as file:
            items = [{"code": f"pzn-{number}", "unit": "package", "quantity": count}]
            json.dump({"schema": "medchain/1", "type": "prescription-document", "items": items}, file)
            file.write("\n")
        with open(self.path("subject"), "w", encoding="ascii") as file:
            file.write(f"{patient}\n")
        options = ["--document", self.path(f"document-{number}"), "--subject-file", self.path("subject")]
        for begin, end in windows:
            options += ["--part", f"{begin.strftime('%Y-%m-%dT%H:%M:%SZ')}/{end.strftime('%Y-%m-%dT%H:%M:%SZ')}"]
        if pharmacy:
            options += ["--pharmacy", pharmacy, "--mode", "in-house"]
        token = self.path(f"token-{number}")
        return token, self.act(member, "issue", *options, "--token-file", token, *(["--dry-run"] if dry else []))

    def own(self, prescription):
        """The patient owns what this prescriber has about it, so that it may act on it."""
        key = (prescription.prescriber, prescription.patient)
        if key in self.owned:
            return
        self.owned.add(key)
        with open(self.path("subject"), "w", encoding="ascii") as file:
            file.write(f"{prescription.patient}\n")
        patient = self.member("patient", prescription.patient)
        line = self.must(prescription.prescriber, "medchain-vault", "own", "-q", patient, "--subject-file", self.path("subject"),
                         "--time", self.time(), "--emit")
        self.must(patient, "medchain-member", "endorse", "-q", "--time", self.time(), given=line)

    def delegate(self, patient, representative):
        other = self.member("patient", representative)
        line = self.must(self.member("patient", patient), "medchain-vault", "delegate", "-q", other, "--time", self.time(), "--emit")
        self.must(other, "medchain-member", "endorse", "-q", "--time", self.time(), given=line)

    def wrong_token(self):
        """A redeem token, but of another ledger."""
        other = World(self.place, "other", self.tools, self.keys)
        token, made = other.issue("union", "nobody", 1)
        assert made.allowed
        return token

    def read_again(self, member, token):
        """As after a loss of all that the member remembers."""
        shutil.rmtree(self.path(f"vault-{member}"), ignore_errors=True)
        return self.act(member, "show", "--token-file", token, timed=False)

    def note(self, count):
        with open(self.path("note"), "w", encoding="ascii") as file:
            products = [{"item": 1, "product": "pzn-dispensed", "quantity": count}]
            json.dump({"schema": "medchain/1", "type": "prescription-note", "products": products}, file)
            file.write("\n")
        return self.path("note")

    def accept(self, member, token, number):
        return self.act(member, "accept", "--token-file", token, "--id", number)

    def dispense(self, member, prescription):
        return self.act(member, "dispense", str(prescription.entry), "--document", self.note(1))
