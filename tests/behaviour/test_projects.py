"""CreateProject, GetProject, ListProjects, GetWorkflowStages."""

import pytest

TODAY = ["notStarted", "inProgress", "inReview", "paused", "completed", "cancelled", "archived"]


def test_a_created_project_is_there(gateway, workspace):
    title = workspace.name("Rail")
    ontology = workspace.ontology()
    project_hash = gateway.CreateProject(
        title=title, description="Tracks", dataset_hashes=[workspace.dataset("a.jpg", "b.jpg")],
        ontology_hash=ontology,
    ).project_hash
    project = gateway.GetProject(project_hash=project_hash)
    assert (project.project_hash, project.title) == (project_hash, title)
    assert (project.description, project.ontology_hash) == ("Tracks", ontology)
    assert project.status in TODAY
    assert (project.user_role, project.project_type) == ("admin", "workflow")
    [listed] = gateway.ListProjects(title_eq=title).projects
    assert (listed.project_hash, listed.status) == (project_hash, project.status)
    assert listed.created_at == project.created_at
    assert listed.created_at.seconds > 0
    assert {row.data_title for row in workspace.label_rows(project_hash)} == {"a.jpg", "b.jpg"}


def test_a_project_without_ontology_gets_an_empty_one(gateway, workspace):
    project_hash = gateway.CreateProject(title=workspace.name("Bare")).project_hash
    ontology = gateway.GetProject(project_hash=project_hash).ontology_hash
    assert len(gateway.GetOntology(ontology_hash=ontology).structure.objects) == 0


def test_a_project_of_several_datasets_has_all_their_data(gateway, workspace):
    datasets = [workspace.dataset("a.jpg"), workspace.dataset("b.jpg", "c.mp4")]
    project = gateway.CreateProject(title=workspace.name("Both"), dataset_hashes=datasets)
    rows = workspace.label_rows(project.project_hash)
    assert sorted((row.data_title, row.dataset_hash) for row in rows) == [
        ("a.jpg", datasets[0]), ("b.jpg", datasets[1]), ("c.mp4", datasets[1]),
    ]


def test_the_default_workflow(gateway, workspace):
    stages = gateway.GetWorkflowStages(project_hash=workspace.project()).stages
    kinds = [stage.stage_type for stage in stages]
    assert kinds[0] == "AnnotationStage"
    assert "FinalStage" in kinds
    assert len({stage.uuid for stage in stages}) == len(stages)
    assert all(stage.title for stage in stages)


def test_the_demo_workspace_has_every_kind_of_stage(demo):
    stages = [
        stage
        for project in demo.gateway.ListProjects().projects
        for stage in demo.gateway.GetWorkflowStages(project_hash=project.project_hash).stages
    ]
    assert {stage.stage_type for stage in stages} == {
        "AnnotationStage", "ReviewStage", "ConsensusAnnotationStage", "ConsensusReviewStage",
        "AgentStage", "FinalStage",
    }
    uuids = {stage.uuid for stage in stages}
    for stage in stages:
        assert bool(stage.pathways) == (stage.stage_type == "AgentStage")
        assert {pathway.destination_stage_uuid for pathway in stage.pathways} <= uuids


@pytest.mark.parametrize("filters, found", [
    ({"title_eq": "Bridges north"}, {"Bridges north"}),
    ({"title_like": "Bridges"}, {"Bridges north", "Bridges south"}),
    ({"title_like": "%south"}, {"Bridges south"}),
    ({"description_eq": "Arches"}, {"Bridges north"}),
    ({"description_like": "ruts"}, {"Bridges south"}),
    ({"created_before": {"seconds": 1}}, set()),
    ({"edited_after": {"seconds": 4102444800}}, set()),
    ({"title_like": "Bridges", "created_after": {"seconds": 1},
      "edited_before": {"seconds": 4102444800}}, {"Bridges north", "Bridges south"}),
])
def test_filters(gateway, filters, found):
    if not gateway.ListProjects(title_like="Bridges").projects:
        gateway.CreateProject(title="Bridges north", description="Arches")
        gateway.CreateProject(title="Bridges south", description="Struts")
    assert {project.title for project in gateway.ListProjects(**filters).projects} == found
