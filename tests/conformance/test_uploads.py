"""Cloud data: registered in datasets and folders through an integration, and polled for."""

import json
import time
from uuid import UUID

import pytest
from encord.constants.enums import DataType
from encord.exceptions import EncordException, InvalidArgumentsError, ResourceNotFoundError
from encord.orm.dataset import LongPollingStatus, StorageLocation
from encord.orm.storage import (
    DataUploadAudio, DataUploadDicomSeries, DataUploadImage, DataUploadImageGroup, DataUploadItems,
    DataUploadNifti, DataUploadPDF, DataUploadText, DataUploadVideo,
)

from harness import NOWHERE
from sdk_workspace import MEDIA, SdkWorkspace, object_url, upload_json

DATA_TYPES = {
    "image": DataType.IMAGE,
    "video": DataType.VIDEO,
    "image_group": DataType.IMG_GROUP,
    "image_sequence": DataType.IMG_GROUP,
    "dicom": DataType.DICOM,
    "nifti": DataType.NIFTI,
    "audio": DataType.AUDIO,
    "text": DataType.PLAIN_TEXT,
    "html": DataType.PLAIN_TEXT,
    "pdf": DataType.PDF,
}


def missing(title):
    """An image whose object does not exist."""
    return {"objectUrl": object_url(f"missing/{title}.jpg"), "title": title}


# --- Integrations ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def integrations(workspace):
    made = {title: workspace.new_integration(title) for title in ("Red", "Green", "Blue")}
    workspace.new_integration("Red", organisation="south.example")
    return made


@pytest.mark.parametrize("titles, wanted", [
    (["Red"], ["Red"]), (["Red", "Blue"], ["Blue", "Red"]), (["red"], []), (["none"], []),
])
def test_integrations_are_found_by_title(alice, integrations, titles, wanted):
    found = alice.get_cloud_integrations(filter_integration_titles=titles)
    assert sorted(each.title for each in found) == wanted
    assert {each.id for each in found} == {integrations[title] for title in wanted}


@pytest.mark.parametrize("as_uuid", [str, UUID])
def test_integrations_are_found_by_uuid(alice, integrations, as_uuid):
    found = alice.get_cloud_integrations(filter_integration_uuids=[as_uuid(integrations["Green"])])
    assert [(each.id, each.title) for each in found] == [(integrations["Green"], "Green")]


def test_filters_of_integrations_are_joined_by_and(alice, integrations):
    found = alice.get_cloud_integrations(
        filter_integration_uuids=[integrations["Green"]], filter_integration_titles=["Red"]
    )
    assert found == []


def test_integrations_of_the_organisation_are_listed(workspace, alice, integrations):
    own = {each.id for each in alice.get_cloud_integrations()}
    assert own == {*integrations.values(), workspace.integration}
    assert {each.id for each in workspace.dataset().get_cloud_integrations()} == own
    assert own.isdisjoint(each.id for each in workspace.bob.client.get_cloud_integrations())


# --- Into datasets --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MEDIA)
def test_each_kind_becomes_a_data_row(workspace, alice, kind):
    dataset = workspace.dataset()
    title = workspace.name(kind)
    state = workspace.upload(dataset, (title, kind))
    (made,) = state.data_hashes_with_titles
    assert made.title == title
    assert (state.units_done_count, state.units_pending_count) == (1, 0)
    assert (state.units_error_count, state.units_cancelled_count) == (0, 0)
    (row,) = dataset.data_rows
    assert (row.uid, row.title, row.data_type) == (made.data_hash, title, DATA_TYPES[kind])
    assert row.storage_location == StorageLocation.AWS
    item = alice.get_storage_item(made.backing_item_uuid)
    assert item.name == title
    assert item.parent_folder_uuid == dataset.backing_folder_uuid
    assert row.backing_item_uuid == item.uuid
    assert row.is_optimised_image_group == (kind == "image_sequence")


