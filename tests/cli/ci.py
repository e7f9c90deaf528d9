"""Checks CI definitions: ci.py SOURCE DIRECTORY FILE.yml...

YAML without repeated keys; files that it names are there; each command in it is written to DIRECTORY/NAME.sh, to be linted.
"""
import pathlib
import re
import sys

import yaml


class Strict(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is there twice", node.start_mark)
        return super().construct_mapping(node, deep)


def commands(value, name=None):
    """Texts of run, script, before_script, after_script."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from commands(below, key)
    elif isinstance(value, list):
        if name in ("script", "before_script", "after_script"):
            yield "\n".join(value)
        else:
            for below in value:
                yield from commands(below)
    elif isinstance(value, str) and name in ("run", "script", "before_script", "after_script"):
        yield value


def main():
    source, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name in sys.argv[3:]:
        path = pathlib.Path(name)
        text = path.read_text(encoding="utf-8")
        definition = yaml.load(text, Strict)
        found = list(commands(definition))
        assert found, f"{name}: no commands"
        for number, command in enumerate(found):
            (directory / f"{path.stem}-{number}.sh").write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        for file in re.findall(r"scripts/[\w./-]+\w", "\n".join(found)):
            assert (source / file).is_file(), f"{name}: '{file}' is not there"
        assert any("scripts/ci/verify-ledger.sh" in command for command in found), f"{name}: it has a logic of its own"
        known = set(re.findall(r"MEDCHAIN_CI_\w+", (source / "scripts/ci/verify-ledger.sh").read_text(encoding="utf-8")))
        strange = set(re.findall(r"MEDCHAIN_CI_\w+", text)) - known
        assert not strange, f"{name}: {strange} mean nothing to verify-ledger.sh"
        assert "medchain-state" in text and "medchain-reports" in text, f"{name}: other directories"
        print(f"{name}: {len(found)} commands")


main()
