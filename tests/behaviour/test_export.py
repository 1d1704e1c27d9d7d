"""COCO exports: images with boxes, polygons and classifications."""

import json

import pytest
from google.protobuf import json_format
from grpc import StatusCode

from harness import NOWHERE, Caller, Gateway, Refusal, refused
from large_project import add_images

# Of the image, which the sandbox takes to be as large as the uploaded file says.
WIDTH, HEIGHT = 1920, 1080


@pytest.fixture(scope="module")
def project(shared_workspace):
    """labelled.jpg with a box, a polygon and a classification; unopened.jpg, never touched."""
    from encord.objects import Classification, Object
    from encord.objects.coordinates import (
        BoundingBoxCoordinates, PointCoordinate, PolygonCoordinates,
    )

    workspace = shared_workspace
    project_hash = workspace.project("labelled.jpg", "unopened.jpg")
    project = workspace.alice.sdk(workspace.sandbox).get_project(project_hash)
    ontology = project.ontology_structure
    row = next(r for r in project.list_label_rows_v2() if r.data_title == "labelled.jpg")
    row.initialise_labels()
    car = ontology.get_child_by_title("Car", type_=Object).create_instance()
    car.set_for_frames(
        BoundingBoxCoordinates(height=0.5, width=0.25, top_left_x=0.1, top_left_y=0.2), frames=0
    )
    colour = car.ontology_item.get_child_by_title("Colour")
    car.set_answer(colour.get_child_by_title("Blue"), attribute=colour)
    row.add_object_instance(car)
    lane = ontology.get_child_by_title("Lane", type_=Object).create_instance()
    corners = [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5)]
    lane.set_for_frames(
        PolygonCoordinates(values=[PointCoordinate(x=x, y=y) for x, y in corners]), frames=0
    )
    row.add_object_instance(lane)
    weather = ontology.get_child_by_title("Weather", type_=Classification).create_instance()
    weather.set_answer(weather.ontology_item.attributes[0].options[0])
    weather.set_for_frames(frames=0)
    row.add_classification_instance(weather)
    row.save()
    return project_hash


@pytest.fixture
def coco(gateway, sandbox, project):
    sandbox.forget()
    return gateway.ExportLabelsCoco(project_hash=project).coco_labels


def by_category(coco):
    names = {category.id: category.name for category in coco.categories}
    return {names[annotation.category_id]: annotation for annotation in coco.annotations}


def test_categories_are_the_ontologys_objects_in_order(coco):
    assert [(c.id, c.name, c.supercategory) for c in coco.categories] == [
        (1, "Car", "bounding_box"), (2, "Lane", "polygon"),
    ]


def test_every_image_is_there_opened_or_not(coco):
    assert sorted(image.image_title for image in coco.images) == ["labelled.jpg", "unopened.jpg"]
    assert sorted(image.id for image in coco.images) == [1, 2]
    assert {(image.width, image.height) for image in coco.images} == {(WIDTH, HEIGHT)}
    assert all(image.file_name.endswith(".jpg") for image in coco.images)
    [labelled] = [image.id for image in coco.images if image.image_title == "labelled.jpg"]
    assert {annotation.image_id for annotation in coco.annotations} == {labelled}


def test_a_bounding_box(coco):
    car = by_category(coco)["Car"]
    left, top, width, height = 0.1 * WIDTH, 0.2 * HEIGHT, 0.25 * WIDTH, 0.5 * HEIGHT
    assert list(car.bbox) == pytest.approx([left, top, width, height])
    assert car.area == pytest.approx(width * height)
    assert car.iscrowd == 0
    assert "blue" in str(json_format.MessageToDict(car.attributes)).lower()


def test_a_polygon(coco):
    lane = by_category(coco)["Lane"]
    [outline] = lane.segmentation
    assert list(outline.coordinates) == pytest.approx(
        [0, 0, WIDTH / 2, 0, WIDTH / 2, HEIGHT / 2]
    )
    assert list(lane.bbox) == pytest.approx([0, 0, WIDTH / 2, HEIGHT / 2])
    assert lane.area == pytest.approx(WIDTH * HEIGHT / 8)


