"""Labels of every shape, attribute and classification, on every medium: saved, and read again as
they were."""

import datetime
import json

import pytest
from encord.exceptions import EncordException
from encord.http.bundle import Bundle
from encord.objects import (
    ChecklistAttribute, Object, Option, RadioAttribute, Shape, TextAttribute,
)
from encord.objects.attributes import NumericAttribute
from encord.objects.coordinates import AudioCoordinates, HtmlCoordinates, TextCoordinates
from encord.objects.frames import Range
from encord.objects.html_node import HtmlNode, HtmlRange

from label_ontology import CLASSIFICATIONS, DRAWINGS, coordinates_of, plain, structure
from sdk_workspace import MEDIA, NEWEST_SDK, RUNS_WITH_PYDANTIC_1, initialised, label_rows

# Media with frames, and the last frame of each.
LAST_FRAME = {"image": 0, "image_group": 2, "image_sequence": 3, "video": 19, "dicom": 4, "nifti": 5}
# Those on which an object has more than one frame.
TRACKS = ("image_group", "image_sequence", "video", "dicom", "nifti")


@pytest.fixture(scope="module")
def project(workspace, alice):
    """One data unit of each kind, called like the kind, and the ontology that has everything."""
    dataset = workspace.dataset(*((kind, kind) for kind in MEDIA))
    return workspace.project(dataset, ontology=alice.create_ontology("Everything", "", structure()))


@pytest.fixture(scope="module")
def ontology(project):
    return project.ontology_structure


def object_of(ontology, shape):
    return ontology.get_child_by_title(shape.value, type_=Object)


def emptied(project, title):
    """A label row without labels; those of earlier tests go when it is saved."""
    row = initialised(project, title)
    for each in row.get_object_instances():
        row.remove_object(each)
    for each in row.get_classification_instances():
        row.remove_classification(each)
    return row


def saved(row, project):
    """Saves a label row and reads it anew."""
    row.save()
    return initialised(project, row.data_title)


def instance_in(row, instance):
    """The object or classification instance of this hash in another copy of the label row."""
    if hasattr(instance, "object_hash"):
        found = [o for o in row.get_object_instances() if o.object_hash == instance.object_hash]
    else:
        found = [
            c for c in row.get_classification_instances()
            if c.classification_hash == instance.classification_hash
        ]
    assert len(found) == 1
    return found[0]


# --- Shapes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("kind", LAST_FRAME)
def test_a_shape_is_read_as_it_was_saved(project, ontology, kind, drawing):
    row = emptied(project, kind)
    frame = LAST_FRAME[kind]
    view = row.get_frame_view(frame)
    coordinates = coordinates_of(drawing, view.width, view.height)
    instance = object_of(ontology, DRAWINGS[drawing][0]).create_instance()
    instance.set_for_frames(coordinates, frame)
    row.add_object_instance(instance)
    kept = instance_in(saved(row, project), instance)
    assert kept.ontology_item.shape == DRAWINGS[drawing][0]
    (annotation,) = kept.get_annotations()
    assert annotation.frame == frame
    assert plain(annotation.coordinates) == plain(coordinates)


@pytest.mark.parametrize("kind", TRACKS)
def test_a_track_keeps_its_frames(project, ontology, kind):
    row = emptied(project, kind)
    box = coordinates_of("box", 1, 1)
    instance = object_of(ontology, Shape.BOUNDING_BOX).create_instance()
    moving = {
        frame: type(box)(box.height, box.width, frame / 100, 0.5)
        for frame in range(0, LAST_FRAME[kind] + 1, 2)
    }
    for frame, coordinates in moving.items():
        instance.set_for_frames(coordinates, frame)
    row.add_object_instance(instance)
    kept = instance_in(saved(row, project), instance)
    assert {each.frame: each.coordinates for each in kept.get_annotations()} == moving


@pytest.mark.parametrize("kind", LAST_FRAME)
def test_what_is_removed_is_gone(project, ontology, kind):
    row = emptied(project, kind)
    instance = object_of(ontology, Shape.POINT).create_instance()
    instance.set_for_frames(coordinates_of("point", 1, 1), 0)
    row.add_object_instance(instance)
    again = saved(row, project)
    before = {each.object_hash for each in again.get_object_instances()}
    again.remove_object(instance_in(again, instance))
    after = {each.object_hash for each in saved(again, project).get_object_instances()}
    assert after == before - {instance.object_hash}


