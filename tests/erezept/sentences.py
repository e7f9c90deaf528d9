"""The German sentences of E-Rezept scenarios: what is done, by whom, to which prescription, and whether it may be.

Only words of the language are known here, no sentence as a whole.  Umlauts are spelled out (ae oe ue ss) before anything is compared.
"""
import re
import unicodedata
from dataclasses import dataclass, field

KEYWORD = re.compile(r"^(Angenommen|Gegeben seien|Gegeben sei|Wenn|Und|Dann|Aber|Sondern|\*)\s+")

# Whoever a scenario names, by the word before the name.
ROLES = {
    "prescriber": r"(?:zahn)?arzt|(?:zahn)?aerztin",
    "psychotherapist": r"(?:kinder)?psychotherapeut(?:in)?",
    "pharmacy": r"(?:krankenhaus-?)?apotheke",
    "payer": r"kostentraegers?",
    "pharmacist": r"apotheker|apothekers|apothekerin",
    "patient": r"(?:gkv|pkv|bg|sel|soz|gpv|ppv|bei)?[- ]?versicherte[nrs]?",
    "representative": r"vertreter|vertreters|vertreterin",
}
MENTION = re.compile(r"\b(?:" + "|".join(f"(?P<{role}>{words})" for role, words in ROLES.items()) + r")\b(?!\s*e-rezept)", re.I)
KVNR = re.compile(r"\bKVNR (\w+)")
NAME = re.compile(r"\s+\"?((?:(?:Dr|Prof)\. )*(?!E-Rezept)[A-Z][\w.'-]*(?: (?!E-Rezept)[A-Z][\w.'-]*)?)")

# The verb decides; the first that fits.  Each stands where German puts it: finite last, or as an infinitive after kann, darf.
ACTIONS = [
    ("setup", r"hat zugriff auf|verbindet sich|registriert$|subscription|informiert$|aufweist$"),
    ("billing", r"abrechnungs|abgabedaten|einwilligung|aenderungswunsch"),
    ("evidence", r"pruefungsnachweis"),
    ("protocol", r"protokoll"),
    ("signature", r"signatur.*(validier|pruef)"),
    ("receipt", r"quittung\b.*\babruf"),
    ("receipts", r"quittung.*vorliegen"),
    ("issue", r"\b(verschreib|ausstell|einstell|signier)(t|en)\b"),
    ("hand", r"zuweis(t|en)\b|per nachricht an .*vertreter.* schick(t|en)\b"),
    ("message", r"nachricht\w*\b.*\b(loesch|beantwort|empfang|empfaeng|abruf|schick)|anfrage|antwort|begruendung"),
    ("abort", r"(loesch|stornier|abbrech|abbrich)(t|en)\b"),
    ("accept", r"akzeptier(t|en)\b"),
    ("dispense", r"dispensierinformation.*bereitstell(t|en)\b|dispensierung durchfuehr"),
    ("supply", r"abgabeinformation.*bereitstell(t|en)\b"),
    ("close", r"(abschliess|abschluss.*aender)(t|en|n)\b"),
    ("dispense", r"dispensierinformation.*aendern\b"),
    ("reject", r"\bzurueck(weis|geb|gib|geg)\w*\b|wieder freig(ib|eb)"),
    ("supply", r"\bdispensier(t|en)\b"),
    ("recover", r"akzeptierte\w* e-rezept.*(abruf|wiederherstell)"),
    ("dispensed", r"dispensierinformation.*abruf|abgegeben|freischaltcode"),
    ("fetch", r"mit der egk .*abruf(t|en)\b"),
    ("read", r"angezeigt|einsehen|abruf(t|en)\b|herunterlaed|herunterlad|scannt\b"),
    ("received", r"medikament\w* erhalten|elektronisch erhalten|erhaelt$|kein e-rezept .*erhalten"),
]

# Why something is refused, and the HTTP status that stands for it.
CAUSES = [
    (410, r"nicht mehr existier|(bereits|schon) geloescht"),
    (409, r"konflikt|(bereits|schon) (akzeptiert|dispensiert)"),
    (403, r"nicht das recht|kein recht|nicht berechtigt|keine berechtigung|noch nicht gueltig|nicht mehr gueltig|abgelaufen"),
    (403, r"falsche[nmrs]? (secret|accesscode)|ohne (secret|accesscode|zu akzeptieren)"),
]
POOLS = [
    ("dispensed", r"dispensierte|quittung"),
    ("accepted", r"akzeptierte"),
    ("assigned", r"(zugewiesen|abgerufen|heruntergeladen)e"),
    ("deleted", r"geloeschte"),
    ("issued", r"(eingestellt|ausgestellt)e"),
]


