"""Compares FHIR resources of medchain-audit with the table in its manual page: audit_fhir.py EVENTS STATEMENTS < RESOURCES

EVENTS: the events of `medchain-audit log --json`; STATEMENTS: the entries themselves, a line for each, in order.
Each event must have exactly the resources of its kind, in order, and they must say what it says.
"""
import json
import sys

BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."


def of(resource, name):
    for extension in resource.get("extension", []):
        if extension["url"] == "urn:medchain:" + name:
            return next(value for key, value in extension.items() if key != "url")
    return None


def entities(resource, code):
    return [one["what"] for one in resource.get("entity", []) if one["type"]["code"] == code]


def expected(event, body, patients):
    """Names of the resources, one for each patient unless it says so itself."""
    kind = event["kind"]
    patient = "Patient" if patients else ""
    each = max(1, patients)
    if kind == "anchor":
        return None
    if kind == "erase":
        return ["PatientDelete"] * (len(body["records"]) + len(body["subjects"]))
    if kind == "release":
        return ["PrivacyDisclosure.Source"] * patients
    if kind == "use":
        return ["PrivacyDisclosure.Recipient"] * patients
    if kind in ("denied", "answer"):
        return ["AuthZconsent"] * each
    if kind == "revoke":
        return [patient + "Update"] * each
    if kind == "emergency":
        return ["none"] * each
    consents = ["Consent"] * each if kind == "grant" or body.get("share") else []
    return [patient + "Create"] * each + consents


def name_of(resource):
    if resource["resourceType"] != "AuditEvent":
        return resource["resourceType"]
    profile = resource.get("meta", {}).get("profile", ["none"])[0]
    return profile.removeprefix(BALP)


def check(event, body, resources):
    names = [name_of(one) for one in resources]
    audit = [one for one in resources if one["resourceType"] == "AuditEvent"]
    people = {who["identifier"]["value"] for one in audit for who in entities(one, "1") if "identifier" in who}
    if event["kind"] == "anchor":
        assert set(names) <= {"PatientCreate", "PatientUpdate", "Provenance"}, names
        assert names.count("Provenance") == len(people), names
        assert sum(len(one["target"]) for one in resources if one["resourceType"] == "Provenance") == event["records"]
    else:
        assert names == expected(event, body, len(people)), (names, expected(event, body, len(people)))
    for one in audit:
        assert of(one, "entry") == event["hash"] and of(one, "index") == str(event["entry"]) and of(one, "kind") == event["kind"], one
        assert of(one, "act") == event.get("act") and of(one, "step") == event.get("step") and of(one, "disclosure") == event.get("disclosure"), one
        assert one["recorded"] == event["logged"] and one["period"]["start"] == event["time"], one
        assert one["source"]["observer"]["identifier"]["value"] == event["author"], one
        assert (one["outcome"] == "0") == (event["outcome"] == "done"), one
        if event["outcome"] != "done":
            assert one["outcomeDesc"].startswith(event["problem"]), one
        if event["kind"] != "emergency":
            assert [each["coding"][0]["code"] for each in one.get("purposeOfEvent", [])] == event.get("purposes", []), one
        said = json.dumps(one)
        for tag in (event.get("person"), event.get("other_person")):
            assert tag is None or tag in said, (tag, one)
        if event["kind"] not in ("denied", "answer"):
            assert sum(agent["requestor"] for agent in one["agent"]) == 1, one
    for subject in event.get("subjects", []):
        assert subject in people, subject


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    with open(sys.argv[2], encoding="utf-8") as file:
        bodies = [json.loads(line) for line in file]
    resources = [json.loads(line) for line in sys.stdin]
    hashes = [of(one, "entry") or one["identifier"][0]["value"] for one in resources]
    order = [event["hash"] for event in events]
    assert hashes == sorted(hashes, key=order.index), "not in the order of the ledger"
    assert len({one["id"] for one in resources}) == len(resources), "an id is there twice"
    for event in events:
        own = [one for one, entry in zip(resources, hashes) if entry == event["hash"]]
        assert own, event
        check(event, bodies[event["entry"]], own)


main()
