"""CreateDataset, GetDataset, ListDatasets."""

import datetime

import pytest


def test_a_created_dataset_is_there(gateway, workspace):
    title = workspace.name("Streets")
    created = gateway.CreateDataset(
        title=title, description="Night drives", storage_location="aws"
    )
    assert created.title == title
    dataset = gateway.GetDataset(dataset_hash=created.dataset_hash)
    assert (dataset.dataset_hash, dataset.title) == (created.dataset_hash, title)
    assert dataset.description == "Night drives"
    assert dataset.data_row_count == 0
    assert dataset.backing_folder_uuid == created.backing_folder_uuid != ""
    [listed] = gateway.ListDatasets(title_eq=title).datasets
    assert (listed.dataset_hash, listed.description) == (created.dataset_hash, "Night drives")
    assert listed.user_role == "admin"
    age = datetime.datetime.now(datetime.UTC) - listed.created_at.ToDatetime(datetime.UTC)
    assert datetime.timedelta() <= age < datetime.timedelta(minutes=2)


@pytest.mark.parametrize("mirrored", [True, False])
def test_a_backing_folder_is_made_if_asked_for(gateway, workspace, mirrored):
    created = gateway.CreateDataset(title=workspace.name("D"), create_backing_folder=mirrored)
    assert created.HasField("backing_folder_uuid") == mirrored
    dataset = gateway.GetDataset(dataset_hash=created.dataset_hash)
    assert dataset.HasField("backing_folder_uuid") == mirrored


def test_text_of_every_kind_arrives_unchanged(gateway, workspace):
    title = workspace.name('Café — naïve 😀 "quoted" \\ % _ /')
    dataset = gateway.CreateDataset(title=title, description="line\nline\ttab").dataset_hash
    assert gateway.GetDataset(dataset_hash=dataset).title == title
    assert gateway.GetDataset(dataset_hash=dataset).description == "line\nline\ttab"
    assert [d.dataset_hash for d in gateway.ListDatasets(title_eq=title).datasets] == [dataset]


def test_data_rows_are_counted_and_listed_if_asked_for(gateway, workspace):
    dataset = workspace.dataset("a.jpg", "b.mp4")
    counted = gateway.GetDataset(dataset_hash=dataset)
    assert (counted.data_row_count, len(counted.data_rows)) == (2, 0)
    rows = gateway.GetDataset(dataset_hash=dataset, include_data_rows=True).data_rows
    assert sorted((row.data_title, row.data_type) for row in rows) == [
        ("a.jpg", "IMAGE"), ("b.mp4", "VIDEO"),
    ]
    assert all(row.backing_item_uuid for row in rows)


@pytest.fixture(scope="module")
def three_datasets(shared_workspace):
    """Titles and descriptions to look for; the middle one is made between two known times."""
    gateway = shared_workspace.gateway
    made = {}
    for title, description in [
        ("road scene one", "first"), ("road scene two", "second"), ("50% done", "third one"),
    ]:
        gateway.CreateDataset(title=title, description=description)
        [made[title]] = gateway.ListDatasets(title_eq=title).datasets
    return made


@pytest.mark.parametrize("filters, found", [
    ({"title_like": "scene"}, ["road scene one", "road scene two"]),
    ({"title_like": "road%two"}, ["road scene two"]),
    ({"title_like": "no such title"}, []),
    ({"title_eq": "road scene one"}, ["road scene one"]),
    ({"title_eq": "road scene"}, []),
    ({"description_eq": "second"}, ["road scene two"]),
    ({"description_like": "ir"}, ["road scene one", "50% done"]),
    ({"title_like": "scene", "description_like": "first"}, ["road scene one"]),
])
def test_filters_by_text(gateway, three_datasets, filters, found):
    titles = {dataset.title for dataset in gateway.ListDatasets(**filters).datasets}
    assert titles & three_datasets.keys() == set(found)


@pytest.mark.parametrize("bound, found", [
    ("created_before", {"road scene one"}),
    ("created_after", {"50% done"}),
    ("edited_before", {"road scene one"}),
    ("edited_after", {"50% done"}),
])
def test_filters_by_time(gateway, three_datasets, bound, found):
    middle = three_datasets["road scene two"].created_at
    titles = {dataset.title for dataset in gateway.ListDatasets(**{bound: middle}).datasets}
    assert titles & (three_datasets.keys() - {"road scene two"}) == found
