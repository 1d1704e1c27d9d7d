"""CreateStorageFolder, ListStorageFolders, ListStorageItems, StreamStorageItems."""

import pytest


def test_a_created_folder_is_there(gateway, workspace):
    name = workspace.name("Raw footage")
    created = gateway.CreateStorageFolder(name=name, description="As it came")
    assert created.name == name
    [folder] = gateway.ListStorageFolders(search=name).folders
    assert (folder.uuid, folder.name, folder.description) == (created.uuid, name, "As it came")
    assert (folder.owner, folder.user_role) == ("alice@north.example", "admin")
    assert folder.created_at.seconds > 0
    assert not folder.HasField("parent_folder_uuid")


@pytest.fixture(scope="module")
def tree(shared_workspace):
    """outer / middle / inner, by UUID."""
    create = shared_workspace.gateway.CreateStorageFolder
    outer = create(name="tree outer").uuid
    middle = create(name="tree middle", parent_folder_uuid=outer).uuid
    inner = create(name="tree inner", parent_folder_uuid=middle).uuid
    return {"outer": outer, "middle": middle, "inner": inner}


@pytest.mark.parametrize("parent, recursive, found", [
    (None, False, {"tree outer"}),
    (None, True, {"tree outer", "tree middle", "tree inner"}),
    ("outer", False, {"tree middle"}),
    ("outer", True, {"tree middle", "tree inner"}),
    ("inner", True, set()),
])
def test_folders_in_folders(gateway, tree, parent, recursive, found):
    place = {} if parent is None else {"parent_folder_uuid": tree[parent]}
    folders = gateway.ListStorageFolders(search="tree", recursive=recursive, **place).folders
    assert {folder.name for folder in folders} == found
    parents = {folder.name: folder.parent_folder_uuid for folder in folders}
    assert parents.get("tree middle", tree["outer"]) == tree["outer"]
    assert parents.get("tree inner", tree["middle"]) == tree["middle"]


def test_folders_that_mirror_a_dataset(gateway, workspace):
    dataset = gateway.CreateDataset(title=workspace.name("Mirrored"))
    plain = gateway.CreateStorageFolder(name=workspace.name("Plain")).uuid
    synced = {
        folder.uuid: folder.synced_dataset_hash
        for folder in gateway.ListStorageFolders(dataset_synced=True).folders
    }
    assert synced[dataset.backing_folder_uuid] == dataset.dataset_hash
    assert plain not in synced
    unsynced = {folder.uuid for folder in gateway.ListStorageFolders(dataset_synced=False).folders}
    assert plain in unsynced and not unsynced & synced.keys()


@pytest.mark.parametrize("order_by", ["name", "createdAt"])
@pytest.mark.parametrize("descending", [False, True])
def test_order(gateway, workspace, order_by, descending):
    stem = workspace.name("order")
    for letter in "bca":
        gateway.CreateStorageFolder(name=f"{stem} {letter}")
    folders = gateway.ListStorageFolders(
        search=stem, order_by=order_by, descending=descending
    ).folders
    letters = "abc" if order_by == "name" else "bca"
    expected = letters[::-1] if descending else letters
    assert [folder.name[-1] for folder in folders] == list(expected)


@pytest.fixture(scope="module")
def folder_of_files(shared_workspace):
    dataset = shared_workspace.dataset("red-car.jpg", "blue-car.png", "drive.mp4", "horn.mp3")
    return shared_workspace.gateway.GetDataset(dataset_hash=dataset).backing_folder_uuid


@pytest.mark.parametrize("filters, found", [
    ({}, {"red-car.jpg", "blue-car.png", "drive.mp4", "horn.mp3"}),
    ({"search": "car"}, {"red-car.jpg", "blue-car.png"}),
    ({"search": "zebra"}, set()),
    ({"item_types": ["image"]}, {"red-car.jpg", "blue-car.png"}),
    ({"item_types": ["video", "audio"]}, {"drive.mp4", "horn.mp3"}),
    ({"item_types": ["pdf"]}, set()),
    ({"in_dataset": True}, {"red-car.jpg", "blue-car.png", "drive.mp4", "horn.mp3"}),
    ({"in_dataset": False}, set()),
])
def test_items_listed_and_streamed(gateway, folder_of_files, filters, found):
    listed = gateway.ListStorageItems(folder_uuid=folder_of_files, **filters).items
    assert {item.name for item in listed} == found
    messages = gateway.StreamStorageItems(folder_uuid=folder_of_files, **filters)
    assert [item for message in messages for item in message.items] == list(listed)


def test_what_an_item_tells(gateway, folder_of_files):
    [video] = gateway.ListStorageItems(folder_uuid=folder_of_files, search="drive").items
    assert (video.item_type, video.folder_uuid) == ("video", folder_of_files)
    assert (video.owner, video.storage_location) == ("alice@north.example", "s3")
    assert video.url == "https://bucket.s3.eu-west-2.amazonaws.com/drive.mp4"
    assert video.mime_type == "video/mp4"
    assert video.fps > 0 and video.duration > 0 and video.frame_count > 0
    assert video.width > 0 and video.height > 0
    assert video.backed_data_units_count == 1


def test_items_of_the_folders_below(gateway, workspace, folder_of_files):
    parent = gateway.CreateStorageFolder(name=workspace.name("parent")).uuid
    child = gateway.CreateStorageFolder(name=workspace.name("child"), parent_folder_uuid=parent)
    dataset = gateway.CreateDataset(
        title=workspace.name("elsewhere"), create_backing_folder=False
    ).dataset_hash
    gateway.UploadDataToDataset(
        dataset_hash=dataset, integration_id=workspace.integration(), folder_uuid=child.uuid,
        file_urls=["https://bucket.s3.eu-west-2.amazonaws.com/deep.jpg"],
    )
    assert not gateway.ListStorageItems(folder_uuid=parent).items
    [deep] = gateway.ListStorageItems(folder_uuid=parent, recursive=True).items
    assert (deep.name, deep.folder_uuid) == ("deep.jpg", child.uuid)
