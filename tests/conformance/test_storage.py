"""Folders and items: made, found by every filter of their lists, changed, moved and deleted."""

import pytest
from encord.exceptions import (
    AuthorisationError, EncordException, InvalidArgumentsError, ResourceNotFoundError,
)
from encord.http.bundle import Bundle
from encord.orm.dataset import LongPollingStatus, StorageLocation
from encord.orm.storage import FoldersSortBy, StorageItemType, StorageUserRole

from models import contains, utc
from sdk_workspace import NEWEST_SDK, object_url, upload_json

# --- Folders --------------------------------------------------------------------------------------

# Name, description and parent of the folders that the lists are asked for.
TREE = [
    ("Roads", "all of them", None),
    ("roads 2025", "", "Roads"),
    ("January", "cold", "roads 2025"),
    ("50%_done", "odd", "Roads"),
    ("Retail", "shelves", None),
    ("Straße 😀", "Umlaute", "Retail"),
]


def depth(name):
    parent = next(parent for each, _, parent in TREE if each == name)
    return 0 if parent is None else 1 + depth(parent)


def below(name):
    """The folders below one, at any depth."""
    children = [each for each, _, parent in TREE if parent == name]
    return children + [grandchild for child in children for grandchild in below(child)]


@pytest.fixture(scope="module")
def tree(alice):
    folders = {}
    for name, description, parent in TREE:
        folders[name] = alice.create_storage_folder(
            name, description, {"level": depth(name), "name": name},
            parent_folder=folders[parent] if parent else None,
        )
    return folders


@pytest.fixture(scope="module")
def mirror(workspace, tree):
    """A dataset, whose backing folder is called like it."""
    return workspace.dataset(title="Road mirror")


def names(folders, tree):
    """Those names of the folders found that belong to the tree or are the mirror's."""
    ours = {folder.uuid for folder in tree.values()}
    return [each.name for each in folders if each.uuid in ours or each.name == "Road mirror"]


def by_name(wanted):
    return sorted(wanted, key=lambda name: name.encode())


@pytest.mark.parametrize("name, description, parent", TREE)
def test_a_folder_is_read_as_it_was_made(alice, tree, name, description, parent):
    folder = alice.get_storage_folder(tree[name].uuid)
    assert (folder.name, folder.description) == (name, description)
    assert folder.client_metadata == {"level": depth(name), "name": name}
    assert folder.parent_uuid == (tree[parent].uuid if parent else None)
    path = [element.name for element in folder.path_to_root]
    assert len(path) == depth(name) + 1
    assert (folder.parent.name if folder.parent else None) == parent


SEARCHES = [None, "road", "ROADS", "50%", "_", "😀", "ß", "January", "nothing"]


@pytest.mark.parametrize("search", SEARCHES)
def test_top_folders_are_found(alice, tree, mirror, search):
    wanted = [name for name, _, parent in TREE if parent is None] + ["Road mirror"]
    wanted = [name for name in wanted if search is None or contains(search, name)]
    assert names(alice.list_storage_folders(search=search), tree) == by_name(wanted)


@pytest.mark.parametrize("search", SEARCHES)
def test_folders_of_all_depths_are_found(alice, tree, mirror, search):
    wanted = [name for name, _, _ in TREE] + ["Road mirror"]
    wanted = [name for name in wanted if search is None or contains(search, name)]
    assert names(alice.find_storage_folders(search=search), tree) == by_name(wanted)


@pytest.mark.parametrize("search", [None, "road", "an", "50%"])
def test_subfolders_are_listed(tree, search):
    wanted = ["roads 2025", "50%_done"]
    wanted = [name for name in wanted if search is None or contains(search, name)]
    assert names(tree["Roads"].list_subfolders(search=search), tree) == by_name(wanted)


@pytest.mark.parametrize("search", [None, "road", "an", "50%"])
def test_subfolders_are_found(tree, search):
    wanted = [name for name in below("Roads") if search is None or contains(search, name)]
    assert names(tree["Roads"].find_subfolders(search=search), tree) == by_name(wanted)