def test_an_object_knows_who_made_it_and_how(workspace, project, ontology):
    row = emptied(project, "image")
    instance = object_of(ontology, Shape.BOUNDING_BOX).create_instance()
    made_at = datetime.datetime(2026, 1, 15, 10, 20, 30, tzinfo=datetime.timezone.utc)
    instance.set_for_frames(
        coordinates_of("box", 1, 1), 0, created_at=made_at, created_by="robot@north.example",
        last_edited_at=made_at, last_edited_by="robot@north.example", confidence=0.625,
        manual_annotation=False,
    )
    by_alice = object_of(ontology, Shape.BOUNDING_BOX).create_instance()
    by_alice.set_for_frames(coordinates_of("box", 1, 1), 0)
    row.add_object_instance(instance)
    row.add_object_instance(by_alice)
    again = saved(row, project)
    (annotation,) = instance_in(again, instance).get_annotations()
    assert annotation.created_at.replace(tzinfo=None) == made_at.replace(tzinfo=None)
    assert annotation.created_by == annotation.last_edited_by == "robot@north.example"
    assert (annotation.confidence, annotation.manual_annotation) == (0.625, False)
    (annotation,) = instance_in(again, by_alice).get_annotations()
    assert annotation.created_by == workspace.alice.email
    assert (annotation.confidence, annotation.manual_annotation) == (1.0, True)


RANGES = [Range(0, 40), Range(100, 250)]


def html_range(offset):
    start = HtmlNode(xpath="/html[1]/body[1]/p[1]/text()[1]", offset=offset)
    return HtmlRange(start=start, end=HtmlNode(xpath=start.xpath, offset=offset + 7))


# Media without frames. With pydantic 1 the SDK itself cannot make ranges of sounds and plain texts.
RANGE_MEDIA = ("audio", "text", "html")
RANGE_OBJECTS = {"html": (Shape.TEXT, HtmlCoordinates(range=[html_range(3), html_range(50)]))}
if not RUNS_WITH_PYDANTIC_1:
    RANGE_OBJECTS |= {
        "audio": (Shape.AUDIO, AudioCoordinates(range=RANGES)),
        "text": (Shape.TEXT, TextCoordinates(range=RANGES)),
    }
else:

    @pytest.mark.parametrize("coordinates", [AudioCoordinates, TextCoordinates])
    def test_ranges_cannot_be_made_with_pydantic_1(coordinates):
        with pytest.raises(AttributeError):
            coordinates(range=RANGES)


@pytest.mark.parametrize("kind", RANGE_OBJECTS)
def test_ranges_of_sounds_and_texts_are_kept(project, ontology, kind):
    shape, coordinates = RANGE_OBJECTS[kind]
    row = emptied(project, kind)
    instance = object_of(ontology, shape).create_instance()
    instance.set_for_frames(coordinates)
    row.add_object_instance(instance)
    kept = instance_in(saved(row, project), instance)
    if kind == "html":
        assert kept.range_html == instance.range_html == coordinates.range
    else:
        assert kept.range_list == instance.range_list == RANGES


# --- Attributes -----------------------------------------------------------------------------------


def option(attribute, label):
    return attribute.get_child_by_title(label, type_=Option)


# How an attribute of each type is answered, by its title without prefix.
ANSWERS = {
    "text": (TextAttribute, lambda attribute: 'Schön "gemacht" \\ 😀\n2'),
    "number": (NumericAttribute, lambda attribute: -12.625),
    "checklist": (
        ChecklistAttribute,
        lambda attribute: [option(attribute, "wet"), option(attribute, "é 😀")],
    ),
    "radio": (RadioAttribute, lambda attribute: attribute.options[1]),
}


def same_answer(one, other):
    """Options compare by feature; the order of a checklist is nobody's business."""
    if isinstance(one, (str, float, int)):
        return one == other
    hashes = [
        {each.feature_node_hash for each in (answer if isinstance(answer, (list, set, tuple)) else [answer])}
        for answer in (one, other)
    ]
    return hashes[0] == hashes[1]


