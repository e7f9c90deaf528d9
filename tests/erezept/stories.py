"""Scenarios of our own making, in the files' format: for each class of step that replay.py knows at least one.

A story is a list of (sentence, [(operation or None, status, state or None), ...]); {ae} {oe} {ue} {ss} stand for the German letters, and a
sentence in English is a step that the runner adds.  Files of dumps are written where a state is given.
"""
import json
import os

DOCTOR, PATIENT, PHARMACY, OTHER = "Dr. Weber", "Ada Klein", "Am Markt", "Am Tor"
CAST = [
    (f"Angenommen die {{Ae}}rztin {DOCTOR} hat Zugriff auf ihren HBA und auf die SMC-B der Praxis", []),
    (f"Und die GKV Versicherte {PATIENT} hat Zugriff auf ihre eGK", []),
    ("Und die PKV Versicherte Eva Lang hat Zugriff auf ihre eGK", []),
    (f"Und die Apotheke {PHARMACY} hat Zugriff auf ihre SMC-B", []),
    (f"Und die Apotheke {OTHER} hat Zugriff auf ihre SMC-B", []),
    ("Und der Apotheker Tom Gross hat Zugriff auf seinen HBA", []),
]
TASK = "160.000.000.000.000.01"


def issued(task=TASK, table=None, direct=False, status=200):
    """A prescription; 001 is its Task."""
    how = f"ein Medikament verschreibt und der Apotheke {PHARMACY} direkt zuweist" if direct else "folgendes Medikament verschreibt:"
    state = "ready" if status == 200 else None
    return (f"Wenn die {{Ae}}rztin {DOCTOR} der Versicherten {PATIENT} {how}" + (f"\n{table}" if table else ""),
            [("POST /Task/$create", 201, "draft"), (f"POST /Task/{task}/$activate", status, state)])


GIVEN = (f"Und die Versicherte {PATIENT} ihr letztes ausgestellte E-Rezept der Apotheke {PHARMACY} via Data Matrix Code zuweist", [])
GIVEN_OTHER = (f"Und die Versicherte {PATIENT} ihr letztes ausgestellte E-Rezept der Apotheke {OTHER} via Data Matrix Code zuweist", [])
ACCEPTED = (f"Und die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept beim Fachdienst akzeptiert", [(None, 200, "in-progress")])
DONE = (f"Und die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept korrekt dispensiert",
        [(f"POST /Task/{TASK}/$close?secret=00", 200, None)])
DOCTOR_DELETES = (f"Und die {{Ae}}rztin {DOCTOR} das letzte von ihr eingestellte E-Rezept l{{oe}}scht", [])
PART = "| MVO | Denominator | Numerator | Gueltigkeitsstart | Gueltigkeitsende |\n| true | 4 | {n} | {begin} | {end} |"


def refused(sentence, status, operation=None):
    """The result is with the step that the runner adds."""
    return [(f"Dann kann {sentence}", []), ("Somebody check the return code", [(operation, status, None)])]