@pytest.mark.parametrize("synced, wanted", [
    (True, ["Road mirror"]), (False, ["Retail", "Roads"]), (None, ["Retail", "Road mirror", "Roads"]),
])
def test_folders_of_datasets_are_told_apart(alice, tree, mirror, synced, wanted):
    assert names(alice.list_storage_folders(dataset_synced=synced), tree) == wanted


@pytest.mark.parametrize("order, key", [
    (FoldersSortBy.NAME, lambda folder: folder.name.encode()),
    (FoldersSortBy.CREATED_AT, lambda folder: utc(folder._orm_folder.created_at)),
])
@pytest.mark.parametrize("desc", [False, True])
@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_folders_are_sorted_on_all_pages(alice, tree, order, key, desc, page_size):
    ours = {folder.uuid: folder for folder in tree.values()}
    listed = [
        folder.name
        for folder in alice.find_storage_folders(order=order, desc=desc, page_size=page_size)
        if folder.uuid in ours
    ]
    wanted = sorted(tree.values(), key=key, reverse=desc)
    assert listed == [folder.name for folder in wanted]


def test_folders_of_others_are_not_seen(workspace, tree):
    bob = workspace.bob.client
    assert list(bob.find_storage_folders()) == []
    with pytest.raises(AuthorisationError):
        bob.get_storage_folder(tree["Roads"].uuid)


@pytest.mark.parametrize("change", [
    {"name": "New name"},
    {"description": "new"},
    {"client_metadata": {"nested": {"list": [1, 2.5, None, True, "é"]}}},
    {"name": "All", "description": "at once", "client_metadata": {}},
], ids=lambda change: "+".join(change))
def test_folders_change(workspace, alice, change):
    folder = alice.create_storage_folder(workspace.name("Old"), "old", {"old": True})
    before = {"name": folder.name, "description": "old", "client_metadata": {"old": True}}
    folder.update(**change)
    kept = alice.get_storage_folder(folder.uuid)
    for name, value in {**before, **change}.items():
        assert getattr(kept, name) == getattr(folder, name) == value


def test_folders_change_in_a_bundle(workspace, alice):
    folders = [alice.create_storage_folder(workspace.name("Bundle")) for _ in range(3)]
    workspace.sandbox.forget()
    with Bundle() as bundle:
        for number, folder in enumerate(folders):
            folder.update(description=f"number {number}", bundle=bundle)
    assert workspace.sandbox.changes() == ["PATCH /v2/public/storage/folders/patch-bulk"]
    kept = [alice.get_storage_folder(folder.uuid).description for folder in folders]
    assert kept == ["number 0", "number 1", "number 2"]


def test_folders_move_and_are_deleted(workspace, alice):
    top = alice.create_storage_folder(workspace.name("Top"))
    other = alice.create_storage_folder(workspace.name("Other"))
    child = top.create_subfolder("Child", "of the top", {"a": 1})
    child.move_to_folder(other)
    child.refetch_data()
    assert child.parent_uuid == other.uuid
    assert list(top.list_subfolders()) == []
    child.move_to_folder(None)
    child.refetch_data()
    assert child.parent_uuid is None
    with pytest.raises(InvalidArgumentsError):
        other.move_to_folder(other)
    child.delete()
    with pytest.raises(ResourceNotFoundError):
        alice.get_storage_folder(child.uuid)


def test_folders_are_shared_with_groups(workspace, alice):
    folder = alice.create_storage_folder(workspace.name("Shared"))
    child = folder.create_subfolder("Below")
    group = workspace.sandbox.control("POST", "groups", {
        "organisation": "north.example", "name": workspace.name("Group"),
        "members": [workspace.ann.email],
    })["groupHash"]
    from uuid import UUID

    ann = workspace.ann.client
    with pytest.raises(AuthorisationError):
        ann.get_storage_folder(child.uuid)
    folder.add_group(UUID(group), StorageUserRole.USER)
    (entry,) = folder.list_groups()
    assert (str(entry.group_hash), entry.user_role) == (group, StorageUserRole.USER)
    assert entry.is_same_organisation is True
    assert ann.get_storage_folder(child.uuid).name == "Below"
    with pytest.raises(AuthorisationError):
        ann.get_storage_folder(folder.uuid).update(name="mine")
    folder.remove_group([UUID(group)])
    assert list(folder.list_groups()) == []
    with pytest.raises(AuthorisationError):
        ann.get_storage_folder(child.uuid)


