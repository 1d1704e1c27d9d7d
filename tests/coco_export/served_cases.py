"""The cases of tests/coco/cases, and how they are exported by a gateway."""

import copy
import functools

from converter import CASES, read_json
from label_seeds import LabelSeeds
from workspaces import Workspace


class Case:
    """A case as its files have it."""

    def __init__(self, name):
        folder = CASES / name
        self.about = read_json(folder / "case.json")
        self.ontology = read_json(folder / "ontology.json")
        self.label_rows = read_json(folder / "label_rows.json")
        expected = folder / "expected_coco.json"
        # None if the official exporter raises.
        self.expected = read_json(expected) if expected.exists() else None
        self.label_hashes = self.about["request"].get("label_hashes", [])

    @property
    def archived(self):
        """Feature hashes of archived objects, whose labels Encord leaves out when it is asked for
        label rows."""
        return {
            item["featureNodeHash"] for item in self.ontology["objects"] if item.get("archived")
        }

    @property
    def visible_rows(self):
        """The label rows without the labels of archived objects."""
        rows = copy.deepcopy(self.label_rows)
        for row in rows:
            for unit in row["data_units"].values():
                labels = unit["labels"]
                for frame in [labels] if "objects" in labels else labels.values():
                    frame["objects"] = [
                        each for each in frame["objects"]
                        if each["featureHash"] not in self.archived
                    ]
        return rows

    @property
    def visible_expected(self):
        """The official exporter's document without the annotations of archived objects."""
        document = copy.deepcopy(self.expected)
        hashes = [
            item["featureNodeHash"] for item in self.ontology["objects"]
            if item["shape"] not in ("audio", "text")
        ]
        archived = {place for place, each in enumerate(hashes, 1) if each in self.archived}
        document["annotations"] = [
            each for each in document["annotations"] if each["category_id"] not in archived
        ]
        return document


class ServedCases:
    """A sandbox with the label rows of the cases, each in a project of its own, and a gateway."""

    def __init__(self, stack, protos, folder):
        database = folder / "state.db"
        self._workspace = Workspace(stack, protos, folder, f"--db={database}")
        self._seeds = LabelSeeds(self._workspace, database)

    @property
    def gateway(self):
        return self._workspace.gateway

    @functools.cache
    def project(self, name):
        """The hash of a case's project, which is made when it is first asked for."""
        case = Case(name)
        return self._seeds.project(case.ontology, case.label_rows)


def stream_to_file(gateway, path, project_hash, **request):
    """Writes a streamed document to a file as it comes; returns its path."""
    parts = gateway.StreamLabelsCocoJson(project_hash=project_hash, **request)
    path.write_bytes(b"".join(part.json for part in parts))
    return path