def plain(text):
    """Umlauts spelled out, other marks dropped."""
    text = unicodedata.normalize("NFC", text)
    for mark, letters in (("\u00e4", "ae"), ("\u00f6", "oe"), ("\u00fc", "ue"), ("\u00df", "ss"),
                          ("\u00c4", "Ae"), ("\u00d6", "Oe"), ("\u00dc", "Ue")):
        text = text.replace(mark, letters)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


@dataclass
class Sentence:
    text: str
    action: str | None = None
    actors: list = field(default_factory=list)  # (role, name or None), in the order of mention
    first: bool = False  # the first of several prescriptions, else the newest
    pool: str | None = None  # of which prescriptions
    refused: bool = False  # kann, darf ... nicht
    idle: bool = False  # it says that nothing is done
    cause: int | None = None
    wrong: bool = False  # a wrong or missing Secret or AccessCode
    directed: bool = False
    rows: list = field(default_factory=list)  # of its table


def table_rows(lines):
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.strip().startswith("|")]
    return [dict(zip(cells[0], row)) for row in cells[1:]]


class Reader:
    """Reads the sentences of one scenario; remembers who was named, and who was named last."""

    def __init__(self):
        self.known = {}  # name -> role
        self.last = {}  # role -> name

    def read(self, name):
        lines = plain(name).split("\n")
        text = KEYWORD.sub("", lines[0]).rstrip(": ")
        clause, _, reason = text.partition(", weil ")
        clause = clause.partition(", dass ")[0]
        low = clause.lower()
        made = Sentence(text, rows=table_rows(lines[1:]))
        made.action = next((action for action, pattern in ACTIONS if re.search(pattern, low)), None)
        if made.action in ("read", "fetch") and re.search(r"pruefungsnachweis|krankenhaus-apotheken", reason.lower()):
            made.action = "evidence"
        made.actors = self.mentions(clause, declares=made.action == "setup")
        negated = re.search(r"\b(nicht|kein\w*)\b", low)
        modal = re.search(r"\b(kann|koennen|darf|duerfen|soll)\b", low)
        made.refused, made.idle = bool(negated and modal), bool(negated and not modal)
        made.wrong = bool(re.search(CAUSES[-1][1], low))
        made.cause = next((status for status, pattern in CAUSES if re.search(pattern, f"{low} {reason.lower()}")), None)
        made.first = bool(re.search(r"\berste[nrs]?\b", low))
        made.pool = next((pool for pool, pattern in POOLS if re.search(pattern, low)), None)
        made.directed = made.action == "issue" and "direkt zuweis" in low
        return made

    def named_at(self, rest):
        """The name that follows a word for a role."""
        known = next((name for name in sorted(self.known, key=len, reverse=True) if rest.lstrip(' "').startswith(name)), None)
        named = NAME.match(rest)
        return known or (named[1] if named else None)

    def mentions(self, clause, declares):
        found = {}  # position -> (role, name)
        for match in MENTION.finditer(clause):
            role, name = match.lastgroup, self.named_at(clause[match.end():])
            if name is None and not declares:
                name = self.last.get(role)
            if name is not None:
                self.known.setdefault(name, role)
                self.last[role] = name
                found[match.start()] = (role, name)
        for match in KVNR.finditer(clause):
            found[match.start()] = ("patient", match[1])
        # Names without the word for their role.
        here = {name for _, name in found.values()}
        for name, role in self.known.items():
            if name not in here and re.search(rf"\b{re.escape(name)}\b", clause):
                found[clause.index(name)] = (role, name)
        return [found[position] for position in sorted(found)]


# Who a title says may not: "Eine Apotheke darf kein E-Rezept einstellen".
TITLE = re.compile(rf"^(?:eine?|der|die) (?:(?P<pharmacy>{ROLES['pharmacy']})|(?P<pharmacist>{ROLES['pharmacist']})) (?:darf|kann) (?:kein|nicht)\b"
                   r".*\b(?:(?P<create>(?:ein|aus)stell|verschreib)|(?P<activate>signier))en\b")


def pretender(title):
    """The operation in which the actor has another's card, and whose; a sentence does not say that, the scenario's name does."""
    match = TITLE.match(plain(title).lower())
    if not match:
        return None
    return "create" if match["create"] else "activate", "pharmacy" if match["pharmacy"] else "pharmacist"