STORIES = {
    "dispensed by one pharmacy": [issued(), GIVEN, ACCEPTED, DONE,
        (f"Dann hat die Apotheke {PHARMACY} genau 1 Quittung vorliegen", []),
        (f"Und kann die Apotheke {PHARMACY} die letzte Quittung erneut abrufen", [(None, 200, None)]),
        *refused(f"die Apotheke {PHARMACY} die letzte Quittung nicht mit dem falschen Secret 00 abrufen", 403),
        (f"Dann kann die Apotheke {PHARMACY} die Signatur der letzten Quittung erfolgreich mit dem Konnektor validieren", []),
        *refused(f"die Apotheke {PHARMACY} das letzte dispensierte E-Rezept nicht erneut dispensieren", 403,
                 f"POST /Task/{TASK}/$close?secret=00")],
    "accepted twice": [issued(), GIVEN, GIVEN_OTHER, ACCEPTED,
        *refused(f"die Apotheke {OTHER} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren, weil es einen Konflikt gibt", 409),
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren, weil es einen Konflikt gibt", 409),
        (f"Aber die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept erneut abruft", [(f"GET /Task/{TASK}?secret=00", 200, "in-progress")]),
        *refused(f"die Apotheke {OTHER} das letzte zugewiesene E-Rezept nicht abrufen", 412, f"GET /Task/{TASK}?ac=11"),
        (f"Dann kann die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept erneut akzeptieren", [(None, 200, "in-progress")]), DONE,
        (f"Und kann die Apotheke {PHARMACY} die letzte Quittung erneut abrufen", [(f"GET /Task/{TASK}?secret=00", 200, None)])],
    "shown to whom it is about": [issued(),
        (f"Dann wird der Versicherten {PATIENT} das neue E-Rezept angezeigt", [(None, 200, None)]),
        ("Und wird der Versicherten Eva Lang das neue E-Rezept nicht angezeigt", [(None, 404, None)]), GIVEN, ACCEPTED,
        *refused(f"die Apotheke {OTHER} das letzte E-Rezept nicht abrufen, weil die Apotheke {PHARMACY} dieses bereits akzeptiert hat", 412)],
    "without or with a wrong credential": [issued(), GIVEN,
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept ohne zu akzeptieren nicht l{{oe}}schen", 403),
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht mit dem falschen AccessCode 00 akzeptieren", 403), ACCEPTED,
        *refused(f"die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept nicht mit dem falschen Secret 00 dispensieren", 403),
        *refused(f"die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept nicht mit dem falschen Secret 00 zur{{ue}}ckgeben", 403),
        *refused(f"die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept nicht mit einem falschen Secret l{{oe}}schen", 403)],
    "without a login": [issued(), GIVEN,
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren", 401), ACCEPTED],
    "deleted by the prescriber": [issued(), DOCTOR_DELETES, GIVEN,
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren, weil es nicht mehr existiert", 410),
        (f"Dann wird der Versicherten {PATIENT} ihr letztes ausgestellte E-Rezept nicht mehr angezeigt", [(None, 410, None)])],
    "deleted by the patient": [issued(), (f"Wenn die Versicherte {PATIENT} ihr letztes E-Rezept l{{oe}}scht", []),
        (f"Wenn die Versicherte {PATIENT} ihr letztes gel{{oe}}schte E-Rezept der Apotheke {PHARMACY} via Data Matrix Code zuweist", []),
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren, weil es nicht mehr existiert", 410)],
    "deleted while it is held": [issued(), GIVEN, ACCEPTED,
        *refused(f"die Versicherte {PATIENT} ihr letztes E-Rezept nicht l{{oe}}schen, weil sie nicht das Recht dazu hat", 403),
        *refused(f"die {{Ae}}rztin {DOCTOR} das letzte von ihr eingestellte E-Rezept nicht l{{oe}}schen, weil sie nicht das Recht dazu hat", 403),
        DONE, (f"Wenn die Versicherte {PATIENT} ihr letztes E-Rezept l{{oe}}scht", []),
        (f"Und hat die Apotheke {PHARMACY} mindestens 1 Quittung f{{ue}}r {PATIENT} vorliegen", [])],
    "a remembered cancel": [issued(), GIVEN, GIVEN_OTHER, ACCEPTED,
        *refused(f"die {{Ae}}rztin {DOCTOR} das letzte von ihr eingestellte E-Rezept nicht l{{oe}}schen, weil sie nicht das Recht dazu hat", 403),
        (f"Wenn die Apotheke {PHARMACY} das letzte akzeptierte Rezept zur{{ue}}ckweist", []),
        (f"Dann kann die Apotheke {OTHER} das letzte zugewiesene E-Rezept beim Fachdienst akzeptieren", [])],
    "deleted by the pharmacy": [issued(), GIVEN, ACCEPTED,
        (f"Wenn die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept l{{oe}}scht", []),
        *refused(f"die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept nicht dispensieren, weil es nicht mehr existiert", 410,
                 f"POST /Task/{TASK}/$close?secret=00")],
    "given back": [issued(), GIVEN, ACCEPTED, (f"Wenn die Apotheke {PHARMACY} das letzte akzeptierte Rezept zur{{ue}}ckweist", []), GIVEN_OTHER,
        *refused(f"die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept nicht dispensieren, weil sie nicht das Recht dazu hat", 403,
                 f"POST /Task/{TASK}/$close?secret=00"),
        (f"Dann kann die Apotheke {OTHER} das letzte zugewiesene E-Rezept beim Fachdienst akzeptieren", [(None, 200, "in-progress")])],
    "told early": [issued(), GIVEN, ACCEPTED,
        *refused(f"die Apotheke {PHARMACY} f{{ue}}r das letzte dispensierte E-Rezept den Workflow nicht abschliessen", 403),
        (f"Wenn die Apotheke {PHARMACY} f{{ue}}r das letzte akzeptierte E-Rezept die Dispensierinformationen zeitnah bereitstellt",
         [(f"POST /Task/{TASK}/$dispense?secret=00", 200, None)]),
        (f"Dann kann die Versicherte {PATIENT} 1 Dispensierinformationen f{{ue}}r ihr letztes E-Rezept abrufen", [(None, 200, None)]),
        (f"Dann kann die Apotheke {PHARMACY} f{{ue}}r das letzte dispensierte E-Rezept den Workflow abschliessen", [(None, 200, "completed")])],
    "a representative": [issued(),
        (f"Wenn die Versicherte {PATIENT} ihr letztes E-Rezept per Nachricht an die Vertreterin Eva Lang schickt", []),
        *refused(f"die Vertreterin Eva Lang das letzte von {PATIENT} zugewiesene E-Rezept ohne AccessCode nicht l{{oe}}schen", 403),
        (f"Aber die Vertreterin Eva Lang kann das letzte von {PATIENT} zugewiesene E-Rezept mit AccessCode l{{oe}}schen", [])],
    "who may not issue": [
        (f"Dann darf die Apotheke {PHARMACY} der Versicherten {PATIENT} kein E-Rezept ausstellen", [("POST /Task/$create", 403, None)]),
        (f"Dann darf die {{Ae}}rztin {DOCTOR} das folgende E-Rezept an die KVNR X110000000 nicht mit dem HBA des Apothekers Tom Gross ausstellen",
         [("POST /Task/$create", 201, None), (f"POST /Task/{TASK}/$activate", 400, None)])],
    "Eine Apotheke darf kein E-Rezept einstellen": [
        (f"Dann darf die {{Ae}}rztin {DOCTOR} der Versicherten {PATIENT} das folgende E-Rezept nicht ausstellen:",
         [("POST /Task/$create", 403, None)])],
    "Ein Apotheker darf kein E-Rezept signieren": [
        (f"Dann darf die {{Ae}}rztin {DOCTOR} der Versicherten {PATIENT} das folgende E-Rezept nicht ausstellen:",
         [("POST /Task/$create", 201, None), (f"POST /Task/{TASK}/$activate", 400, None)])],
    "redeemed by an insurer": [issued("162.000.000.000.000.01"),
        ("Und die Versicherte " + PATIENT + ' ihr letztes ausgestelltes EVDGA E-Rezept ihrem Kostentr{ae}ger "Kasse Nord" zuweist', []),
        ('Und der Kostentr{ae}ger "Kasse Nord" das letzte EVDGA der Versicherten ' + PATIENT + " akzeptiert", [(None, 200, None)]),
        ('Dann kann der Kostentr{ae}ger "Kasse Nord" das letzte akzeptierte EVDGA nicht l{oe}schen', []),
        ('Und der Kostentr{ae}ger "Kasse Nord" kann f{ue}r die letzte EVDGA Abgabeinformationen mit Freischaltcode bereitstellen',
         [("POST /Task/162.000.000.000.000.01/$close?secret=00", 200, None)])],
    "not for an insurer": [issued(), ('Dann kann der Kostentr{ae}ger Kasse Nord das letzte E-Rezept der Versicherten ' + PATIENT + " nicht akzeptieren", []),
        ("Und der Psychotherapeut Max Vogel hat Zugriff auf seinen HBA", []), GIVEN, ACCEPTED],
    "nothing in hand": [(f"Dann kann die Apotheke {PHARMACY} noch keine E-Rezepte akzeptieren", []), issued(), GIVEN,
        (f"Dann kann die Apotheke {PHARMACY} noch kein E-Rezept dispensieren", []), ACCEPTED],
    "a part that is not valid yet": [issued(table=PART.format(n=2, begin=90, end=180)), GIVEN,
        *refused(f"die Apotheke {PHARMACY} das letzte zugewiesene E-Rezept nicht beim Fachdienst akzeptieren, weil es noch nicht g{{ue}}ltig ist",
                 403)],
    "a part that is valid": [issued(table=PART.format(n=1, begin=0, end="leer")), GIVEN, ACCEPTED],
    "for one pharmacy": [issued("169.000.000.000.000.01", direct=True),
        *refused(f"die Versicherte {PATIENT} ihr letztes E-Rezept nicht l{{oe}}schen, weil sie nicht das Recht dazu hat", 403),
        ACCEPTED[:1] + ([(None, 200, None)],),
        (f"Und die Apotheke {PHARMACY} das letzte akzeptierte E-Rezept korrekt dispensiert",
         [("POST /Task/169.000.000.000.000.01/$close?secret=00", 200, None)]),
        (f"Wenn die Versicherte {PATIENT} ihr letztes E-Rezept l{{oe}}scht", [])],
    "by the card": [issued(), (f"Wenn die Apotheke {PHARMACY} die E-Rezepte mit der eGK von {PATIENT} abruft", [(None, 200, None)]),
        (f"Und die Apotheke {PHARMACY} das letzte abgerufene E-Rezept beim Fachdienst akzeptiert", [(None, 200, "in-progress")]),
        (f"Wenn die Versicherte {PATIENT} zu ihrem letzten E-Rezept der Apotheke {PHARMACY} eine Anfrage schickt",
         [("POST /Communication", 201, None)])],
}


def german(text):
    for letters, mark in (("{ae}", "\u00e4"), ("{oe}", "\u00f6"), ("{ue}", "\u00fc"), ("{ss}", "\u00df"), ("{Ae}", "\u00c4")):
        text = text.replace(letters, mark)
    return text


def task_xml(task, state):
    return f'<Task xmlns="http://hl7.org/fhir"><id value="{task}"/><status value="{state}"/></Task>\n'


def write(directory, name, story):
    """A scenario as index.json and dumps, in a directory of its own."""
    place = os.path.join(directory, name.replace(" ", "_"))
    os.makedirs(place)
    steps, number, task = [], 0, TASK
    for sentence, exchanges in CAST + story:
        dumps = []
        for operation, status, state in exchanges:
            if operation:
                dumps.append({"operation": operation, "file": f"{number:03}_Request_Parameters.xml"})
                task = operation.split("/")[2].split("?")[0] if operation.count("/") > 2 else task
            answer = "Task" if status < 300 and operation and "$a" in operation else "Bundle" if status < 300 else "OperationOutcome"
            file = f"{number + 1:03}_Response_{answer}.xml"
            dumps.append({"operation": f"Response {status}: {answer} {answer}/{task}", "file": f"{name}/{file}"})
            if state:
                with open(os.path.join(place, file), "w", encoding="utf-8") as out:
                    out.write(task_xml(task, state))
            number += 2
        steps.append({"name": german(sentence), "dumps": dumps} if dumps else {"name": german(sentence)})
    with open(os.path.join(place, "index.json"), "w", encoding="utf-8") as out:
        json.dump({"name": name, "steps": steps}, out)
    return place