def test_a_classification_is_no_annotation(coco):
    assert by_category(coco).keys() == {"Car", "Lane"}
    assert len(coco.annotations) == 2
    assert sorted(annotation.id for annotation in coco.annotations) == [1, 2]


def test_the_export_only_reads(gateway, sandbox, project):
    before = gateway.ListLabelRows(project_hash=project)
    sandbox.forget()
    gateway.ExportLabelsCoco(project_hash=project)
    assert sandbox.requests() and sandbox.changes() == []
    assert gateway.ListLabelRows(project_hash=project) == before


def test_only_the_label_rows_asked_for(gateway, project):
    rows = {row.data_title: row for row in
            gateway.ListLabelRows(project_hash=project).label_rows}
    coco = gateway.ExportLabelsCoco(
        project_hash=project, label_hashes=[rows["labelled.jpg"].label_hash]
    ).coco_labels
    assert [image.image_title for image in coco.images] == ["labelled.jpg"]
    assert len(coco.annotations) == 2


def test_an_empty_project(gateway, workspace):
    coco = gateway.ExportLabelsCoco(project_hash=workspace.project()).coco_labels
    assert len(coco.categories) == 2
    assert not coco.images and not coco.annotations


def test_ids_of_the_demo_workspace_fit_together(demo):
    exported = 0
    for project in demo.gateway.ListProjects().projects:
        coco = demo.gateway.ExportLabelsCoco(project_hash=project.project_hash).coco_labels
        images = {image.id for image in coco.images}
        categories = {category.id for category in coco.categories}
        for annotation in coco.annotations:
            assert annotation.image_id in images
            assert annotation.category_id in categories
        assert len({annotation.id for annotation in coco.annotations}) == len(coco.annotations)
        exported += len(coco.annotations)
    assert exported > 0


# --- The same as the bytes of a document ----------------------------------------------------------


@pytest.fixture
def parts(gateway, project):
    return gateway.StreamLabelsCocoJson(project_hash=project)


def test_the_stream_is_one_document_with_what_the_unary_call_returns(parts, coco):
    document = json.loads(b"".join(part.json for part in parts))
    assert [c["name"] for c in document["categories"]] == [c.name for c in coco.categories]
    assert [(i["id"], i["file_name"], i["width"], i["height"]) for i in document["images"]] == [
        (i.id, i.file_name, i.width, i.height) for i in coco.images
    ]
    assert [(a["id"], a["image_id"], a["category_id"]) for a in document["annotations"]] == [
        (a.id, a.image_id, a.category_id) for a in coco.annotations
    ]
    for ours, theirs in zip(document["annotations"], coco.annotations, strict=True):
        assert ours["bbox"] == pytest.approx(list(theirs.bbox))
        assert ours["area"] == pytest.approx(theirs.area)


def test_the_stream_tells_its_progress_and_ends_with_a_summary(parts):
    done = [part.rows_done for part in parts]
    assert done == sorted(done)
    assert done[-1] == 2
    assert {part.rows_total for part in parts} == {2}
    assert [part.HasField("summary") for part in parts] == [False] * (len(parts) - 1) + [True]
    summary = parts[-1].summary
    assert (summary.image_count, summary.annotation_count, summary.skipped_count) == (2, 2, 0)


def test_the_stream_reports_unknown_label_rows(gateway, project):
    parts = gateway.StreamLabelsCocoJson(project_hash=project, label_hashes=[NOWHERE])
    document = json.loads(b"".join(part.json for part in parts))
    assert (document["images"], document["annotations"]) == ([], [])
    [skipped] = [skipped for part in parts for skipped in part.skipped]
    assert skipped.label_hash == NOWHERE
    assert parts[-1].summary.skipped_count == 1


# --- The same as typed messages -------------------------------------------------------------------


@pytest.fixture
def messages(gateway, project):
    return gateway.StreamLabelsCoco(project_hash=project)


