"""Shows that replay.py can fail: selftest.py --bin=DIR

Scenarios of our own pass; each of their verdicts in turn is made a lie, which must be found; and so must what cannot be mapped.
"""
import argparse
import contextlib
import copy
import io
import os
import re
import sys
import tempfile

import judge
import replay
from stories import PATIENT, STORIES, issued, write


def replayed(tools, place, keys):
    """Status and output of a replay."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = replay.run(os.path.abspath(tools), place, keys=keys)
    return status, out.getvalue()


def lies(story):
    """The story up to a verdict that is turned; each with its number."""
    for number, (sentence, exchanges) in enumerate(story):
        for index, (operation, status, state) in enumerate(exchanges):
            if status == 400 or operation and "Communication" in operation or "1 Dispensierinformationen" in sentence:
                continue  # what is left out is not compared

            def told(instead, number=number, index=index):
                until = copy.deepcopy(story[: number + 1])
                until[-1][1][index:] = [instead]
                return until

            said = story[number - 1][0] if sentence.startswith("Somebody") else sentence
            # What is not shown can be an empty answer or any refusal.
            is_hidden = not operation and re.search(r"nicht (mehr )?(angezeigt|abrufen)", said)
            # A 401 says as well that it was nobody known who asked.
            if not is_hidden:
                yield f"verdict {number}.{index}", told((operation, 403 if status < 300 or status == 401 else 200, None))
            for wrong in {409, 412} - {status} if status > 400 and not operation and not is_hidden else ():
                yield f"class {number}.{index} as {wrong}", told((operation, wrong, None))
            if state in ("ready", "in-progress", "completed"):
                yield f"state {number}.{index}", told((operation, status, "cancelled"))


def states_differ():
    """A table in which a second acceptance is answered otherwise."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as table:
        table.write("op\ton_wrong_state\ton_bad_credential\n$accept\t400\t403\n")
        table.flush()
        return any(line.startswith("accept: ") for line in judge.differs(table.name))


UNMAPPED = {
    "an operation that is not known": [issued(), ("Wenn etwas geschieht", [("POST /Task/1/$renew", 200, None)])],
    "a status about rights of nothing known": [issued(), ("Dann kann etwas nicht geschehen", [(None, 403, None)])],
    "a request to something unknown": [issued(), ("Wenn etwas geschieht", [("POST /Nothing", 200, None)])],
    "mostly sentences that are not known": [issued()] + [("Wenn etwas geschieht", [])] * 2,
    "an act on nothing": [(f"Wenn die Versicherte {PATIENT} ihr letztes E-Rezept l{{oe}}scht", [])],
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    tools = parser.parse_args().bin
    failed, checked = [], 0
    keys = tempfile.TemporaryDirectory()

    def expect(what, story, status, word):
        nonlocal checked
        with tempfile.TemporaryDirectory() as place:
            write(place, what, story)
            got, out = replayed(tools, place, keys.name)
        checked += 1
        if got != status or word not in out:
            failed.append(f"{what}: status {got}, expected {status} and '{word}'\n{out}")

    for name, story in STORIES.items():
        expect(name, story, 0, "0 problems")
        for lie, told in lies(story):
            expect(f"{name}, {lie}", told, 1, "problem: ")
    for name, story in UNMAPPED.items():
        expect(name, story, 1, "problem: ")
    with tempfile.TemporaryDirectory() as place:
        checked += 1
        if replayed(tools, place, keys.name)[0] != 2:
            failed.append("a directory without scenarios does not end with status 2")
    checked += 1
    if not states_differ():
        failed.append("a state table that says something else is not found")
    for text in failed:
        print(f"not ok - {text}")
    print(f"{checked} replays, {len(failed)} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
