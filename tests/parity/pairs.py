"""By name of the contract's message: pairs of what the gateway and the official SDK return for
the same thing. Lists are paired by position, so that order and length are compared as well."""

from encord.utilities.project_user import ProjectUserRole

from cases import EVERY_KIND
from world import BUCKET, DATASETS, ONTOLOGIES, PROJECTS


def both(ours, theirs):
    yield from zip(ours, theirs, strict=True)


# --- Datasets -------------------------------------------------------------------------------------


def listed_datasets(world):
    yield from both(world.gateway.ListDatasets().datasets, world.sdk.get_datasets())


def dataset_details(world):
    for title in DATASETS:
        dataset_hash = world.datasets[title]
        yield (
            world.gateway.GetDataset(dataset_hash=dataset_hash, include_data_rows=True),
            world.sdk.get_dataset(dataset_hash),
        )


def data_rows(world):
    for ours, theirs in dataset_details(world):
        yield from both(ours.data_rows, theirs.data_rows)


def created_datasets(world):
    for folder in (True, False):
        title = world.name("Created")
        ours = world.gateway.CreateDataset(title=title, create_backing_folder=folder)
        yield ours, world.sdk.get_dataset(ours.dataset_hash)


# --- Ontologies -----------------------------------------------------------------------------------


def listed_ontologies(world):
    yield from both(
        world.gateway.ListOntologies(include_structure=True).ontologies,
        world.sdk.get_ontologies(),
    )


def ontology_details(world):
    hashes = [world.ontologies[title] for title in ONTOLOGIES]
    hashes.append(world.sdk.create_ontology("Every kind", "All", EVERY_KIND).ontology_hash)
    for ontology_hash in hashes:
        yield (
            world.gateway.GetOntology(ontology_hash=ontology_hash),
            world.sdk.get_ontology(ontology_hash),
        )


def ontology_structures(world):
    for ours, theirs in ontology_details(world):
        yield ours.structure, theirs.structure.to_dict()
    for ours, theirs in listed_ontologies(world):
        yield ours.structure, theirs["ontology"].structure.to_dict()


def created_ontologies(world):
    ours = world.gateway.CreateOntology(
        title=world.name("Created"), structure=EVERY_KIND.to_dict()
    )
    yield ours, world.sdk.get_ontology(ours.ontology_hash)


# --- Projects, stages and people ------------------------------------------------------------------


def listed_projects(world):
    yield from both(world.gateway.ListProjects().projects, list(world.sdk.list_projects()))


def project_details(world):
    for title in PROJECTS:
        yield world.gateway.GetProject(project_hash=world.projects[title]), world.project(title)


def created_projects(world):
    ours = world.gateway.CreateProject(
        title=world.name("Created"), dataset_hashes=[world.datasets[DATASETS[0]]]
    )
    yield ours, world.sdk.get_project(ours.project_hash)


def stages(world):
    for title in PROJECTS:
        project_hash = world.projects[title]
        yield from both(
            world.gateway.GetWorkflowStages(project_hash=project_hash).stages,
            world.project(title).workflow.stages,
        )


def pathways(world):
    for ours, theirs in stages(world):
        yield from both(ours.pathways, getattr(theirs, "pathways", []))


def moved_tasks(world):
    _, stage, (task, _) = twins = world.twin_tasks("AnnotationStage")
    ours = world.gateway.MoveWorkflowTask(
        project_hash=twins[0].project_hash, data_hash=str(task.data_hash),
        stage_uuid=str(stage.uuid), pathway_name="submit",
    )
    # The SDK finds the task in the next stage.
    [found] = twins[0].workflow.stages[1].get_tasks(data_hash=task.data_hash)
    yield ours, found


def project_users(world):
    for title in PROJECTS:
        yield from both(
            world.gateway.ListProjectUsers(project_hash=world.projects[title]).users,
            list(world.project(title).list_users()),
        )
    project_hash = world.new_project()
    for role in ProjectUserRole:
        if role is ProjectUserRole.UNKNOWN:
            continue
        emails = [f"{role.name.lower()}@example.com", "anna.annotator@example.com"]
        ours = world.gateway.AddUsersToProject(
            project_hash=project_hash, user_emails=emails, user_role=role.name
        )
        # The SDK adds nobody now, and is told what they are.
        again = world.sdk.get_project(project_hash).add_users(emails, role)
        yield from both(ours.users_added, again)


def groups(world):
    yield from both(world.gateway.ListGroups().groups, list(world.sdk.list_groups()))


# --- Label rows -----------------------------------------------------------------------------------


def label_rows(world):
    for title in PROJECTS:
        ours = world.gateway.ListLabelRows(project_hash=world.projects[title]).label_rows
        # The newer list has the same rows, but does not show what is said of their status.
        theirs = world.project(title).list_label_rows(include_uninitialised_labels=True)
        newer = world.project(title).list_label_rows_v2()
        assert [row.data_hash for row in theirs] == [row.data_hash for row in newer]
        yield from both(ours, theirs)


