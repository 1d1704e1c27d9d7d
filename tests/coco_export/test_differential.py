"""The profile sdk against the official exporter, on random projects.

Whatever differs must be one of the official exporter's known defects, and ours the right value.
"""

import pytest

import official
from converter import convert
from official_defects import DEFECTS, Comparison
from random_project import RandomProject

SEEDS = range(20)


class RandomComparison(Comparison):
    """A random project, exported by both."""

    def __init__(self, folder, seed):
        project = RandomProject(seed)
        self.conversion = convert(folder, project.ontology, project.label_rows, "sdk")
        super().__init__(
            project.ontology, project.label_rows,
            theirs=official.export(project.ontology, project.label_rows),
            ours=self.conversion.document,
        )


@pytest.fixture(scope="module", params=SEEDS)
def comparison(request, tmp_path_factory):
    return RandomComparison(tmp_path_factory.mktemp("project"), request.param)


def test_nothing_is_skipped(comparison):
    assert not comparison.conversion.skipped


def test_head_is_the_same(comparison):
    assert comparison.ours.keys() == comparison.theirs.keys()
    for member in ("info", "categories"):
        assert comparison.ours[member] == comparison.theirs[member]


def test_images_are_the_same(comparison):
    assert comparison.images(comparison.ours) == comparison.images(comparison.theirs)


def test_ids(comparison):
    for member in ("images", "annotations"):
        ids = [each["id"] for each in comparison.ours[member]]
        assert ids == list(range(len(ids)))
    tracks = {}
    for annotation in comparison.ours["annotations"]:
        attributes = annotation["attributes"]
        expected = tracks.setdefault(attributes["encord_track_uuid"], len(tracks))
        assert attributes["track_id"] == expected


def test_annotations_are_the_same_but_for_defects(comparison):
    comparison.check_annotations()


def test_every_defect_is_still_there(tmp_path):
    missing = set(DEFECTS)
    for seed in SEEDS:
        for difference in RandomComparison(tmp_path, seed).annotation_differences():
            missing -= {name for name, defect in DEFECTS.items() if defect.applies(difference)}
        if not missing:
            return
    pytest.fail(f"no seed shows {missing}")