@pytest.fixture(params=["image", "video", "image_group", *RANGE_OBJECTS])
def labelled(request, project, ontology):
    """A label row with an object without answers."""
    row = emptied(project, request.param)
    shape, coordinates = RANGE_OBJECTS.get(
        request.param, (Shape.BOUNDING_BOX, coordinates_of("box", 1, 1))
    )
    instance = object_of(ontology, shape).create_instance()
    instance.set_for_frames(coordinates)
    row.add_object_instance(instance)
    return row, instance


@pytest.mark.parametrize("name", ANSWERS)
def test_a_static_attribute_keeps_its_answer(project, labelled, name):
    row, instance = labelled
    type_, answer_of = ANSWERS[name]
    attribute = instance.ontology_item.get_child_by_title("static " + name, type_=type_)
    answer = answer_of(attribute)
    instance.set_answer(answer, attribute)
    kept = instance_in(saved(row, project), instance)
    assert same_answer(kept.get_answer(attribute), answer)


def answer_nested(instance, radio):
    """Answers "truck" and everything below it; returns answers by attribute."""
    truck = option(radio, "truck")
    load = truck.get_child_by_title("load", type_=TextAttribute)
    axles = truck.get_child_by_title("axles", type_=RadioAttribute)
    three = option(axles, "three")
    which = three.get_child_by_title("which", type_=ChecklistAttribute)
    answers = [(radio, truck), (load, "gravel"), (axles, three), (which, [option(which, "rear")])]
    for attribute, answer in answers:
        instance.set_answer(answer, attribute)
    return answers


def test_nested_attributes_keep_their_answers(project, labelled):
    row, instance = labelled
    radio = instance.ontology_item.get_child_by_title("static radio", type_=RadioAttribute)
    answers = answer_nested(instance, radio)
    kept = instance_in(saved(row, project), instance)
    for attribute, answer in answers:
        assert same_answer(kept.get_answer(attribute), answer), attribute.name


def test_attributes_without_answer_have_none(project, labelled):
    row, instance = labelled
    kept = instance_in(saved(row, project), instance)
    for name, (type_, _) in ANSWERS.items():
        attribute = kept.ontology_item.get_child_by_title("static " + name, type_=type_)
        answer = kept.get_answer(attribute)
        assert answer is None or answer == []


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("kind", ["video", "image_sequence", "dicom"])
def test_a_dynamic_attribute_keeps_its_answers(project, ontology, kind, name):
    """One answer on the first two frames, another on the third, none on the fourth."""
    row = emptied(project, kind)
    instance = object_of(ontology, Shape.BOUNDING_BOX).create_instance()
    instance.set_for_frames(coordinates_of("box", 1, 1), Range(0, 3))
    row.add_object_instance(instance)
    type_, answer_of = ANSWERS[name]
    attribute = instance.ontology_item.get_child_by_title("dynamic " + name, type_=type_)
    first = answer_of(attribute)
    second = {
        "text": "other", "number": 7, "radio": attribute.options[0] if name == "radio" else None,
        "checklist": [option(attribute, "icy")] if name == "checklist" else None,
    }[name]
    instance.set_answer(first, attribute, frames=Range(0, 1))
    instance.set_answer(second, attribute, frames=2)
    kept = instance_in(saved(row, project), instance)
    answers = {
        frame: answer.answer
        for answer in kept.get_answer(attribute)
        for each in answer.ranges
        for frame in range(each.start, each.end + 1)
    }
    assert set(answers) == {0, 1, 2}
    assert same_answer(answers[0], first) and same_answer(answers[1], first)
    assert same_answer(answers[2], second)


# --- Classifications ------------------------------------------------------------------------------


def classification_of(ontology, title):
    return next(
        each for each in ontology.classifications if each.attributes[0].name == title
    )


def classified(ontology, title, kind):
    """An instance of a classification on the medium's last frame, or on all of a sound or text."""
    instance = classification_of(ontology, title).create_instance(range_only=kind in RANGE_MEDIA)
    instance.set_for_frames(LAST_FRAME.get(kind, 0))
    return instance