# --- Storage --------------------------------------------------------------------------------------


def folders(world):
    yield from both(
        world.gateway.ListStorageFolders(recursive=True, order_by="name").folders,
        [folder._orm_folder for folder in world.sdk.find_storage_folders()],
    )


def created_folders(world):
    ours = world.gateway.CreateStorageFolder(name=world.name("Created"))
    yield ours, world.sdk.get_storage_folder(ours.uuid)


def items(world):
    world.sdk.get_storage_item(world.an_item).update(description="Taken at dusk")
    for folder in world.sdk.find_storage_folders():
        yield from both(
            world.gateway.ListStorageItems(folder_uuid=str(folder.uuid), order_by="name").items,
            [item._orm_item for item in folder.list_items()],
        )


# --- Uploads --------------------------------------------------------------------------------------


def finished_uploads(world):
    """(the gateway's answer, the SDK's view of the same job)"""
    for names in (["a.jpg"], ["a.jpg", "b.png", "c.mp4"], ["a.jpg", "missing-1.jpg"]):
        dataset = world.new_dataset()
        ours = world.gateway.UploadDataToDataset(
            dataset_hash=dataset, integration_id=world.integration, ignore_errors=True,
            file_urls=[f"{BUCKET}/{name}" for name in names],
        )
        result = world.sdk.get_dataset(dataset).add_private_data_to_dataset_get_result(
            ours.upload_job_uuid
        )
        yield ours, UploadView(dataset, ours.upload_job_uuid, result)


class UploadView:
    """An upload job as the SDK gives it, with what its caller knows."""

    def __init__(self, dataset_hash, job, result):
        self.dataset_hash = dataset_hash
        self.job = job
        self.result = result
        self.data_hashes = [each.data_hash for each in result.data_hashes_with_titles]
        failed = result.units_error_count > 0
        self.status = {"DONE": "partial" if failed else "success", "PENDING": "pending",
                       "ERROR": "error", "CANCELLED": "cancelled"}[result.status.value]


def upload_states(world):
    for _, view in finished_uploads(world):
        yield upload_state(world, view)
    yield upload_state(*pending_upload(world.with_slow_uploads()))


def upload_state(world, view):
    return world.gateway.GetUploadStatus(
        dataset_hash=view.dataset_hash, upload_job_uuid=view.job
    ), view


def pending_upload(world):
    dataset_hash = world.new_dataset()
    dataset = world.sdk.get_dataset(dataset_hash)
    job = dataset.add_private_data_to_dataset_start(
        world.integration, {"images": [{"objectUrl": f"{BUCKET}/{name}.jpg"} for name in "abc"]}
    )
    result = dataset.add_private_data_to_dataset_get_result(job, timeout_seconds=0)
    return world, UploadView(dataset_hash, job, result)


def upload_errors(world):
    for ours, view in finished_uploads(world):
        yield from both(ours.errors, view.result.data_unit_errors)


# --- Exports --------------------------------------------------------------------------------------


def exports(world):
    """(the gateway's export, the SDK's) of every project, once every data unit is opened: the SDK
    opens what it exports."""
    for title in PROJECTS:
        theirs = world.project(title).export_coco_labels()
        ours = world.gateway.ExportLabelsCoco(project_hash=world.projects[title])
        assert not ours.skipped
        yield ours.coco_labels, theirs


def coco(member):
    def members(world):
        for ours, theirs in exports(world):
            yield from both(getattr(ours, member), theirs[member])

    return members


PAIRS = {
    "CocoAnnotation": coco("annotations"),
    "CocoCategory": coco("categories"),
    "CocoImage": coco("images"),
    "CocoLabels": exports,
    "CreateDatasetResponse": created_datasets,
    "CreateOntologyResponse": created_ontologies,
    "CreateProjectResponse": created_projects,
    "CreateStorageFolderResponse": created_folders,
    "DataRow": data_rows,
    "Dataset": listed_datasets,
    "GetDatasetResponse": dataset_details,
    "GetOntologyResponse": ontology_details,
    "GetProjectResponse": project_details,
    "GetUploadStatusResponse": upload_states,
    "Group": groups,
    "LabelRow": label_rows,
    "MoveWorkflowTaskResponse": moved_tasks,
    "Ontology": listed_ontologies,
    "OntologyStructure": ontology_structures,
    "Project": listed_projects,
    "ProjectUser": project_users,
    "StorageFolder": folders,
    "StorageItem": items,
    "UploadDataToDatasetResponse": finished_uploads,
    "UploadError": upload_errors,
    "WorkflowPathway": pathways,
    "WorkflowStage": stages,
}
