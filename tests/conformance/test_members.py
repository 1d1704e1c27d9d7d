"""Who is in a project, a dataset, an ontology or a group, by himself or through a group."""

from uuid import UUID

import pytest
from encord.exceptions import AuthorisationError, InvalidArgumentsError, ResourceNotFoundError
from encord.orm.dataset import DatasetUserRole
from encord.utilities.ontology_user import OntologyUserRole
from encord.utilities.project_user import ProjectUserRole

from harness import NOWHERE
from sdk_workspace import NEWEST_SDK

PROJECT_ROLES = [role for role in ProjectUserRole if role.value >= 0]


@pytest.fixture
def project(workspace):
    return workspace.project()


def roles(project):
    return {user.user_email: user.user_role for user in project.list_users()}


# --- Projects -------------------------------------------------------------------------------------


def test_the_maker_is_the_admin(workspace, project):
    assert project.user_role == ProjectUserRole.ADMIN
    assert roles(project) == {workspace.alice.email: ProjectUserRole.ADMIN}


@pytest.mark.parametrize("role", PROJECT_ROLES)
def test_users_are_added_with_a_role(workspace, project, role):
    emails = [workspace.ann.email, "new.one@elsewhere.example"]
    added = project.add_users(emails, role)
    assert [(user.user_email, user.user_role) for user in added] == [
        (email, role) for email in emails
    ]
    assert {user.project_hash for user in added} == {project.project_hash}
    assert roles(project) == {
        workspace.alice.email: ProjectUserRole.ADMIN, **dict.fromkeys(emails, role)
    }
    assert [mine.user_role for mine in workspace.ann.client.list_projects()
            if mine.project_hash == project.project_hash] == [role]


def test_a_member_keeps_his_role(workspace, project):
    project.add_users([workspace.ann.email], ProjectUserRole.REVIEWER)
    (again,) = project.add_users([workspace.ann.email], ProjectUserRole.ADMIN)
    assert again.user_role == ProjectUserRole.REVIEWER
    assert roles(project)[workspace.ann.email] == ProjectUserRole.REVIEWER


def test_nobody_is_added_when_one_is_bad(workspace, project):
    with pytest.raises(InvalidArgumentsError):
        project.add_users([workspace.ann.email, "no email"], ProjectUserRole.ANNOTATOR)
    assert roles(project) == {workspace.alice.email: ProjectUserRole.ADMIN}


def test_adding_nobody_is_fine(project):
    assert project.add_users([], ProjectUserRole.ANNOTATOR) == []


def test_users_are_listed_on_many_pages(tmp_path):
    import contextlib

    from sdk_workspace import SdkWorkspace

    with contextlib.ExitStack() as stack:
        workspace = SdkWorkspace(stack, tmp_path, "--page_size=2")
        project = workspace.project()
        emails = [f"user{i}@north.example" for i in range(5)]
        project.add_users(emails, ProjectUserRole.ANNOTATOR)
        workspace.sandbox.forget()
        assert [user.user_email for user in project.list_users()] == [
            workspace.alice.email, *emails
        ]
        assert len(workspace.sandbox.requests()) == 3


def test_only_admins_add_users(workspace, alice):
    ontology = alice.create_ontology(workspace.name("Open"))
    project = workspace.project(ontology=ontology)
    group = own_group(workspace, workspace.ann)
    ontology.add_group(group, OntologyUserRole.USER)
    project.add_users([workspace.ann.email], ProjectUserRole.ANNOTATOR)
    mine = workspace.ann.client.get_project(project.project_hash)
    with pytest.raises(AuthorisationError):
        mine.add_users([workspace.lin.email], ProjectUserRole.ANNOTATOR)