@pytest.mark.parametrize("name", CLASSIFICATIONS)
@pytest.mark.parametrize("kind", MEDIA)
def test_a_classification_is_read_as_it_was_saved(project, ontology, kind, name):
    row = emptied(project, kind)
    instance = classified(ontology, name, kind)
    answer = ANSWERS[name][1](instance.ontology_item.attributes[0])
    instance.set_answer(answer)
    row.add_classification_instance(instance)
    again = saved(row, project)
    kept = instance_in(again, instance)
    assert kept.classification_name == name
    assert same_answer(kept.get_answer(), answer)
    if kind in LAST_FRAME:
        assert [each.frame for each in kept.get_annotations()] == [LAST_FRAME[kind]]


@pytest.mark.parametrize("kind", MEDIA)
def test_nested_classifications_keep_their_answers(project, ontology, kind):
    row = emptied(project, kind)
    instance = classified(ontology, "radio", kind)
    answers = answer_nested(instance, instance.ontology_item.attributes[0])
    row.add_classification_instance(instance)
    kept = instance_in(saved(row, project), instance)
    for attribute, answer in answers:
        assert same_answer(kept.get_answer(attribute), answer), attribute.name


# The older SDK cannot save them on images.
GLOBAL_MEDIA = ["video", "dicom", *(["image", "image_group"] if NEWEST_SDK else [])]


@pytest.mark.parametrize("name", CLASSIFICATIONS)
@pytest.mark.parametrize("kind", GLOBAL_MEDIA)
def test_a_global_classification_is_of_the_whole(project, ontology, kind, name):
    row = emptied(project, kind)
    instance = classification_of(ontology, "global " + name).create_instance()
    answer = ANSWERS[name][1](instance.ontology_item.attributes[0])
    instance.set_answer(answer)
    instance.set_for_frames()
    row.add_classification_instance(instance)
    kept = instance_in(saved(row, project), instance)
    assert kept.is_global()
    assert same_answer(kept.get_answer(), answer)


@pytest.mark.parametrize("kind", TRACKS)
def test_a_classification_keeps_its_frames(project, ontology, kind):
    row = emptied(project, kind)
    instance = classification_of(ontology, "text").create_instance()
    instance.set_answer("here")
    frames = list(range(0, LAST_FRAME[kind] + 1, 2))
    instance.set_for_frames(frames)
    row.add_classification_instance(instance)
    kept = instance_in(saved(row, project), instance)
    assert sorted(each.frame for each in kept.get_annotations()) == frames


# --- Rows -----------------------------------------------------------------------------------------

ROW_PROPERTIES = {
    "image": {"width": 64, "height": 48, "number_of_frames": 1, "file_type": "image/jpeg"},
    "video": {"width": 64, "height": 48, "fps": 10, "duration": 2, "number_of_frames": 20},
    "image_group": {"number_of_frames": 3},
    "image_sequence": {"number_of_frames": 4},
    "dicom": {"width": 512, "height": 512, "number_of_frames": 5},
    "nifti": {"width": 64, "height": 48, "number_of_frames": 6},
    "audio": {
        "audio_codec": "mp3", "audio_sample_rate": 48000, "audio_bit_depth": 24,
        "audio_num_channels": 1, "duration": 12.5,
    },
    "text": {"file_type": "text/plain"},
    "html": {"file_type": "text/html"},
    "pdf": {"file_type": "application/pdf"},
}


@pytest.mark.parametrize("kind", ROW_PROPERTIES)
def test_a_row_has_its_media_properties(project, kind):
    listed = label_rows(project)[kind]
    row = initialised(project, kind)
    for name, value in ROW_PROPERTIES[kind].items():
        assert getattr(listed, name) == getattr(row, name) == value, name


@pytest.mark.parametrize("kind", LAST_FRAME)
def test_every_frame_can_be_viewed(project, kind):
    row = initialised(project, kind)
    views = row.get_frame_views()
    assert [view.frame for view in views] == list(range(LAST_FRAME[kind] + 1))
    assert all(view.width > 0 and view.height > 0 for view in views)


