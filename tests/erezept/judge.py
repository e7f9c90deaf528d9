"""What E-Rezept's answer would be in place of ours: the state table, from our error ids.

`ANSWERS` is EREZEPT_TRANSITIONS.tsv: the HTTP statuses that an operation has in a wrong state, and with a wrong credential or role.
"""
import re

ANSWERS = {
    "create": {"state": set(), "right": {403}},
    "activate": {"state": {403}, "right": {403, 400}},
    "accept": {"state": {409, 410, 403}, "right": {403}},
    "recover": {"state": {412}, "right": {412}},
    "dispense": {"state": {403}, "right": {403}},
    "reject": {"state": {403}, "right": {403}},
    "close": {"state": {403, 410}, "right": {403}},
    "abort": {"state": {403}, "right": {403}},
    "receipt": {"state": set(), "right": {403}},
}

CLASSES = {
    "entry.state": "state",
    "prescription.held": "state",
    "prescription.not_yet": "window",
    "prescription.expired": "window",
    "prescription.over": "gone",
    "prescription.credential": "right",
    "prescription.directed": "right",
    "access.denied": "right",
    "member.role": "right",
    "member.unknown": "outside",
    "prescription.limits": "content",
    "prescription.quantity": "content",
}


def class_of(error, wrong_token=False):
    """Nothing for an error that is not a verdict on state or rights."""
    if wrong_token and error == "entry.missing":
        return "right"
    return CLASSES.get(error)


def statuses(operation, error, wrong_token=False):
    """The HTTP statuses that the table has for our refusal."""
    kind, known = class_of(error, wrong_token), ANSWERS[operation]
    if kind == "outside":
        return {401}
    if kind == "gone":
        # What is deleted is gone for every operation; the table has 410 only where it differs from the other wrong states.
        return {410} if 410 in known["state"] else known["state"] | {410}
    if kind == "window":
        return known["state"] & {403}
    if kind == "state" and operation != "receipt":
        # An acceptance tells all of its cases apart.
        return {409} if operation == "accept" else known["state"] - {410}
    if kind == "right" or operation == "receipt" and kind == "state":
        return known["right"]
    return {400} if kind == "content" else set()


def differs(path):
    """Where ANSWERS is not what the file says, as text; nothing if they agree."""
    seen = {}
    with open(path, encoding="utf-8") as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    for row in (dict(zip(header, row)) for row in rows):
        name = {"GET Task?secret (recover)": "recover", "GET receipt": "receipt"}.get(row["op"], row["op"].lstrip("$"))
        if name == "(time) retention":
            continue
        one = seen.setdefault(name, {"state": set(), "right": set()})
        one["state"] |= set(map(int, re.findall(r"\b4\d\d\b", row["on_wrong_state"])))
        one["right"] |= set(map(int, re.findall(r"\b4\d\d\b", row["on_bad_credential"])))
    return [f"{name}: {seen.get(name)} in the file, {ANSWERS.get(name)} here" for name in sorted(seen | ANSWERS)
            if seen.get(name) != ANSWERS.get(name)]