# --- Items ----------------------------------------------------------------------------------------

KINDS = {
    "image": StorageItemType.IMAGE,
    "video": StorageItemType.VIDEO,
    "image_group": StorageItemType.IMAGE_GROUP,
    "image_sequence": StorageItemType.IMAGE_SEQUENCE,
    "dicom": StorageItemType.DICOM_SERIES,
    "nifti": StorageItemType.NIFTI,
    "audio": StorageItemType.AUDIO,
    "text": StorageItemType.PLAIN_TEXT,
    "html": StorageItemType.PLAIN_TEXT,
    "pdf": StorageItemType.PDF,
}


@pytest.fixture(scope="module")
def shelf(workspace, alice):
    """A folder with an item of each kind, a dataset that has the first three, and a subfolder with
    one image."""
    folder = alice.create_storage_folder("Shelf")
    upload(workspace, folder, *((f"{kind} one", kind) for kind in KINDS))
    below_it = folder.create_subfolder("Lower shelf")
    upload(workspace, below_it, ("image below", "image"))
    made = alice.create_dataset("Some of the shelf", StorageLocation.AWS, create_backing_folder=False)
    dataset = alice.get_dataset(made.dataset_hash)
    linked = [f"{kind} one" for kind in list(KINDS)[:3]]
    dataset.link_items([item.uuid for item in folder.list_items() if item.name in linked])
    dataset.refetch_data()
    items = {item.name: item for item in folder.list_items()}
    return folder, items, linked, dataset


def upload(workspace, folder, *units):
    job = folder.add_private_data_to_folder_start(workspace.integration, upload_json(units))
    state = folder.add_private_data_to_folder_get_result(job, timeout_seconds=60)
    assert state.status == LongPollingStatus.DONE, state
    return state


@pytest.mark.parametrize("kind", KINDS)
def test_items_have_their_type_and_place(workspace, shelf, kind):
    folder, items, linked, _ = shelf
    item = items[f"{kind} one"]
    assert item.item_type == KINDS[kind]
    assert item.parent_folder_uuid == folder.uuid
    assert item.parent_folder().name == "Shelf"
    assert str(item.integration_hash) == workspace.integration
    assert item.client_metadata == {}
    assert item.backed_data_units_count == (1 if item.name in linked else 0)


MEDIA_PROPERTIES = {
    "image": {"width": 64, "height": 48, "file_size": 4096, "mime_type": "image/jpeg"},
    "video": {"width": 64, "height": 48, "fps": 10, "duration": 2, "frame_count": 20},
    "audio": {
        "duration": 12.5, "audio_sample_rate": 48000, "audio_bit_depth": 24,
        "audio_codec": "mp3", "audio_num_channels": 1, "mime_type": "audio/mpeg",
    },
    "dicom": {"frame_count": 5, "mime_type": "application/dicom"},
    "image_group": {"frame_count": 3},
    "image_sequence": {"frame_count": 4},
    "text": {"mime_type": "text/plain"},
    "html": {"mime_type": "text/html"},
    "pdf": {"mime_type": "application/pdf"},
}


@pytest.mark.parametrize("kind", MEDIA_PROPERTIES)
def test_items_have_their_media_properties(shelf, kind):
    item = shelf[1][f"{kind} one"]
    for name, value in MEDIA_PROPERTIES[kind].items():
        assert getattr(item, name) == value, name


@pytest.mark.parametrize("kind, count, child_type", [
    ("image_group", 3, StorageItemType.IMAGE),
    ("image_sequence", 4, StorageItemType.IMAGE),
    ("dicom", 5, StorageItemType.DICOM_FILE),
    ("image", 0, None),
])
def test_parts_of_items_are_listed(shelf, kind, count, child_type):
    children = list(shelf[1][f"{kind} one"].get_child_items(get_signed_urls=True))
    assert [child.item_type for child in children] == [child_type] * count
    assert all(child.get_signed_url() for child in children)


@pytest.mark.parametrize("search", [None, "one", "IMAGE", "image_", "a", "below", "nothing"])
def test_items_are_found_by_search(shelf, search):
    folder, items, _, _ = shelf
    wanted = [name for name in items if search is None or contains(search, name)]
    assert [item.name for item in folder.list_items(search=search)] == by_name(wanted)


