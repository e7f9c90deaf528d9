"""Checks lines of AuditEvents against the FSH profiles of IHE BALP that they name: balp.py DIRECTORY < LINES

Of the profiles it understands fixed codes, cardinalities (also of slices by type or by code, and of closed ones),
fixed booleans, and that the source of an event is one of its agents.  A Bundle is looked through.  Prints what does
not fit; the exit status is 1 then, and where no event names a profile that is there.
"""
import json
import pathlib
import re
import sys

ALIASES = {"DCM": "http://dicom.nema.org/resources/ontology/DCM", "SCT": "http://snomed.info/sct",
           "BasicAuditEntityType": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
           "AuthZsubType": "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType"}
CODE = re.compile(r"(\S*)#(\S+)")


def code_of(text):
    match = CODE.fullmatch(text)
    return (ALIASES.get(match[1], match[1]), match[2]) if match else None


def read_profiles(directory):
    profiles, current = {}, None
    for path in sorted(pathlib.Path(directory).glob("BasicAudit-*.fsh")):
        for line in path.read_text(encoding="utf-8").splitlines():
            line = re.split(r"\s//", line)[0].rstrip()
            if match := re.match(r"(Profile|Instance|Invariant|ValueSet|CodeSystem|RuleSet):\s*(\S+)", line):
                current = {"name": match[2], "rules": []} if match[1] == "Profile" else None
            elif current is None:
                continue
            elif match := re.match(r"Parent:\s*(\S+)", line):
                current["parent"] = match[1]
            elif match := re.match(r"Id:\s*(\S+)", line):
                current["id"] = match[1]
                profiles[match[1]] = profiles[current["name"]] = current
            elif line.startswith("* "):
                current["rules"].append(line[2:])
            elif re.match(r"\s+\w+ \d+\.\.", line) and " contains" in current["rules"][-1]:
                current["rules"][-1] += " " + line.strip()
    return profiles


def rules_of(profiles, profile):
    parent = profiles.get(profile["parent"])
    return (rules_of(profiles, parent) if parent else []) + profile["rules"]


def codes(value):
    """(system, code) of a code, coding, concept or list of them."""
    if isinstance(value, list):
        return [code for each in value for code in codes(each)]
    if isinstance(value, str):
        return [("", value)]
    if isinstance(value, dict):
        return [(value.get("system", ""), value["code"])] if "code" in value else codes(value.get("coding", []))
    return []


def get(value, path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def count(value):
    return 0 if value is None else len(value) if isinstance(value, list) else 1


class Check:
    def __init__(self, event, rules):
        self.event, self.bad = event, []
        self.slices = {}  # (element, name): code by which it is known
        self.sizes = {}
        for rule in rules:
            if match := re.match(r"(\w+) contains\s*(.*)", rule):
                for name, low, high in re.findall(r"(\w+) (\d+)\.\.(\d+|\*)", match[2]):
                    self.sizes[match[1], name] = (low, high)
            if match := re.fullmatch(r"(\w+)\[(\w+)\](?:\.type)? = (\S+)", rule):
                self.slices.setdefault((match[1], match[2]), code_of(match[3]))
        self.rules = rules

    def fail(self, text):
        self.bad.append(text)

    def members(self, element, name):
        known = self.slices.get((element, name))
        if known is None:
            return None
        return [each for each in self.event.get(element, []) if known in codes(each.get("type") if element != "subtype" else each)]

    def size(self, what, value, low, high):
        number = count(value)
        if number < int(low or 0) or (high not in ("*", "") and number > int(high)):
            self.fail(f"{what}: {number}, expected {low}..{high}")

    def run(self):
        for (element, name), (low, high) in self.sizes.items():
            found = self.members(element, name)
            if found is not None:
                self.size(f"{element}[{name}]", found, low, high)
        for rule in self.rules:
            if match := re.fullmatch(r"([\w.]+)(?:\[(\w+)\])?((?:\.\w+)*) (\d*)\.\.(\d+|\*|)( MS)?", rule):
                self.cardinality(match)
            elif match := re.fullmatch(r"(\w+)(?:\[(\w+)\])?((?:\.\w+)*) = (\S+)", rule):
                self.fixed(match)
            elif match := re.match(r"insert requireAtLeastOneMatch\((\w+), \w+, (\S+?)\s*\)", rule):
                if code_of(match[2]) not in codes(self.event.get(match[1])):
                    self.fail(f"{match[1]}: none is {match[2]}")
            elif match := re.match(r"agent\[(\w+)\] obeys val-audit-source", rule):
                for agent in self.members("agent", match[1]) or []:
                    if agent["who"] != self.event["source"]["observer"]:
                        self.fail(f"agent[{match[1]}] is not the source of the event")
            elif re.match(r"entity \^slicing.rules = #closed", rule):
                known = {code for (element, _), code in self.slices.items() if element == "entity"}
                for entity in self.event.get("entity", []):
                    if not known & set(codes(entity["type"])):
                        self.fail(f"entity of type {codes(entity['type'])} is in no slice")
        return self.bad

    def values(self, element, name, path):
        """What a path leads to, in each member of a slice."""
        if name:
            return [get(each, path) for each in self.members(element, name) or []]
        return [get(self.event, [element, *path])]

    def cardinality(self, match):
        element, name, rest, low, high = match[1], match[2], match[3], match[4], match[5]
        first, *path = (element + rest).split(".")
        for value in self.values(first, name, path):
            self.size(f"{element}{'[' + name + ']' if name else ''}{rest}", value, low, high)

    def fixed(self, match):
        element, name, rest, wanted = match[1], match[2], match[3], match[4]
        if name and rest in ("", ".type"):
            return  # what the slice is known by
        for value in self.values(element, name, [part for part in rest.split(".") if part]):
            if wanted in ("true", "false"):
                if value != (wanted == "true"):
                    self.fail(f"{element}[{name}]{rest}: expected {wanted}")
            elif value is not None and code_of(wanted) and code_of(wanted)[1] not in [code for _, code in codes(value)]:
                self.fail(f"{element}[{name}]{rest}: expected {wanted}, got {codes(value)}")
            elif isinstance(value, dict) and code_of(wanted) not in codes(value):
                self.fail(f"{element}{rest}: expected {wanted}, got {codes(value)}")


def main():
    profiles = read_profiles(sys.argv[1])
    seen, bad = {}, 0
    for line in sys.stdin:
        resource = json.loads(line)
        for event in [each["resource"] for each in resource.get("entry", [])] or [resource]:
            if event["resourceType"] != "AuditEvent":
                continue
            for url in event.get("meta", {}).get("profile", []):
                profile = profiles.get(url.rsplit("/", 1)[1])
                if profile is None:
                    continue
                seen[profile["id"]] = seen.get(profile["id"], 0) + 1
                for text in Check(event, rules_of(profiles, profile)).run():
                    bad += 1
                    print(f"{event['id']}: {profile['id']}: {text}")
    print(" ".join(f"{name}:{number}" for name, number in sorted(seen.items())))
    return 1 if bad or not seen else 0


sys.exit(main())
