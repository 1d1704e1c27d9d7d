"""Projects, their datasets and ontologies; the data rows of datasets by every filter."""

import datetime

import pytest
from encord.constants.enums import DataType
from encord.exceptions import AuthorisationError, InvalidArgumentsError, ResourceNotFoundError
from encord.objects import Object, OntologyStructure, Shape
from encord.orm.dataset import DatasetAccessSettings, StorageLocation
from encord.orm.project import BenchmarkQaWorkflowSettings, ProjectStatus, ProjectType
from encord.utilities.ontology_user import OntologyUserRole

from harness import NOWHERE
from label_ontology import SHAPES, structure
from models import like, utc
from sdk_workspace import MEDIA, NEWEST_SDK
from test_uploads import DATA_TYPES

# --- Projects -------------------------------------------------------------------------------------


def test_a_project_has_all_its_properties(workspace, alice):
    ontology = alice.create_ontology(workspace.name("Ontology"))
    project = workspace.project(workspace.dataset(), ontology=ontology, title="Everything known")
    assert project.title == "Everything known"
    assert project.project_type == ProjectType.WORKFLOW
    assert project.status == ProjectStatus.NOT_STARTED
    assert project.ontology_hash == ontology.ontology_hash
    assert project.created_at == project.last_edited_at or project.created_at < project.last_edited_at
    assert project.source_projects == []
    if NEWEST_SDK:
        assert project.creator_email == workspace.alice.email


def test_a_project_without_ontology_gets_an_empty_one(workspace, alice):
    project = workspace.project()
    ontology = alice.get_ontology(project.ontology_hash)
    assert (ontology.structure.objects, ontology.structure.classifications) == ([], [])
    assert project.ontology_structure.objects == []


@pytest.mark.parametrize("status", [each for each in ProjectStatus if each.value != "unknown"])
def test_a_project_gets_any_status(workspace, alice, status):
    project = workspace.project()
    if not status.value[0].isalpha():
        return
    project.set_status(status)
    project.refetch_data()
    assert project.status == alice.get_project(project.project_hash).status == status


def test_a_benchmark_names_its_sources(workspace, alice):
    source = workspace.project()
    settings = BenchmarkQaWorkflowSettings(source_projects=[source.project_hash])
    project_hash = alice.create_project("Benchmark", [], workflow_settings=settings)
    assert alice.get_project(project_hash).source_projects == [source.project_hash]


@pytest.mark.parametrize("arguments", [
    {"dataset_hashes": [NOWHERE]}, {"ontology_hash": NOWHERE}, {"workflow_template_hash": NOWHERE},
], ids=lambda arguments: next(iter(arguments)))
def test_a_project_of_nothing_is_not_made(alice, arguments):
    before = {project.project_hash for project in alice.list_projects()}
    with pytest.raises(ResourceNotFoundError):
        alice.create_project("Never", **{"dataset_hashes": [], **arguments})
    assert {project.project_hash for project in alice.list_projects()} == before


@pytest.mark.parametrize("title", ["", "   "])
def test_a_project_needs_a_title(alice, title):
    with pytest.raises(InvalidArgumentsError):
        alice.create_project(title, [])


def test_datasets_of_a_project_are_listed(workspace):
    datasets = [workspace.dataset(description=f"number {i}") for i in range(3)]
    project = workspace.project(*datasets)
    assert [(str(d.dataset_hash), d.title, d.description) for d in project.list_datasets()] == [
        (dataset.dataset_hash, dataset.title, f"number {i}") for i, dataset in enumerate(datasets)
    ]


def test_datasets_come_and_go(workspace):
    first, second = (workspace.dataset((title, "image")) for title in ("first", "second"))
    project = workspace.project(first)

    def titles():
        return {row.data_title for row in project.list_label_rows_v2()}

    assert project.add_datasets([second.dataset_hash]) is True
    assert titles() == {"first", "second"}
    assert project.add_datasets([second.dataset_hash]) is True
    assert len(list(project.list_datasets())) == 2
    assert project.remove_datasets([first.dataset_hash]) is True
    assert titles() == {"second"}
    assert [str(each.dataset_hash) for each in project.list_datasets()] == [second.dataset_hash]