def test_images_of_a_group_are_told_apart(project):
    row = initialised(project, "image_group")
    hashes = [row.get_image_hash(frame) for frame in range(3)]
    assert len(set(hashes)) == 3
    assert [row.get_frame_number(each) for each in hashes] == [0, 1, 2]
    (listed,) = project.list_label_rows_v2(data_title_eq="image_group", include_images_data=True)
    metadata = listed.get_frames_metadata()
    assert [each.image_hash for each in metadata] == hashes
    assert [each.title for each in metadata] == [f"image_group/{i}.jpg" for i in range(3)]


@pytest.mark.parametrize("kind", [*LAST_FRAME, *RANGE_OBJECTS])
def test_saving_what_was_read_changes_nothing(project, ontology, kind):
    row = emptied(project, kind)
    shape, coordinates = RANGE_OBJECTS.get(
        kind, (Shape.BOUNDING_BOX, coordinates_of("box with many digits", 1, 1))
    )
    for _ in range(2):
        instance = object_of(ontology, shape).create_instance()
        instance.set_for_frames(coordinates)
        for name, (type_, answer_of) in ANSWERS.items():
            prefixes = ("static ", "dynamic ") if kind in TRACKS else ("static ",)
            for prefix in prefixes:
                attribute = instance.ontology_item.get_child_by_title(prefix + name, type_=type_)
                instance.set_answer(answer_of(attribute), attribute)
        row.add_object_instance(instance)
    for name in CLASSIFICATIONS:
        instance = classified(ontology, name, kind)
        instance.set_answer(ANSWERS[name][1](instance.ontology_item.attributes[0]))
        row.add_classification_instance(instance)
    row = saved(row, project)
    again = saved(row, project)
    before, after = row.to_encord_dict(), again.to_encord_dict()
    # The SDK lists dynamic answers in the order of its own sets.
    for row_dict in (before, after):
        for actions in row_dict["object_actions"].values():
            actions["actions"].sort(key=json.dumps)
    for member in ("data_units", "object_answers", "classification_answers", "object_actions"):
        assert after[member] == before[member], member


def test_rows_are_initialised_and_saved_in_bundles(workspace, alice):
    titles = [workspace.name("bundled") for _ in range(4)]
    project = workspace.project(
        workspace.dataset(*((title, "image") for title in titles)),
        ontology=alice.create_ontology("Bundles", "", structure()),
    )
    rows = project.list_label_rows_v2()
    workspace.sandbox.forget()
    with Bundle(bundle_size=3) as bundle:
        for row in rows:
            row.initialise_labels(bundle=bundle)
    assert workspace.sandbox.changes() == ["labelrow/PUT"] * 2
    workspace.sandbox.forget()
    with project.create_bundle() as bundle:
        for row in rows:
            instance = object_of(project.ontology_structure, Shape.POINT).create_instance()
            instance.set_for_frames(coordinates_of("point", 1, 1))
            row.add_object_instance(instance)
            row.save(bundle=bundle, validate_before_saving=True)
    assert workspace.sandbox.changes() == ["labelrow/POST"]
    again = project.list_label_rows_v2()
    with Bundle() as bundle:
        for row in again:
            row.initialise_labels(bundle=bundle)
    assert [len(row.get_object_instances()) for row in again] == [1] * 4


@pytest.fixture(scope="module")
def two_labels(workspace, alice):
    """A project of one image with a box, a point, and a text and a number classification."""
    project = workspace.project(
        workspace.dataset(("pair", "image")),
        ontology=alice.create_ontology("Pairs", "", structure()),
    )
    ontology = project.ontology_structure
    row = initialised(project, "pair")
    for shape, drawing in ((Shape.BOUNDING_BOX, "box"), (Shape.POINT, "point")):
        instance = object_of(ontology, shape).create_instance()
        instance.set_for_frames(coordinates_of(drawing, 1, 1))
        row.add_object_instance(instance)
    for name in ("text", "number"):
        instance = classification_of(ontology, name).create_instance()
        instance.set_answer(ANSWERS[name][1](None))
        instance.set_for_frames()
        row.add_classification_instance(instance)
    row.save()
    return project


def names_in(row):
    return (
        {each.object_name for each in row.get_object_instances()},
        {each.classification_name for each in row.get_classification_instances()},
    )