# --- Datasets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [DatasetUserRole.ADMIN, DatasetUserRole.USER])
def test_users_are_added_to_a_dataset(workspace, role):
    dataset = workspace.dataset()
    (added,) = dataset.add_users([workspace.ann.email], role)
    assert (added.user_email, added.user_role) == (workspace.ann.email, role)
    assert added.dataset_hash == dataset.dataset_hash
    listed = {
        entry["dataset"].dataset_hash: entry["user_role"]
        for entry in workspace.ann.client.get_datasets()
    }
    assert listed[dataset.dataset_hash] == role
    mine = workspace.ann.client.get_dataset(dataset.dataset_hash)
    if role == DatasetUserRole.USER:
        with pytest.raises(AuthorisationError):
            workspace.upload(mine, ("a", "image"))
    else:
        workspace.upload(mine, ("a", "image"))
        assert [row.title for row in mine.data_rows] == ["a"]


def test_a_datasets_member_sees_its_folder(workspace):
    dataset = workspace.dataset(("inside", "image"))
    dataset.add_users([workspace.ann.email], DatasetUserRole.USER)
    folder = workspace.ann.client.get_storage_folder(dataset.backing_folder_uuid)
    assert [item.name for item in folder.list_items()] == ["inside"]


# --- Groups of things -----------------------------------------------------------------------------


def own_group(workspace, *members):
    body = {
        "organisation": "north.example", "name": workspace.name("Group"), "description": "some",
        "members": [member.email for member in members],
    }
    return UUID(workspace.sandbox.control("POST", "groups", body)["groupHash"])


# A thing that groups have access to: how it is made, how a user gets it, and the roles.
SHARED = {
    "project": (
        lambda workspace: workspace.project(),
        lambda client, thing: client.list_projects(title_eq=thing.title),
        PROJECT_ROLES,
    ),
    "dataset": (
        lambda workspace: workspace.dataset(),
        lambda client, thing: client.get_datasets(title_eq=thing.title),
        [DatasetUserRole.ADMIN, DatasetUserRole.USER],
    ),
    "ontology": (
        lambda workspace: workspace.alice.client.create_ontology(workspace.name("Ontology")),
        lambda client, thing: client.get_ontologies(title_eq=thing.title),
        list(OntologyUserRole),
    ),
}


@pytest.mark.parametrize(
    "noun, role", [(noun, role) for noun, (_, _, all_roles) in SHARED.items() for role in all_roles]
)
def test_a_group_has_access_until_it_is_removed(workspace, noun, role):
    make, find, _ = SHARED[noun]
    thing = make(workspace)
    group, other = own_group(workspace, workspace.ann), own_group(workspace)
    assert list(find(workspace.ann.client, thing)) == []
    thing.add_group([group, other], role)
    listed = {each.group_hash: each for each in thing.list_groups()}
    assert set(listed) == {group, other}
    assert (listed[group].user_role, listed[group].description) == (role, "some")
    assert listed[group].is_same_organisation is True
    assert len(list(find(workspace.ann.client, thing))) == 1
    thing.remove_group(group)
    assert [each.group_hash for each in thing.list_groups()] == [other]
    assert list(find(workspace.ann.client, thing)) == []


@pytest.mark.parametrize("noun", SHARED)
def test_an_unknown_group_is_not_found(workspace, noun):
    make, _, all_roles = SHARED[noun]
    thing = make(workspace)
    with pytest.raises(ResourceNotFoundError):
        thing.add_group(UUID(NOWHERE), all_roles[0])
    assert list(thing.list_groups()) == []


@pytest.mark.parametrize("noun", SHARED)
def test_a_groups_role_is_replaced(workspace, noun):
    make, _, all_roles = SHARED[noun]
    thing = make(workspace)
    group = own_group(workspace)
    for role in (all_roles[0], all_roles[-1]):
        thing.add_group(group, role)
    (entry,) = thing.list_groups()
    assert entry.user_role == all_roles[-1]


# --- Groups of the organisation -------------------------------------------------------------------


def test_groups_of_the_organisation_are_listed(workspace, alice):
    made = own_group(workspace)
    foreign = UUID(workspace.sandbox.control(
        "POST", "groups", {"organisation": "south.example", "name": "Others"}
    )["groupHash"])
    listed = {group.group_hash: group for group in alice.list_groups()}
    assert made in listed and foreign not in listed
    assert listed[made].description == "some"
    assert foreign in {group.group_hash for group in workspace.bob.client.list_groups()}


