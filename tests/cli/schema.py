"""Checks lines of the tools against share/schema: schema.py DIRECTORY < LINES

Each line is one medchain object.  The schemas are open, because consumers ignore what they do not know; what our own tools print must be in
them, so here every object is closed.  Lines of the same shape (type, keys, kinds of values) are checked once for each, at most 50 of a shape.
Prints what does not fit; the exit status is 1 then.
"""
import collections
import json
import os
import sys

import jsonschema


def closed(schema):
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if made.get("type") == "object" and "properties" in made:
        made["additionalProperties"] = False
    return made


def shape(value):
    if isinstance(value, dict):
        return tuple((key, shape(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(sorted({shape(inner) for inner in value}, key=str))
    return type(value).__name__


def no_doubles(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


class Schemas:
    def __init__(self, directory):
        self.by_type, store = {}, {}
        for name in sorted(os.listdir(directory)):
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                schema = json.load(file)
            jsonschema.Draft202012Validator.check_schema(schema)
            store[schema["$id"]] = closed(schema)
            self.by_type[name.removesuffix(".json")] = store[schema["$id"]]
        self.store = store

    def problem(self, type_name, value):
        schema = self.by_type.get(type_name)
        if schema is None:
            return f"no schema for type {type_name!r}"
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=self.store)
        error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value))
        return None if error is None else f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def main():
    schemas = Schemas(sys.argv[1])
    seen, bad, types = collections.Counter(), 0, collections.Counter()
    for line in sys.stdin.buffer:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=no_doubles)
        kind = shape(value)
        seen[kind] += 1
        if seen[kind] > 50:
            continue
        types[value["type"]] += 1
        problems = [schemas.problem(value["type"], value)]
        if value["type"] == "entry" and "statement" in schemas.by_type:
            problems.append(schemas.problem("statement", json.loads(value["note"].split("\n")[0], object_pairs_hook=no_doubles)))
        for problem in filter(None, problems):
            bad += 1
            if bad <= 5:
                print(f"{problem[:600]}\n  in {line[:600].decode('utf-8')}".rstrip())
    print("types: " + " ".join(f"{name}={count}" for name, count in sorted(types.items())))
    return 1 if bad else 0


sys.exit(main())
