"""UploadDataToDataset, GetUploadStatus."""

import pytest
from grpc import StatusCode

from harness import NOWHERE, refused

BUCKET = "https://bucket.s3.eu-west-2.amazonaws.com"


@pytest.fixture
def integration(workspace):
    return workspace.integration()


@pytest.fixture
def upload(gateway, integration):
    """Uploads, by default to a new dataset."""

    def start(dataset=None, **arguments):
        dataset = dataset or gateway.CreateDataset(title="Upload").dataset_hash
        return gateway.UploadDataToDataset(
            dataset_hash=dataset, integration_id=integration, **arguments
        )

    return start


def data_rows(gateway, dataset_hash):
    return gateway.GetDataset(dataset_hash=dataset_hash, include_data_rows=True).data_rows


@pytest.mark.parametrize("extensions, data_type", [
    ("jpg jpeg png webp bmp tif tiff avif JPG", "IMAGE"),
    ("mp4 mov webm mkv m4v avi MOV", "VIDEO"),
    ("mp3 wav flac m4a eac3 aac Wav", "AUDIO"),
])
def test_files_of_every_kind(gateway, upload, extensions, data_type):
    names = [f"folder/file.{extension}" for extension in extensions.split()]
    names[0] += "?version=2&name=x.txt"
    response = upload(file_urls=[f"{BUCKET}/{name}" for name in names])
    assert response.status == "success"
    assert not response.errors
    rows = data_rows(gateway, response.dataset_hash)
    assert {row.data_hash for row in rows} == set(response.data_hashes)
    assert [row.data_type for row in rows] == [data_type] * len(names)


def test_an_upload_reaches_dataset_folder_and_projects(gateway, upload, workspace):
    dataset = workspace.dataset()
    project = gateway.CreateProject(title="Fed", dataset_hashes=[dataset]).project_hash
    response = upload(dataset, file_urls=[f"{BUCKET}/late.jpg"])
    [row] = workspace.label_rows(project)
    assert (row.data_title, row.data_hash) == ("late.jpg", response.data_hashes[0])
    assert row.workflow_stage_uuid == workspace.stage(project, "AnnotationStage").uuid
    folder = gateway.GetDataset(dataset_hash=dataset).backing_folder_uuid
    assert [item.name for item in gateway.ListStorageItems(folder_uuid=folder).items] == [
        "late.jpg"
    ]


def test_a_repeated_upload_adds_nothing(gateway, upload, workspace):
    dataset = workspace.dataset()
    for _ in range(2):
        assert upload(dataset, file_urls=[f"{BUCKET}/same.jpg"]).status == "success"
    assert len(data_rows(gateway, dataset)) == 1


def test_encords_own_json(gateway, upload):
    response = upload(upload_json={
        "images": [{"objectUrl": f"{BUCKET}/x.jpg", "title": "First"}],
        "image_groups": [{
            "title": "Pair", "objectUrl_0": f"{BUCKET}/p0.jpg", "objectUrl_1": f"{BUCKET}/p1.jpg",
        }],
    })
    assert response.status == "success"
    rows = {row.data_title: row.data_type for row in data_rows(gateway, response.dataset_hash)}
    assert rows == {"First": "IMAGE", "Pair": "IMG_GROUP"}


def test_some_files_fail(gateway, upload):
    good, bad = f"{BUCKET}/good.jpg", f"{BUCKET}/missing.jpg"
    response = upload(file_urls=[good, bad], ignore_errors=True)
    assert response.status == "partial"
    assert [list(error.file_urls) for error in response.errors if error.file_urls] == [[bad]]
    assert all(error.message for error in response.errors)
    [row] = data_rows(gateway, response.dataset_hash)
    assert row.data_title == "good.jpg"
    status = gateway.GetUploadStatus(
        dataset_hash=response.dataset_hash, upload_job_uuid=response.upload_job_uuid
    )
    assert (status.status, status.units_done_count, status.units_error_count) == ("partial", 1, 1)


def test_a_failed_job_is_an_error_that_names_the_files(gateway, upload, workspace):
    dataset = workspace.dataset()
    urls = [f"{BUCKET}/good.jpg", f"{BUCKET}/missing.jpg"]
    refusal = refused(StatusCode.FAILED_PRECONDITION, upload, dataset=dataset, file_urls=urls)
    assert refusal.ErrorInfo.reason == "UPLOAD_FAILED"
    descriptions = " ".join(each.description for each in refusal.BadRequest.field_violations)
    assert urls[1] in descriptions and urls[0] not in descriptions
    assert not data_rows(gateway, dataset)


def test_a_deadline_before_the_end_leaves_the_job_pending(own_workspace):
    workspace = own_workspace("--upload_delay_ms=4000")
    gateway = workspace.gateway
    dataset = gateway.CreateDataset(title="Slow").dataset_hash
    response = gateway.UploadDataToDataset(
        dataset_hash=dataset, integration_id=workspace.integration(),
        file_urls=[f"{BUCKET}/slow.jpg"], timeout=2,
    )
    assert (response.status, list(response.data_hashes)) == ("pending", [])
    job = {"dataset_hash": dataset, "upload_job_uuid": response.upload_job_uuid}
    pending = gateway.GetUploadStatus(**job)
    assert (pending.status, pending.units_pending_count) == ("pending", 1)
    done = gateway.GetUploadStatus(**job, wait_seconds=20)
    assert (done.status, done.units_pending_count, done.units_done_count) == ("success", 0, 1)
    assert [row.data_hash for row in data_rows(gateway, dataset)] == list(done.data_hashes)


def test_a_dataset_without_folder_needs_one_named(gateway, upload, workspace):
    dataset = gateway.CreateDataset(title="Loose", create_backing_folder=False).dataset_hash
    urls = [f"{BUCKET}/a.jpg"]
    refused(StatusCode.INVALID_ARGUMENT, upload, dataset=dataset, file_urls=urls)
    folder = gateway.CreateStorageFolder(name=workspace.name("Folder")).uuid
    assert upload(dataset, file_urls=urls, folder_uuid=folder).status == "success"
    [item] = gateway.ListStorageItems(folder_uuid=folder).items
    assert item.name == "a.jpg"


def test_an_unknown_member_of_the_json_is_refused_by_encord(gateway, upload, workspace):
    dataset = workspace.dataset()
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, upload, dataset=dataset, upload_json={"pictures": []}
    )
    assert refusal.ErrorInfo.domain == "encord.com"
    assert not data_rows(gateway, dataset)


def test_the_job_of_another_dataset_is_not_found(gateway, upload, workspace):
    response = upload(file_urls=[f"{BUCKET}/a.jpg"])
    refused(
        StatusCode.NOT_FOUND, gateway.GetUploadStatus, dataset_hash=response.dataset_hash,
        upload_job_uuid=NOWHERE,
    )