@pytest.mark.parametrize("search", ["one", "IMAGE", "below"])
def test_items_are_found_below(shelf, search):
    folder, items, _, _ = shelf
    wanted = [name for name in [*items, "image below"] if contains(search, name)]
    assert [item.name for item in folder.find_items(search=search)] == by_name(wanted)


@pytest.mark.parametrize("types", [
    *([each] for each in StorageItemType),
    [StorageItemType.IMAGE, StorageItemType.VIDEO],
    [StorageItemType.AUDIO, StorageItemType.PDF, StorageItemType.SCENE],
    [],
], ids=lambda types: "+".join(each.name for each in types) or "all")
def test_items_are_found_by_type(shelf, types):
    folder, items, _, _ = shelf
    wanted = [name for name, item in items.items() if not types or item.item_type in types]
    assert [item.name for item in folder.list_items(item_types=types)] == by_name(wanted)


@pytest.mark.parametrize("in_dataset", [True, False, None])
def test_items_are_found_by_being_in_a_dataset(shelf, in_dataset):
    folder, items, linked, _ = shelf
    wanted = [name for name in items if in_dataset is None or (name in linked) == in_dataset]
    assert [item.name for item in folder.list_items(is_in_dataset=in_dataset)] == by_name(wanted)


@pytest.mark.parametrize("order", FoldersSortBy)
@pytest.mark.parametrize("desc", [False, True])
@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_items_are_sorted_on_all_pages(shelf, order, desc, page_size):
    folder, items, _, _ = shelf
    key = {
        FoldersSortBy.NAME: lambda item: item.name.encode(),
        FoldersSortBy.CREATED_AT: lambda item: utc(item.created_at),
    }[order]
    wanted = [item.name for item in sorted(items.values(), key=key, reverse=desc)]
    listed = folder.list_items(order=order, desc=desc, page_size=page_size)
    assert [item.name for item in listed] == wanted


def test_filters_of_items_are_joined_by_and(shelf):
    listed = shelf[0].list_items(
        search="image", item_types=[StorageItemType.IMAGE, StorageItemType.IMAGE_SEQUENCE],
        is_in_dataset=False,
    )
    assert [item.name for item in listed] == ["image_sequence one"]


def test_items_everywhere_are_found(alice, shelf):
    found = alice.find_storage_items(search="image", item_types=[StorageItemType.IMAGE])
    assert {item.name for item in found} >= {"image one", "image below"}


@pytest.mark.parametrize("signed", [False, True])
def test_items_are_got_one_by_one_and_in_bulk(alice, shelf, signed):
    items = list(shelf[1].values())
    one = alice.get_storage_item(items[0].uuid, sign_url=signed)
    assert (one.uuid, one.name) == (items[0].uuid, items[0].name)
    assert one.get_signed_url() is not None
    several = alice.get_storage_items([item.uuid for item in reversed(items)], sign_url=signed)
    assert [item.uuid for item in several] == [item.uuid for item in reversed(items)]


def test_items_of_others_are_not_seen(workspace, shelf):
    item = next(iter(shelf[1].values()))
    bob = workspace.bob.client
    with pytest.raises(AuthorisationError):
        bob.get_storage_item(item.uuid)
    assert list(bob.find_storage_items(search="one")) == []


@pytest.fixture
def loose(workspace, alice):
    """A folder with three images that no other test uses."""
    folder = alice.create_storage_folder(workspace.name("Loose"))
    upload(workspace, folder, *((f"loose {letter}", "image") for letter in "abc"))
    return folder, list(folder.list_items())


@pytest.mark.parametrize("change", [
    {"name": "New name"},
    {"description": "new"},
    {"client_metadata": {"nested": {"list": [1, 2.5, None, True, "é"]}}},
], ids=lambda change: "+".join(change))
def test_items_change(alice, loose, change):
    item = loose[1][0]
    before = {"name": item.name, "description": item.description, "client_metadata": {}}
    item.update(**change)
    kept = alice.get_storage_item(item.uuid)
    for name, value in {**before, **change}.items():
        assert getattr(kept, name) == getattr(item, name) == value