@pytest.mark.parametrize("kind, properties", [
    ("image", {"width": 64, "height": 48, "file_size": 4096, "file_type": "image/jpeg"}),
    ("video", {"width": 64, "height": 48, "frames_per_second": 10, "duration": 2}),
])
def test_data_rows_have_their_media_properties(workspace, kind, properties):
    (row,) = workspace.dataset((workspace.name(kind), kind)).data_rows
    for name, value in properties.items():
        assert getattr(row, name) == value, name


@pytest.mark.parametrize("form", ["object", "text", "file"])
def test_the_configuration_comes_in_every_form(workspace, tmp_path, form):
    dataset = workspace.dataset()
    files = upload_json([("one", "image"), ("two", "video")])
    if form == "text":
        files = json.dumps(files)
    elif form == "file":
        path = tmp_path / "upload.json"
        path.write_text(json.dumps(files))
        files = str(path)
    answer = dataset.add_private_data_to_dataset(workspace.integration, files)
    assert {entry.title for entry in answer.dataset_data_list} == {"one", "two"}


def test_titles_default_to_the_objects_path(workspace):
    dataset = workspace.dataset()
    dataset.add_private_data_to_dataset(
        workspace.integration, {"images": [{"objectUrl": object_url("a b/c.jpg")}]}
    )
    dataset.refetch_data()
    assert [row.title for row in dataset.data_rows] == ["a b/c.jpg"]


def test_client_metadata_comes_with_the_unit(workspace, alice):
    dataset = workspace.dataset()
    metadata = {"camera": "front", "gps": [52.5, 13.4], "night": False}
    image = {"objectUrl": object_url("m.jpg"), "title": "m", "clientMetadata": metadata}
    dataset.add_private_data_to_dataset(workspace.integration, {"images": [image]})
    from encord.orm.dataset import DatasetAccessSettings

    settings = DatasetAccessSettings(fetch_client_metadata=True)
    (row,) = alice.get_dataset(dataset.dataset_hash, settings).data_rows
    assert row.client_metadata == metadata
    assert alice.get_storage_item(row.backing_item_uuid).client_metadata == metadata


def test_one_failure_ends_the_job(workspace):
    dataset = workspace.dataset()
    files = upload_json([("good", "image")])
    files["images"].append(missing("bad"))
    job = dataset.add_private_data_to_dataset_start(workspace.integration, files)
    state = dataset.add_private_data_to_dataset_get_result(job)
    assert state.status == LongPollingStatus.ERROR
    assert (state.units_done_count, state.units_error_count) == (0, 1)
    (failure,) = state.data_unit_errors
    assert failure.object_urls == [missing("bad")["objectUrl"]]
    assert failure.error in state.errors
    dataset.refetch_data()
    assert dataset.data_rows == []


def test_the_one_call_form_raises(workspace):
    dataset = workspace.dataset()
    with pytest.raises(EncordException, match="does not exist"):
        dataset.add_private_data_to_dataset(workspace.integration, {"images": [missing("bad")]})


def test_failures_are_ignored_on_demand(workspace):
    dataset = workspace.dataset()
    files = upload_json([("good", "image"), ("fine", "video")])
    files["images"].append(missing("bad"))
    job = dataset.add_private_data_to_dataset_start(
        workspace.integration, files, ignore_errors=True
    )
    state = dataset.add_private_data_to_dataset_get_result(job)
    assert state.status == LongPollingStatus.DONE
    assert (state.units_done_count, state.units_error_count) == (2, 1)
    assert len(state.errors) == len(state.data_unit_errors) == 1
    dataset.refetch_data()
    assert {row.title for row in dataset.data_rows} == {"good", "fine"}


@pytest.mark.parametrize("skip, units", [(True, 1), (False, 2)])
def test_duplicates_are_skipped_on_demand(workspace, skip, units):
    dataset = workspace.dataset(("same", "image"))
    workspace.upload(dataset, ("same", "image"), skip_duplicate_urls=skip)
    assert len(dataset.data_rows) == units