def test_the_typed_stream_has_what_the_unary_call_returns(messages, coco):
    for field in ("categories", "images", "annotations"):
        streamed = [item for message in messages for item in getattr(message, field)]
        assert streamed == list(getattr(coco, field))


def test_the_typed_stream_begins_with_the_categories_and_ends_with_a_summary(messages):
    first, last = messages[0], messages[-1]
    assert len(first.categories) == 2 and first.info.description
    assert not first.images and not first.annotations
    assert [message.HasField("summary") for message in messages] == [
        False] * (len(messages) - 1) + [True]
    summary = last.summary
    assert (summary.image_count, summary.annotation_count, summary.skipped_count) == (2, 2, 0)
    done = [message.rows_done for message in messages]
    assert (done[0], done[-1]) == (0, 2) and done == sorted(done)
    assert {message.rows_total for message in messages} == {2}


def test_an_image_comes_before_its_annotations(messages):
    images = set()
    for message in messages:
        images |= {image.id for image in message.images}
        assert {annotation.image_id for annotation in message.annotations} <= images


# --- Profiles and filters -------------------------------------------------------------------------


def exports(gateway, **request):
    """The images and annotations of each of the three exports, as (id, ...) of each."""
    coco = gateway.ExportLabelsCoco(**request).coco_labels
    typed = gateway.StreamLabelsCoco(**request)
    document = json.loads(b"".join(part.json for part in gateway.StreamLabelsCocoJson(**request)))
    yield [i.id for i in coco.images], [(a.id, a.category_id) for a in coco.annotations]
    yield (
        [i.id for message in typed for i in message.images],
        [(a.id, a.category_id) for message in typed for a in message.annotations],
    )
    yield (
        [i["id"] for i in document["images"]],
        [(a["id"], a["category_id"]) for a in document["annotations"]],
    )


@pytest.mark.parametrize("profile, first", [("", 1), ("standard", 1), ("sdk", 0)])
def test_profiles(gateway, project, profile, first):
    for images, annotations in exports(gateway, project_hash=project, profile=profile):
        assert images == [first, first + 1]
        assert [annotation for annotation, _ in annotations] == [first, first + 1]


@pytest.mark.parametrize("feature_hashes, categories", [
    (["carcar01"], [1]), (["lane0001"], [2]), (["carcar01", "lane0001"], [1, 2]),
    (["nonesuch"], []),
])
def test_objects_of_some_classes(gateway, sandbox, project, feature_hashes, categories):
    sandbox.forget()
    for images, annotations in exports(
        gateway, project_hash=project, include_object_feature_hashes=feature_hashes
    ):
        assert len(images) == 2
        assert [category for _, category in annotations] == categories
    bodies = [json.loads(request["body"] or "{}") for request in sandbox.requests()]
    asked = [body["values"]["payload"]["include_object_feature_hashes"] for body in bodies
             if body.get("query_type") == "labelrow"]
    assert asked == [feature_hashes] * 3


def test_classifications_filter_no_objects(gateway, project):
    for images, annotations in exports(
        gateway, project_hash=project, include_classification_feature_hashes=["nonesuch"]
    ):
        assert len(images) == 2 and len(annotations) == 2


@pytest.mark.parametrize("method", ["ExportLabelsCoco", "StreamLabelsCoco", "StreamLabelsCocoJson"])
@pytest.mark.parametrize("wrong, field, words", [
    ({"profile": "voc"}, "profile", ("standard", "sdk")),
    ({"include_object_feature_hashes": ["a", "a"]}, "include_object_feature_hashes", ("once",)),
    ({"include_object_feature_hashes": [""]}, "include_object_feature_hashes[0]", ("1",)),
    ({"include_classification_feature_hashes": [str(i) for i in range(1001)]},
     "include_classification_feature_hashes", ("1000",)),
])
def test_bad_profiles_and_filters(gateway, sandbox, method, wrong, field, words):
    sandbox.forget()
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, getattr(gateway, method), project_hash=NOWHERE, **wrong
    )
    for word in words:
        assert word in refusal.violations[field]
    assert sandbox.requests() == []