def test_items_change_in_a_bundle(workspace, alice, loose):
    workspace.sandbox.forget()
    with Bundle() as bundle:
        for item in loose[1]:
            item.update(client_metadata={"was": item.name}, bundle=bundle)
    assert workspace.sandbox.changes() == ["PATCH /v2/public/storage/items/patch-bulk"]
    for item in alice.get_storage_items([item.uuid for item in loose[1]]):
        assert item.client_metadata == {"was": item.name}


def test_items_move(workspace, alice, loose):
    folder, items = loose
    target = alice.create_storage_folder(workspace.name("Target"))
    items[0].move_to_folder(target)
    assert items[0].parent_folder_uuid == target.uuid
    folder.move_items_to_folder(target, [items[1].uuid])
    assert {item.name for item in target.list_items()} == {items[0].name, items[1].name}
    assert [item.name for item in folder.list_items()] == [items[2].name]


def test_items_are_deleted(alice, loose):
    folder, items = loose
    items[0].delete()
    folder.delete_storage_items([items[1].uuid])
    assert [item.name for item in folder.list_items()] == [items[2].name]
    with pytest.raises(ResourceNotFoundError):
        alice.get_storage_item(items[0].uuid)


def test_what_is_in_a_dataset_is_not_deleted(alice, shelf):
    _, items, linked, _ = shelf
    with pytest.raises(EncordException):
        items[linked[0]].delete()
    assert alice.get_storage_item(items[linked[0]].uuid).name == linked[0]


def test_a_folder_with_items_is_not_deleted(alice, loose):
    with pytest.raises(EncordException):
        loose[0].delete()
    assert alice.get_storage_folder(loose[0].uuid).name == loose[0].name


def test_a_folder_sums_up(shelf):
    folder, items, _, _ = shelf
    summary = folder.get_summary()
    assert (summary.files, summary.folders, summary.tombstones) == (len(items), 1, 0)
    counts = {
        StorageItemType.VIDEO: summary.videos, StorageItemType.IMAGE: summary.images,
        StorageItemType.IMAGE_GROUP: summary.image_groups,
        StorageItemType.IMAGE_SEQUENCE: summary.image_sequences,
        StorageItemType.DICOM_SERIES: summary.dicom_series, StorageItemType.NIFTI: summary.niftis,
        StorageItemType.AUDIO: summary.audios, StorageItemType.PDF: summary.pdfs,
        StorageItemType.PLAIN_TEXT: summary.plain_texts,
    }
    for item_type, count in counts.items():
        assert count == sum(item.item_type == item_type for item in items.values()), item_type
    assert summary.upload_jobs == 1
    parts = [part for item in items.values() for part in item.get_child_items()]
    sizes = sum(item.file_size or 0 for item in [*items.values(), *parts])
    assert summary.total_size == sizes


def test_an_item_tells_where_it_is_used(workspace, shelf):
    _, items, linked, dataset = shelf
    summary = items[linked[0]].get_summary()
    assert (summary.used_in_datasets, summary.frame_in_groups) == (1, 0)
    (used,) = summary.accessible_datasets
    assert (used.dataset_hash, used.title) == (dataset.dataset_hash, "Some of the shelf")
    row = next(row for row in dataset.data_rows if row.title == linked[0])
    assert [str(uid) for uid in used.data_hashes] == [row.uid]
    assert items["pdf one"].get_summary().used_in_datasets == 0


def test_a_part_tells_its_group(shelf):
    group = shelf[1]["image_group one"]
    part = next(iter(group.get_child_items()))
    summary = part.get_summary()
    assert summary.frame_in_groups == 1
    (entry,) = summary.accessible_group_items
    assert (entry.uuid, entry.name, entry.parent_name) == (group.uuid, group.name, "Shelf")


if NEWEST_SDK:

    @pytest.mark.parametrize("included", [True, False])
    def test_client_metadata_is_listed_on_demand(loose, included):
        folder, items = loose
        items[0].update(client_metadata={"a": 1})
        listed = {
            item.name: item.client_metadata
            for item in folder.list_items(include_client_metadata=included)
        }
        assert listed[items[0].name] == ({"a": 1} if included else {})


def test_the_url_is_the_objects(shelf):
    assert shelf[1]["image one"].url == object_url("image one.jpg")
