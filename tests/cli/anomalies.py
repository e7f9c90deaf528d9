"""anomalies.py LOG NOW [NAME=NUMBER ...]: the anomalies that a log shows, found another way.

LOG has the lines of `medchain-audit log --json`, those of `medchain-member list --json`, and the statements of refusals and of
prescriptions ({"type": "statement", "entry": ..., "statement": ...}).
Prints `id:entries`, a line for each, and with KINDS as NOW the ids that it knows.  Slow and plain: every list is walked for
every question.  Times in the policy's zone are UTC here.
"""
import json
import statistics
import sys
from datetime import datetime

KINDS = ["access.attempt", "access.attempt_after_end", "access.attempt_erased", "access.refused_often", "use.failed",
         "release.unused", "volume.person", "hours.person", "emergency.often", "emergency.unjustified", "clock.drift",
         "use.without_release", "claim.without_dispense", "claim.twice", "claim.two_payers", "dispense.above", "person.shared_key",
         "person.shared_tag"]
if sys.argv[2] == "KINDS":
    print("\n".join(KINDS))
    sys.exit()


def seconds(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
events = [e for e in lines if e["type"] == "event"]
said = {e["entry"]: e["statement"] for e in lines if e["type"] == "statement"}
payers = {e["card"]["name"] for e in lines if e["type"] == "member" and "payer" in e["card"]["roles"]}
for event in events:
    event["at"] = seconds(event["logged"])
now = max(seconds(sys.argv[2]), events[-1]["at"])
limit = {"refusals": 5, "emergencies": 5, "hours": 3, "begin": 7 * 3600, "end": 20 * 3600, "minimum": 50, "peers": 5, "factor": 5,
         "deviations": 6, "drift": 120, "entries": 10, "days": 3}
limit.update((name, int(number)) for name, number in (word.split("=") for word in sys.argv[3:]))
found = set()


def find(kind, entries):
    found.add(kind + ":" + ",".join(map(str, sorted(set(entries)))))


def of(kind):
    return [e for e in events if e["kind"] == kind]


def groups(listed, key):
    return {k: [e for e in listed if key(e) == k] for k in map(key, listed)}


ENDED = "grant.revoked grant.expired grant.suspended referral.over emergency.over".split()
OTHER = """access.denied grant.actor grant.person grant.purpose grant.scope grant.onward grant.owner grant.not_yet grant.used_up
    grant.too_often record.foreign consent.missing emergency.forbidden""".split()
acts_of = {e["entry"]: [a for a in of("prescription") if a.get("about_entry") == e["entry"]] for e in of("prescription")}


def refused_claim(e, refused):
    """What a refused claim is, if it is one."""
    if e["problem"] not in ("entry.missing", "entry.state") or e.get("about_entry") not in acts_of:
        return False
    is_claim = refused.get("act") == "claim" if refused else said[e["entry"]]["actor"] in payers
    if not is_claim:
        return False
    claims = [c for c in acts_of[e["about_entry"]] if c["act"] == "claim" and c["entry"] < e["entry"] and
              (said[c["entry"]]["receipt"] == refused["receipt"] if refused else e["problem"] == "entry.state")]
    find("claim.twice" if claims else "claim.without_dispense", [e["about_entry"], e["entry"]] + [c["entry"] for c in claims[:1]])
    return True


for e in of("denied"):
    rule = e["problem"]
    shown = said[e["entry"]].get("refused")
    refused = json.loads(shown.split("\n")[0]) if shown else {}
    if refused_claim(e, refused):
        continue
    kind = ("dispense.above" if rule == "prescription.quantity" else
            "use.without_release" if refused.get("type") == "use" and rule in ("entry.missing", "access.denied") else
            "access.attempt_erased" if rule == "record.erased" else "access.attempt_after_end" if rule in ENDED else
            "access.attempt" if rule in OTHER else None)
    if kind:
        find(kind, [e["entry"]] + ([e["about_entry"]] if "about_entry" in e else []))

for e in [e for e in of("prescription") if e["act"] == "claim"]:
    others = [c["entry"] for c in acts_of[e["about_entry"]]
              if c["act"] == "claim" and c["entry"] < e["entry"] and c["author"] != e["author"]]
    if others:
        find("claim.two_payers", [e["about_entry"], e["entry"]] + others)

signed = [e for e in events if "staff" in e and "person" in e]
for listed in groups(signed, lambda e: e["staff"]).values():
    second = [e for e in listed if e["person"] != listed[0]["person"]][:1]
    for e in second:
        find("person.shared_key", [listed[0]["entry"], e["entry"]])
for listed in groups(signed, lambda e: (e["author"], e["person"])).values():
    firsts = {}
    for before, e in zip([None] + listed, listed):
        if e["staff"] in firsts and before["staff"] != e["staff"]:
            find("person.shared_tag", [firsts[e["staff"]], firsts[before["staff"]], e["entry"]])
            break
        firsts.setdefault(e["staff"], e["entry"])

for e in of("release"):
    uses = [u for u in of("use") if u["about_entry"] == e["entry"]]
    if uses and all(u["outcome"] == "failed" for u in uses):
        find("use.failed", [e["entry"]])
    if not uses and now - e["at"] > 7 * 86400:
        find("release.unused", [e["entry"]])
for e in of("review"):
    if e["act"] == "unjustified":
        find("emergency.unjustified", [e["entry"], e["about_entry"]])


def bunches(kind, listed, size, span):
    """Runs of acts of which any `size` in a row are within the span."""
    runs = []
    for i in range(len(listed) - size + 1):
        part = listed[i:i + size]
        if part[-1]["at"] - part[0]["at"] > span:
            continue
        entries = {e["entry"] for e in part}
        if runs and runs[-1] & entries:
            runs[-1] |= entries
        else:
            runs.append(entries)
    for run in runs:
        find(kind, run)


for listed in groups(of("denied"), lambda e: (tuple(e["members"]), e.get("other_person"))).values():
    bunches("access.refused_often", listed, limit["refusals"], 86400)
for listed in groups(of("emergency"), lambda e: (e["author"], e.get("person"))).values():
    bunches("emergency.often", listed, limit["emergencies"], 30 * 86400)

acts = [e for e in events if e["kind"] in ("release", "use", "emergency") and "person" in e]


def is_off(e):
    clock = datetime.utcfromtimestamp(e["at"])
    return clock.weekday() > 4 or not limit["begin"] <= e["at"] % 86400 < limit["end"]


for listed in groups([e for e in acts if is_off(e)], lambda e: (e["author"], e["person"])).values():
    if len(listed) >= limit["hours"]:
        find("hours.person", [e["entry"] for e in listed])

opened = groups([e for e in acts if e["kind"] == "use" and e.get("records")], lambda e: (e["author"], e["person"]))
for (member, _), listed in opened.items():
    volumes = [sum(e["records"] for e in one) for (m, _), one in opened.items() if m == member]
    own = sum(e["records"] for e in listed)
    middle = statistics.median_low(volumes)
    away = statistics.median_low(abs(v - middle) for v in volumes)
    if (len(volumes) >= limit["peers"] and own >= limit["minimum"] and own > limit["factor"] * middle and
            own > middle + limit["deviations"] * away):
        find("volume.person", [e["entry"] for e in listed])

timed = [e for e in events if e["kind"] not in ("tick", "genesis", "policy") and seconds(e["time"]) - e["at"] >= -300]
for listed in groups(timed, lambda e: e["author"]).values():
    off = [seconds(e["time"]) - e["at"] for e in listed]
    middle = statistics.median_low(off)
    away = statistics.median_low(abs(o - middle) for o in off)
    if (len(off) >= limit["entries"] and len({e["at"] // 86400 for e in listed}) >= limit["days"] and
            abs(middle) > limit["drift"] and away <= abs(middle) // 4):
        find("clock.drift", [e["entry"] for e, o in zip(listed, off) if abs(o) > limit["drift"] and (o < 0) == (middle < 0)])

print("\n".join(sorted(found)))
