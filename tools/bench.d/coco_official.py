"""Converts label rows by the official exporter's class, given the rows as they are: that is faster
than Project.export_coco_labels(), which first reads them into objects. Prints a JSON object:
"seconds" of the conversion alone, from Python objects to Python objects; "read_seconds" and
"write_seconds" of the JSON around it; whether the conversion "finished" within LIMIT seconds, after
which it is given up; and then its "images" and "annotations".

coco_official.py ONTOLOGY_FILE LABEL_ROWS_FILE LIMIT
"""

import json
import pathlib
import signal
import sys
import time

from encord.objects.ontology_structure import OntologyStructure
from encord.utilities.coco.exporter import CocoExporter


class OutOfTime(BaseException):
    """Nothing that the exporter could take for an error of its own."""


def give_up(*_):
    raise OutOfTime


def main():
    ontology, label_rows = (pathlib.Path(file).read_bytes() for file in sys.argv[1:3])
    start = time.perf_counter()
    ontology, label_rows = json.loads(ontology), json.loads(label_rows)
    read_seconds = time.perf_counter() - start
    exporter = CocoExporter(label_rows, OntologyStructure.from_dict(ontology))
    signal.signal(signal.SIGALRM, give_up)
    start = time.perf_counter()
    signal.alarm(int(sys.argv[3]))
    try:
        document = exporter.export()
    except OutOfTime:
        document = None
    signal.alarm(0)
    result = {
        "seconds": time.perf_counter() - start, "finished": document is not None,
        "read_seconds": read_seconds, "write_seconds": 0,
    }
    if document is not None:
        result.update({name: len(document[name]) for name in ("images", "annotations")})
        start = time.perf_counter()
        json.dumps(document, separators=(",", ":"))
        result["write_seconds"] = time.perf_counter() - start
    print(json.dumps(result))


main()