if NEWEST_SDK:

    @pytest.fixture
    def group(workspace, alice):
        return alice.create_group(workspace.name("Team"), "who labels")

    def members(group):
        return [user.user_email for user in group.list_users()]

    def test_a_group_is_made(workspace, alice, group):
        kept = alice.get_group(group.group_hash)
        assert (kept.name, kept.description) == (group.name, "who labels")
        assert kept.created_at == group.created_at
        assert group.group_hash in {each.group_hash for each in alice.list_groups()}
        assert members(group) == [workspace.alice.email]

    @pytest.mark.parametrize("change", [
        {"name": "Renamed"}, {"description": "new"}, {"name": "Both", "description": ""},
    ], ids=lambda change: "+".join(change))
    def test_a_group_changes(alice, group, change):
        before = {"name": group.name, "description": group.description}
        group.update_group(**change)
        kept = alice.get_group(group.group_hash)
        for name, value in {**before, **change}.items():
            assert getattr(kept, name) == getattr(group, name) == value

    def test_users_join_and_leave_a_group(workspace, group):
        everybody = [workspace.alice.email, workspace.ann.email, workspace.lin.email]
        joined = group.add_users(everybody)
        assert [user.user_email for user in joined] == members(group) == everybody
        group.remove_users([workspace.ann.email, "nobody@north.example"])
        assert members(group) == [workspace.alice.email, workspace.lin.email]

    def test_others_do_not_join(workspace, group):
        with pytest.raises(AuthorisationError):
            group.add_users([workspace.lin.email, workspace.bob.email])
        assert members(group) == [workspace.alice.email]

    def test_a_deleted_group_gives_no_access(workspace, alice, group):
        group.add_users([workspace.ann.email])
        project = workspace.project()
        project.add_group(group.group_hash, ProjectUserRole.ANNOTATOR)

        def visible():
            return len(list(workspace.ann.client.list_projects(title_eq=project.title)))

        assert visible() == 1
        alice.delete_group(group.group_hash)
        assert visible() == 0
        with pytest.raises(ResourceNotFoundError):
            alice.get_group(group.group_hash)

    def test_a_group_of_others_is_not_found(workspace, group):
        with pytest.raises(ResourceNotFoundError):
            workspace.bob.client.get_group(group.group_hash)
        with pytest.raises(ResourceNotFoundError):
            workspace.bob.client.delete_group(group.group_hash)

    def test_users_are_removed_from_a_project(workspace, project):
        project.add_users(
            [workspace.ann.email, workspace.lin.email], ProjectUserRole.ANNOTATOR
        )
        project.remove_users([workspace.ann.email, "nobody@north.example"])
        assert set(roles(project)) == {workspace.alice.email, workspace.lin.email}
        assert list(workspace.ann.client.list_projects(title_eq=project.title)) == []

    def test_an_admin_of_a_project_stays(workspace, project):
        """The sandbox knows no organisation admins, who alone may remove him."""
        project.add_users([workspace.ann.email], ProjectUserRole.ADMIN)
        with pytest.raises(AuthorisationError):
            project.remove_users([workspace.ann.email])
        assert workspace.ann.email in roles(project)

    def test_users_of_a_dataset_are_listed_and_removed(workspace):
        dataset = workspace.dataset()
        dataset.add_users([workspace.ann.email, workspace.lin.email], DatasetUserRole.USER)
        listed = {user.user_email: user.user_role for user in dataset.list_users()}
        assert listed == {
            workspace.alice.email: DatasetUserRole.ADMIN,
            workspace.ann.email: DatasetUserRole.USER,
            workspace.lin.email: DatasetUserRole.USER,
        }
        assert {user.dataset_hash for user in dataset.list_users()} == {dataset.dataset_hash}
        dataset.remove_users([workspace.ann.email, "nobody@north.example"])
        assert {user.user_email for user in dataset.list_users()} == {
            workspace.alice.email, workspace.lin.email
        }