def test_metadata_is_updated_on_demand(workspace, alice):
    dataset = workspace.dataset(("same", "image"))
    files = upload_json([("same", "image")], skip_duplicate_urls=True, upsert_metadata=True)
    files["images"][0]["clientMetadata"] = {"new": 1}
    dataset.add_private_data_to_dataset(workspace.integration, files)
    dataset.refetch_data()
    (row,) = dataset.data_rows
    assert alice.get_storage_item(row.backing_item_uuid).client_metadata == {"new": 1}


@pytest.mark.parametrize("files", [
    {}, {"images": []}, {"pictures": [{"objectUrl": object_url("a.jpg")}]},
    {"images": [{"title": "no url"}]}, {"images": [{"objectUrl": "two words.jpg"}]},
    {"images": [{"objectUrl": "no-scheme.jpg"}]}, {"image_groups": [{"title": "no parts"}]},
], ids=["empty", "no-images", "unknown-list", "no-url", "blank", "no-scheme", "no-parts"])
def test_a_bad_configuration_is_refused_at_once(workspace, files):
    with pytest.raises(InvalidArgumentsError):
        workspace.dataset().add_private_data_to_dataset_start(workspace.integration, files)


def test_an_unknown_integration_is_refused(workspace):
    with pytest.raises(ResourceNotFoundError):
        workspace.dataset().add_private_data_to_dataset_start(
            NOWHERE, upload_json([("a", "image")])
        )


def test_a_dataset_without_folder_needs_one(workspace, alice):
    made = alice.create_dataset(
        workspace.name("Bare"), StorageLocation.AWS, create_backing_folder=False
    )
    assert made.backing_folder_uuid is None
    dataset = alice.get_dataset(made.dataset_hash)
    files = upload_json([("a", "image")])
    with pytest.raises(InvalidArgumentsError):
        dataset.add_private_data_to_dataset_start(workspace.integration, files)
    folder = alice.create_storage_folder(workspace.name("Place"))
    job = dataset.add_private_data_to_dataset_start(
        workspace.integration, files, folder=folder
    )
    assert dataset.add_private_data_to_dataset_get_result(job).status == LongPollingStatus.DONE
    dataset.refetch_data()
    assert [row.title for row in dataset.data_rows] == ["a"]
    assert [item.name for item in folder.list_items()] == ["a"]


def test_new_data_become_tasks_of_the_projects(workspace):
    dataset = workspace.dataset(("first", "image"))
    project = workspace.project(dataset)
    workspace.upload(dataset, ("second", "image"))
    (stage, *_) = project.workflow.stages
    assert [task.data_title for task in stage.get_tasks()] == ["first", "second"]
    assert {row.data_title for row in project.list_label_rows_v2()} == {"first", "second"}


# --- Into folders ---------------------------------------------------------------------------------

DATA_ITEMS = {
    "image": ("images", DataUploadImage(object_url=object_url("i.jpg"), title="one")),
    "video": ("videos", DataUploadVideo(object_url=object_url("v.mp4"), title="one")),
    "audio": ("audio", DataUploadAudio(object_url=object_url("a.mp3"), title="one")),
    "text": ("text", DataUploadText(object_url=object_url("t.txt"), title="one")),
    "pdf": ("pdf", DataUploadPDF(object_url=object_url("p.pdf"), title="one")),
    "nifti": ("nifti", DataUploadNifti(object_url=object_url("n.nii"), title="one")),
}


@pytest.mark.parametrize("kind", DATA_ITEMS)
def test_typed_items_are_registered(workspace, alice, kind):
    name, entry = DATA_ITEMS[kind]
    folder = alice.create_storage_folder(workspace.name("Typed"))
    job = folder.add_private_data_to_folder_start(
        workspace.integration, DataUploadItems(**{name: [entry]})
    )
    state = folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    assert state.status == LongPollingStatus.DONE
    (made,) = state.items_with_names
    (item,) = folder.list_items()
    assert (item.uuid, item.name) == (made.item_uuid, made.name) == (made.item_uuid, "one")