@pytest.mark.parametrize("objects, classifications", [
    (None, None), ({"point"}, None), (None, {"text"}), ({"bounding_box"}, {"number"}),
    (set(), set()), ({"polygon"}, {"radio"}),
])
def test_labels_are_read_by_feature(two_labels, objects, classifications):
    ontology = two_labels.ontology_structure
    (row,) = two_labels.list_label_rows_v2()
    row.initialise_labels(
        include_object_feature_hashes=objects and {
            object_of(ontology, Shape(name)).feature_node_hash for name in objects
        } if objects is not None else None,
        include_classification_feature_hashes={
            classification_of(ontology, name).feature_node_hash for name in classifications
        } if classifications is not None else None,
    )
    everything = ({"bounding_box", "point"}, {"text", "number"})
    wanted = tuple(
        all_names if names is None else all_names & names
        for all_names, names in zip(everything, (objects, classifications))
    )
    assert names_in(row) == wanted


def test_a_label_of_another_ontology_is_refused(project, two_labels):
    row = initialised(two_labels, "pair")
    foreign = object_of(project.ontology_structure, Shape.POINT).create_instance()
    foreign.set_for_frames(coordinates_of("point", 1, 1))
    row.add_object_instance(foreign)
    with pytest.raises(EncordException):
        row.save()
    assert names_in(initialised(two_labels, "pair"))[0] == {"bounding_box", "point"}


@pytest.mark.parametrize("frame", [20, 1000])
def test_a_frame_that_a_video_lacks_is_refused(project, ontology, frame):
    row = initialised(project, "video")
    instance = object_of(ontology, Shape.POINT).create_instance()
    instance.set_for_frames(coordinates_of("point", 1, 1), frame)
    with pytest.raises(EncordException):
        row.add_object_instance(instance)
        row.save()


def test_archived_features_are_left_out_unless_asked_for(workspace, alice):
    ontology = alice.create_ontology("Archive", "", structure())
    project = workspace.project(workspace.dataset(("old", "image")), ontology=ontology)
    row = initialised(project, "old")
    instance = object_of(project.ontology_structure, Shape.POINT).create_instance()
    instance.set_for_frames(coordinates_of("point", 1, 1))
    row.add_object_instance(instance)
    row.save()
    object_of(ontology.structure, Shape.POINT).archived = True
    ontology.save()
    project = alice.get_project(project.project_hash)
    (row,) = project.list_label_rows_v2()
    row.initialise_labels()
    assert row.get_object_instances() == []
    row.initialise_labels(include_archived=True, overwrite=True)
    assert len(row.get_object_instances()) == 1


if NEWEST_SDK:

    def test_classifications_are_fetched_in_bulk(two_labels):
        (row,) = two_labels.list_label_rows_v2()
        (entry,) = two_labels.get_label_classifications([row.label_hash])
        assert (str(entry.label_uuid), entry.data_title) == (row.label_hash, "pair")
        row.initialise_labels()
        answers = {
            each.classification_hash: each.get_answer()
            for each in row.get_classification_instances()
        }
        assert set(entry.classification_answers) == set(answers)
        for classification_hash, answer in entry.classification_answers.items():
            assert answer.classifications[0].answers == answers[classification_hash]

    def test_labels_are_copied_to_a_branch(workspace, alice):
        titles = [workspace.name("copied") for _ in range(2)]
        project = workspace.project(
            workspace.dataset(*((title, "image") for title in titles)),
            ontology=alice.create_ontology("Branches", "", structure()),
        )
        row = initialised(project, titles[0])
        instance = object_of(project.ontology_structure, Shape.POINT).create_instance()
        instance.set_for_frames(coordinates_of("point", 1, 1))
        row.add_object_instance(instance)
        row.save()
        assert list(project.list_branches()) == ["main"]
        assert project.copy_labels_to_branch("backup") == 1
        assert list(project.list_branches()) == ["main", "backup"]
        copy = initialised(project, titles[0], branch="backup")
        assert copy.label_hash != row.label_hash
        assert [each.object_hash for each in copy.get_object_instances()] == [instance.object_hash]
        row.remove_object(instance)
        row.save()
        assert project.copy_labels_to_branch("backup") == 0
        assert len(initialised(project, titles[0], branch="backup").get_object_instances()) == 1
        assert project.copy_labels_to_branch("backup", overwrite=True) == 1
        assert initialised(project, titles[0], branch="backup").get_object_instances() == []
