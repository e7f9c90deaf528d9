"""Checks lines of FHIR R4 resources against the JSON schema of FHIR: fhir.py SCHEMA < LINES

Prints what does not fit; the exit status is 1 then.
"""
import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    resolver = jsonschema.RefResolver("", schema)
    bad = count = 0
    for line in sys.stdin:
        resource = json.loads(line)
        count += 1
        # The contained ones too by their own definition: the schema's choice of all resources says nothing about what is wrong.
        for one in [resource, *resource.get("contained", [])]:
            validator = jsonschema.Draft6Validator({"$ref": f"#/definitions/{one['resourceType']}"}, resolver=resolver)
            for error in validator.iter_errors(one):
                bad += 1
                print(f"{one['resourceType']}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    print(f"{count} resources")
    return 1 if bad or not count else 0


sys.exit(main())
