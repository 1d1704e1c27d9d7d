"""AddUsersToProject, ListProjectUsers, ListGroups."""

import pytest


@pytest.mark.parametrize("role", [
    "admin", "annotator", "reviewer", "annotator_reviewer", "team_manager", "viewer",
    "Annotator", "ADMIN",
])
def test_added_users_are_members_with_their_role(gateway, workspace, role):
    project = workspace.project()
    added = gateway.AddUsersToProject(
        project_hash=project, user_emails=["x@north.example", "y@else.example"], user_role=role
    ).users_added
    assert {(user.user_email, user.user_role) for user in added} == {
        ("x@north.example", role.lower()), ("y@else.example", role.lower()),
    }
    users = gateway.ListProjectUsers(project_hash=project).users
    assert {(user.user_email, user.user_role) for user in users} == {
        ("alice@north.example", "admin"),
        ("x@north.example", role.lower()),
        ("y@else.example", role.lower()),
    }


def test_a_member_keeps_the_role(gateway, workspace):
    project = workspace.project()
    add = {"project_hash": project, "user_emails": ["x@north.example"]}
    gateway.AddUsersToProject(**add, user_role="reviewer")
    [again] = gateway.AddUsersToProject(**add, user_role="admin").users_added
    assert (again.user_email, again.user_role) == ("x@north.example", "reviewer")
    users = gateway.ListProjectUsers(project_hash=project).users
    assert ("x@north.example", "reviewer") in {(u.user_email, u.user_role) for u in users}


def test_an_added_user_sees_the_project(gateway, workspace, bob):
    project = workspace.project()
    assert project not in {each.project_hash for each in bob.ListProjects().projects}
    gateway.AddUsersToProject(
        project_hash=project, user_emails=[workspace.bob.email], user_role="annotator"
    )
    [seen] = [each for each in bob.ListProjects().projects if each.project_hash == project]
    assert seen.user_role == "annotator"


def test_groups_are_those_of_the_workspace(gateway, sandbox, bob):
    group = sandbox.control(
        "POST", "groups",
        {"organisation": "north.example", "name": "Labellers", "description": "Night shift"},
    )["groupHash"]
    [found] = [each for each in gateway.ListGroups().groups if each.group_hash == group]
    assert (found.name, found.description) == ("Labellers", "Night shift")
    assert found.created_at.seconds > 0
    assert group not in {each.group_hash for each in bob.ListGroups().groups}