def test_a_foreign_dataset_is_not_added(workspace):
    project = workspace.project()
    made = workspace.bob.client.create_dataset("Bob's", StorageLocation.AWS)
    with pytest.raises(AuthorisationError):
        project.add_datasets([made.dataset_hash])
    assert list(project.list_datasets()) == []


def test_a_dataset_that_is_not_there_is_not_removed(workspace):
    with pytest.raises(ResourceNotFoundError):
        workspace.project().remove_datasets([workspace.dataset().dataset_hash])


# --- Datasets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("location", [
    StorageLocation.CORD_STORAGE, StorageLocation.AWS, StorageLocation.GCP, StorageLocation.AZURE,
])
@pytest.mark.parametrize("backed", [True, False])
def test_a_dataset_is_made(workspace, alice, location, backed):
    title = workspace.name("Made")
    made = alice.create_dataset(title, location, "text", create_backing_folder=backed)
    assert (made.title, made.storage_location) == (title, location)
    dataset = alice.get_dataset(made.dataset_hash)
    assert (dataset.title, dataset.description, dataset.data_rows) == (title, "text", [])
    assert dataset.backing_folder_uuid == made.backing_folder_uuid
    assert (dataset.backing_folder_uuid is not None) == backed
    if backed:
        assert alice.get_storage_folder(dataset.backing_folder_uuid).name == title


@pytest.fixture(scope="module")
def mixed(workspace):
    """A dataset with a unit of each kind, each registered by itself."""
    return workspace.dataset(*((f"{kind}_100% ß", kind) for kind in MEDIA))


def rows_found(dataset, **filters):
    return [row.title for row in dataset.list_data_rows(**filters)]


def test_data_rows_are_in_the_order_of_their_coming(mixed):
    wanted = [f"{kind}_100% ß" for kind in MEDIA]
    assert rows_found(mixed) == [row.title for row in mixed.data_rows] == wanted


@pytest.mark.parametrize("kind", MEDIA)
def test_data_rows_are_found_by_exact_title(mixed, kind):
    assert rows_found(mixed, title_eq=f"{kind}_100% ß") == [f"{kind}_100% ß"]
    assert rows_found(mixed, title_eq=kind) == []


@pytest.mark.parametrize("pattern", ["%", "image%", "%GROUP%", "_ideo%", "%ß", "image", "%100\\%%"])
def test_data_rows_are_found_by_title_pattern(mixed, pattern):
    wanted = [title for title in rows_found(mixed) if like(pattern, title)]
    assert rows_found(mixed, title_like=pattern) == wanted


@pytest.mark.parametrize("types", [
    *([each] for each in DataType if each.name not in ("MISSING_DATA_TYPE", "UNKNOWN")),
    [DataType.IMAGE, DataType.VIDEO], [],
], ids=lambda types: "+".join(each.name for each in types) or "none")
def test_data_rows_are_found_by_type(mixed, types):
    wanted = [f"{kind}_100% ß" for kind in MEDIA if DATA_TYPES[kind] in types]
    assert rows_found(mixed, data_types=types) == wanted


@pytest.mark.parametrize("count", [0, 1, 4])
def test_data_rows_are_found_by_hash(mixed, count):
    rows = mixed.data_rows[:count]
    assert rows_found(mixed, data_hashes=[row.uid for row in rows]) == [row.title for row in rows]


@pytest.fixture(scope="module")
def two_times(workspace):
    """A dataset with units from before and after a moment; the SDK shows whole seconds only."""
    dataset = workspace.dataset(("early", "image"), ("early too", "video"))
    moment = datetime.datetime.now(datetime.timezone.utc)
    workspace.upload(dataset, ("late", "image"))
    return dataset, moment


@pytest.mark.parametrize("name, wanted", [
    ("created_before", ["early", "early too"]), ("created_after", ["late"]),
])
@pytest.mark.parametrize("as_text", [False, True])
def test_data_rows_are_found_by_date(two_times, name, wanted, as_text):
    dataset, moment = two_times
    given = moment.isoformat() if as_text else moment
    assert rows_found(dataset, **{name: given}) == wanted


