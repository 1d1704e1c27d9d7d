"""ListLabelRows, StreamLabelRows."""

import pytest


@pytest.fixture(scope="module")
def project(shared_workspace):
    """Three data units: one labelled and submitted, one opened, one untouched."""
    workspace = shared_workspace
    project = workspace.project("done.jpg", "open.jpg", "new.mp4")
    rows = {
        row.data_title: row
        for row in workspace.alice.sdk(workspace.sandbox).get_project(project).list_label_rows_v2()
    }
    for title in ("done.jpg", "open.jpg"):
        rows[title].initialise_labels()
    rows["done.jpg"].save()
    workspace.gateway.MoveWorkflowTask(
        project_hash=project, data_hash=rows["done.jpg"].data_hash,
        stage_uuid=workspace.stage(project, "AnnotationStage").uuid, pathway_name="submit",
    )
    return project


def rows_by_title(rows):
    return {row.data_title: row for row in rows}


def test_what_a_row_tells(gateway, project):
    rows = rows_by_title(gateway.ListLabelRows(project_hash=project).label_rows)
    assert set(rows) == {"done.jpg", "open.jpg", "new.mp4"}
    assert rows["new.mp4"].label_hash == ""
    assert not rows["new.mp4"].HasField("created_at")
    assert rows["new.mp4"].data_type == "VIDEO"
    assert rows["new.mp4"].number_of_frames > 1
    assert rows["new.mp4"].label_status == "NOT_LABELLED"
    assert rows["open.jpg"].label_hash != ""
    assert rows["open.jpg"].created_at.seconds > 0
    assert rows["open.jpg"].number_of_frames == 1
    assert rows["open.jpg"].branch_name == "main"
    assert rows["open.jpg"].data_hash != rows["new.mp4"].data_hash
    assert rows["done.jpg"].workflow_stage_uuid != rows["open.jpg"].workflow_stage_uuid
    assert rows["done.jpg"].workflow_stage_title != ""


@pytest.mark.parametrize("filters, found", [
    ({"data_title_like": "e"}, {"done.jpg", "open.jpg", "new.mp4"}),
    ({"data_title_like": ".jpg"}, {"done.jpg", "open.jpg"}),
    ({"data_title_like": "%.mp4"}, {"new.mp4"}),
    ({"data_title_like": "nothing"}, set()),
    ({"filter": {"data_title_eq": "new.mp4"}}, {"new.mp4"}),
    ({"filter": {"exclude_uninitialised": True}}, {"done.jpg", "open.jpg"}),
    ({"data_title_like": "e", "filter": {"data_title_eq": "open.jpg"}}, {"open.jpg"}),
])
def test_filters_by_title(gateway, project, filters, found):
    listed = gateway.ListLabelRows(project_hash=project, **filters).label_rows
    assert set(rows_by_title(listed)) == found
    streamed = gateway.StreamLabelRows(project_hash=project, **filters)
    assert [row for message in streamed for row in message.label_rows] == list(listed)


@pytest.mark.parametrize("field, by", [
    ("data_hashes", "data_hash"), ("label_hashes", "label_hash"),
])
def test_filters_by_hash(gateway, project, field, by):
    rows = rows_by_title(gateway.ListLabelRows(project_hash=project).label_rows)
    wanted = [getattr(rows["open.jpg"], by)]
    found = gateway.ListLabelRows(project_hash=project, filter={field: wanted}).label_rows
    assert set(rows_by_title(found)) == {"open.jpg"}


@pytest.mark.parametrize("field", ["workflow_stage_title_eq", "workflow_stage_title_like"])
def test_filters_by_stage(gateway, project, field):
    rows = rows_by_title(gateway.ListLabelRows(project_hash=project).label_rows)
    stage = {field: rows["done.jpg"].workflow_stage_title}
    found = gateway.ListLabelRows(project_hash=project, filter=stage).label_rows
    assert set(rows_by_title(found)) == {"done.jpg"}


def test_filters_by_status_of_either_kind(gateway, project):
    rows = gateway.ListLabelRows(project_hash=project).label_rows
    for kind in ("label_status", "annotation_task_status"):
        for status in {getattr(row, kind) for row in rows} - {""}:
            expected = {row.data_title for row in rows if getattr(row, kind) == status}
            for spelling in (status, status.lower()):
                found = gateway.ListLabelRows(project_hash=project, label_statuses=[spelling])
                assert set(rows_by_title(found.label_rows)) == expected, spelling


def test_statuses_of_both_kinds_must_both_hold(gateway, project):
    rows = gateway.ListLabelRows(project_hash=project).label_rows
    done = rows_by_title(rows)["done.jpg"]
    both = [done.label_status, done.annotation_task_status]
    found = gateway.ListLabelRows(project_hash=project, label_statuses=both).label_rows
    assert set(rows_by_title(found)) == {
        row.data_title for row in rows
        if [row.label_status, row.annotation_task_status] == both
    }


def test_a_project_without_data(gateway, workspace):
    project = workspace.project()
    assert not gateway.ListLabelRows(project_hash=project).label_rows
    assert not [
        row for message in gateway.StreamLabelRows(project_hash=project)
        for row in message.label_rows
    ]
