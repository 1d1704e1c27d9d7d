"""COCO exports of large projects: from memory, by the file program, through the whole service, and by
the official exporter."""

import dataclasses
import statistics
import sys

import coco_service
import measured
from coco_workload import Workload, write
from load import ROOT
from servers import BENCH, make_key, running

CONVERT = ROOT / "bazel-bin/tools/bench.d/coco_convert"
LABELS_TO_COCO = ROOT / "bazel-bin/tools/labels_to_coco"


@dataclasses.dataclass
class Effort:
    """How large it all is."""

    # Images or frames at scale 1, and objects on each.
    images: tuple
    video: tuple
    scales: tuple
    rounds: int  # of the conversion from memory
    program_rounds: int
    official_seconds: int  # after which the official exporter is given up


FULL = Effort(images=(5000, 20), video=(20_000, 5), scales=(1, 2, 4, 8), rounds=7,
              program_rounds=3, official_seconds=900)
QUICK = Effort(images=(50, 20), video=(200, 5), scales=(1, 2), rounds=1, program_rounds=1,
               official_seconds=60)

URL = "https://bucket.s3.eu-west-2.amazonaws.com/first"
FIRST_FILES = {
    "images": {"images": [{"objectUrl": f"{URL}.jpg"}]},
    "video": {"videos": [{"objectUrl": f"{URL}.mp4"}]},
}


class Bench:
    def __init__(self, folder, effort, say):
        self._folder, self._effort, self._say = folder, effort, say

    def run(self):
        """All figures, by kind of workload."""
        return {kind: self._run(kind) for kind in ("images", "video")}

    def _run(self, kind):
        count, objects = getattr(self._effort, kind)
        figures = {"count": count, "objects": objects, "scales": {}}
        for scale in self._effort.scales:
            self._say(f"{kind}, {scale}x")
            folder = self._folder / kind
            write(kind, count * scale, objects, folder)
            files = folder / "ontology.json", folder / "label_rows.json"
            figures["scales"][scale] = {"objects": count * scale * objects, **self._ours(files)}
            if scale == 1:
                self._say(f"{kind}, official exporter")
                figures["official"] = self._official(files)
            files[1].unlink()
        self._say(f"{kind}, through the service")
        for scale, export in self._through_service(kind, count, objects):
            figures["scales"][scale]["service"] = dataclasses.asdict(export)
        self._check(figures)
        return figures

    def _ours(self, files):
        memory = measured.run(CONVERT, *files, self._effort.rounds).json
        memory["rounds"] = memory["seconds"]
        memory["seconds"] = {
            stage: statistics.median(rounds) for stage, rounds in memory["rounds"].items()
        }
        output = self._folder / "coco.json"
        runs = [
            measured.run(LABELS_TO_COCO, f"--ontology={files[0]}", f"--label_rows={files[1]}",
                         f"--output={output}")
            for _ in range(self._effort.program_rounds)
        ]
        output.unlink()
        program = {
            "seconds": statistics.median(run.seconds for run in runs),
            "peak_mib": max(run.peak_mib for run in runs),
        }
        return {"memory": memory, "program": program}

    def _official(self, files):
        run = measured.run(sys.executable, BENCH / "coco_official.py", *files,
                           self._effort.official_seconds)
        return {**run.json, "peak_mib": run.peak_mib}

    def _through_service(self, kind, count, objects):
        """Exports at each scale. Images come to the same project; a video is a row of its own, as
        large as any that Encord takes, and is exported at the first scale only."""
        folder = self._folder / f"{kind}_service"
        folder.mkdir()
        workload = Workload(kind)
        key_file = make_key(folder)
        with running(coco_service.Sandbox(folder, key_file)) as sandbox:
            project = coco_service.Project(
                sandbox, key_file, workload.ontology, FIRST_FILES[kind])
            if kind == "video":
                project.open_video(workload.video(count, objects))
                scales = self._effort.scales[:1]
            else:
                rows = workload.images(count * self._effort.scales[-1], objects)
                scales = self._effort.scales
            there = 0
            for scale in scales:
                if kind == "images":
                    project.add_images(rows, count * (scale - there))
                there = scale
                yield scale, coco_service.export(
                    folder, sandbox, key_file, project.project_hash)

    def _check(self, figures):
        """Whoever leaves objects out is not measured."""
        official = figures["official"]
        for scale, ours in figures["scales"].items():
            counts = [ours["memory"]["annotations"]]
            if "service" in ours:
                counts.append(ours["service"]["annotations"])
            if scale == 1 and official["finished"]:
                counts.append(official["annotations"])
            if counts != [ours["objects"]] * len(counts):
                raise RuntimeError(f"of {ours['objects']} objects {counts} became annotations")