def test_data_rows_are_left_out_on_demand(alice, mixed):
    if NEWEST_SDK:
        dataset = alice.get_dataset(mixed.dataset_hash, include_data_rows=False)
        assert dataset._dataset_instance.data_rows == []
    else:
        dataset = alice.get_dataset(mixed.dataset_hash)
    assert len(list(dataset.list_data_rows())) == len(MEDIA)


def test_a_data_row_changes(workspace, alice):
    dataset = workspace.dataset(("old", "image"))
    (row,) = dataset.data_rows
    row.title = "new"
    row.client_metadata = {"a": 1}
    row.save()
    settings = DatasetAccessSettings(fetch_client_metadata=True)
    (kept,) = alice.get_dataset(dataset.dataset_hash, settings).data_rows
    assert (kept.title, kept.client_metadata) == ("new", {"a": 1})


def test_data_rows_are_deleted(workspace):
    dataset = workspace.dataset(("a", "image"), ("b", "image"), ("c", "image"))
    project = workspace.project(dataset)
    hashes = {row.title: row.uid for row in dataset.data_rows}
    dataset.delete_data(hashes["a"])
    dataset.delete_data([hashes["b"]])
    dataset.refetch_data()
    assert [row.title for row in dataset.data_rows] == ["c"]
    assert [row.data_title for row in project.list_label_rows_v2()] == ["c"]


# --- Ontologies -----------------------------------------------------------------------------------


def test_every_shape_and_attribute_is_kept(workspace, alice):
    made = alice.create_ontology(workspace.name("Shapes"), "all", structure())
    kept = alice.get_ontology(made.ontology_hash)
    assert kept.structure == made.structure
    assert kept.structure.to_dict() == made.structure.to_dict()
    assert {each.shape for each in kept.structure.objects} == SHAPES
    assert kept.user_role == OntologyUserRole.ADMIN


@pytest.mark.parametrize("shape", sorted(SHAPES, key=lambda shape: shape.value))
def test_an_ontology_grows(workspace, alice, shape):
    ontology = alice.create_ontology(workspace.name("Growing"))
    added = ontology.structure.add_object("Näme 😀", shape, color="#123456")
    ontology.title = "Grown"
    ontology.description = "by one"
    ontology.save()
    kept = alice.get_ontology(ontology.ontology_hash)
    assert (kept.title, kept.description) == ("Grown", "by one")
    (found,) = kept.structure.objects
    assert (found.name, found.shape, found.color) == ("Näme 😀", shape, "#123456")
    assert found.feature_node_hash == added.feature_node_hash
    ontology.refetch_data()
    assert ontology.structure.to_dict() == kept.structure.to_dict()
    assert utc(kept.last_edited_at) >= utc(kept.created_at)


def test_a_project_sees_its_ontology_grow(workspace, alice):
    ontology = alice.create_ontology(workspace.name("Shared"))
    project = workspace.project(ontology=ontology)
    ontology.structure.add_object("Car", Shape.BOUNDING_BOX)
    ontology.save()
    project.refetch_ontology()
    assert project.ontology_structure.get_child_by_title("Car", type_=Object).shape == (
        Shape.BOUNDING_BOX
    )


def test_an_ontology_of_nothing_is_empty(workspace, alice):
    ontology = alice.create_ontology(workspace.name("Empty"), structure=OntologyStructure())
    assert alice.get_ontology(ontology.ontology_hash).structure == OntologyStructure()


def test_who_may_only_look_cannot_save(workspace, alice):
    from uuid import UUID

    ontology = alice.create_ontology(workspace.name("Looked at"))
    group = workspace.sandbox.control("POST", "groups", {
        "organisation": "north.example", "name": workspace.name("Group"),
        "members": [workspace.ann.email],
    })["groupHash"]
    ontology.add_group(UUID(group), OntologyUserRole.USER)
    mine = workspace.ann.client.get_ontology(ontology.ontology_hash)
    assert mine.user_role == OntologyUserRole.USER
    mine.title = "Mine"
    with pytest.raises(AuthorisationError):
        mine.save()


def test_dates_of_an_ontology_are_dates(workspace, alice):
    ontology = alice.create_ontology(workspace.name("Dated"))
    age = datetime.datetime.now(datetime.timezone.utc) - utc(ontology.created_at)
    assert abs(age) < datetime.timedelta(minutes=5)