def test_typed_groups_are_registered(workspace, alice):
    from encord.orm.storage import DataUploadDicomSeriesDicomFile, DataUploadImageGroupImage

    folder = alice.create_storage_folder(workspace.name("Typed"))
    images = [DataUploadImageGroupImage(url=object_url(f"g{i}.jpg"), title=f"g{i}") for i in (0, 1)]
    files = [
        DataUploadDicomSeriesDicomFile(url=object_url(f"d{i}.dcm"), title=f"d{i}") for i in (0, 1, 2)
    ]
    items = DataUploadItems(
        image_groups=[DataUploadImageGroup(images=images, title="group")],
        dicom_series=[DataUploadDicomSeries(dicom_files=files, title="series")],
    )
    job = folder.add_private_data_to_folder_start(workspace.integration, items)
    state = folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    assert state.status == LongPollingStatus.DONE
    parts = {item.name: [part.name for part in item.get_child_items()] for item in folder.list_items()}
    assert parts == {"group": ["g0", "g1"], "series": ["d0", "d1", "d2"]}


def test_a_folders_failures_are_told(workspace, alice):
    folder = alice.create_storage_folder(workspace.name("Failing"))
    job = folder.add_private_data_to_folder_start(
        workspace.integration, {"images": [missing("bad")]}
    )
    state = folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    assert state.status == LongPollingStatus.ERROR
    (failure,) = state.unit_errors
    assert failure.object_urls == [missing("bad")["objectUrl"]]
    assert list(folder.list_items()) == []


@pytest.mark.parametrize("behaviour, units", [("SKIP", 1), ("DUPLICATE", 2), ("FAIL", None)])
def test_items_are_linked_to_datasets(workspace, alice, behaviour, units):
    from encord.exceptions import ResourceExistsError
    from encord.orm.dataset import DataLinkDuplicatesBehavior

    folder = alice.create_storage_folder(workspace.name("Linked"))
    job = folder.add_private_data_to_folder_start(
        workspace.integration, upload_json([("a", "image")])
    )
    folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    uuids = [item.uuid for item in folder.list_items()]
    dataset = workspace.dataset()
    (row,) = dataset.link_items(uuids)
    assert row.title == "a"
    again = DataLinkDuplicatesBehavior[behaviour]
    if units is None:
        with pytest.raises(ResourceExistsError):
            dataset.link_items(uuids, again)
        return
    dataset.link_items(uuids, again)
    dataset.refetch_data()
    assert len(dataset.data_rows) == units


# --- Waiting --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A workspace whose upload jobs take a while."""
    import contextlib

    with contextlib.ExitStack() as stack:
        yield SdkWorkspace(stack, tmp_path_factory.mktemp("slow"), "--upload_delay_ms=1500")


def test_a_job_is_pending_until_it_is_done(slow):
    dataset = slow.dataset()
    job = dataset.add_private_data_to_dataset_start(
        slow.integration, upload_json([("a", "image"), ("b", "video")])
    )
    state = dataset.add_private_data_to_dataset_get_result(job, timeout_seconds=0)
    assert state.status == LongPollingStatus.PENDING
    assert (state.units_pending_count, state.units_done_count) == (2, 0)
    state = dataset.add_private_data_to_dataset_get_result(job)
    assert (state.status, state.units_done_count) == (LongPollingStatus.DONE, 2)


def test_the_waiting_is_the_servers(slow):
    """The SDK polls without pause; the sandbox holds its polls rather than being asked at once."""
    dataset = slow.dataset()
    slow.sandbox.forget()
    dataset.add_private_data_to_dataset(slow.integration, upload_json([("a", "image")]))
    polls = [r for r in slow.sandbox.requests() if r["v1_call"] == "datasetdatalongpolling/GET"]
    assert len(polls) <= 2


def test_a_folders_job_is_cancelled(slow):
    folder = slow.alice.client.create_storage_folder(slow.name("Cancelled"))
    job = folder.add_private_data_to_folder_start(
        slow.integration, upload_json([("a", "image"), ("b", "image")])
    )
    folder.add_data_to_folder_job_cancel(job)
    state = folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    assert (state.status, state.units_cancelled_count) == (LongPollingStatus.CANCELLED, 2)
    assert list(folder.list_items()) == []