# --- Large exports --------------------------------------------------------------------------------


@pytest.fixture
def many(own_workspace):
    """A project of 250 opened images, and a gateway that answers with 16 KiB at most."""
    workspace = own_workspace(gateway_arguments=["--max_export_size=16KiB"])
    project_hash = workspace.project(*(f"{number:03}.jpg" for number in range(250)))
    project = workspace.alice.sdk(workspace.sandbox).get_project(project_hash)
    with project.create_bundle() as bundle:
        for row in project.list_label_rows_v2():
            row.initialise_labels(bundle=bundle)
    workspace.sandbox.forget()
    return workspace, project_hash


def test_an_export_that_is_too_large_names_the_streams(many):
    workspace, project = many
    refusal = refused(
        StatusCode.RESOURCE_EXHAUSTED, workspace.gateway.ExportLabelsCoco, project_hash=project
    )
    assert refusal.ErrorInfo.reason == "LIMIT_EXCEEDED"
    for word in ("16384", "StreamLabelsCoco", "StreamLabelsCocoJson"):
        assert word in refusal.message


def test_bundles_are_fetched_at_once_and_come_in_the_order_of_the_listing(many):
    workspace, project = many
    listed = [row.data_title for row in
              workspace.gateway.ListLabelRows(project_hash=project).label_rows]
    # The second bundle arrives after the third.
    workspace.sandbox.fault("latency", "labelrow/GET", ms=300, skip=1)
    messages = workspace.gateway.StreamLabelsCoco(project_hash=project)
    assert [image.image_title for message in messages for image in message.images] == listed
    assert [image.id for message in messages for image in message.images] == list(range(1, 251))


@pytest.mark.parametrize("fault", [{"fault": "truncate"}, {"fault": "status", "status": 503}])
def test_a_listing_that_breaks_off_is_read_anew(many, fault):
    """Half of the rows have arrived then, and must not count twice."""
    workspace, project = many
    workspace.sandbox.fault(path="labelrowmetadata/GET", **fault)
    messages = workspace.gateway.StreamLabelsCoco(project_hash=project)
    titles = [image.image_title for message in messages for image in message.images]
    assert titles == [f"{number:03}.jpg" for number in range(250)]
    assert {message.rows_total for message in messages} == {250}
    calls = [request["v1_call"] for request in workspace.sandbox.requests()]
    assert calls.count("labelrowmetadata/GET") == 2


def test_a_bundle_that_fails_ends_the_export(many):
    workspace, project = many
    workspace.sandbox.fault("status", "labelrow/GET", status=400, skip=1)
    with pytest.raises(Refusal):
        workspace.gateway.StreamLabelsCoco(project_hash=project)
    messages = workspace.gateway.StreamLabelsCoco(project_hash=project)
    assert messages[-1].summary.image_count == 250


# What a row may add to the gateway's peak memory. Encord's listing alone has some 1,000 bytes of each.
MOST_BYTES_PER_ROW = 300


@pytest.mark.parametrize("objects", [None, 1], ids=["unopened", "labelled"])
def test_memory_hardly_grows_with_the_project(own_workspace, tmp_path, objects):
    database = tmp_path / "state.db"
    workspace = own_workspace(f"--db={database}")
    rows = (2_000, 22_000)
    peaks = {"StreamLabelsCoco": [], "StreamLabelsCocoJson": []}
    for count in rows:
        project = workspace.project("first.jpg")
        add_images(database, project, count - 1, objects)
        for method, of_method in peaks.items():
            # With a gateway of its own, whose peak is that of the one export.
            server = Gateway(tmp_path, workspace.sandbox.address, key_file=workspace.alice.key_file)
            try:
                gateway = Caller(workspace.protos, server.address)
                messages = getattr(gateway, method)(project_hash=project)
                assert messages[-1].summary.image_count == count
                of_method.append(server.peak_memory())
            finally:
                server.stop()
    for method, (small, large) in peaks.items():
        assert (large - small) / (rows[1] - rows[0]) < MOST_BYTES_PER_ROW, (method, small, large)
