"""The demo workspace, seen by the gateway and by the official SDK with the same key."""

import itertools
from uuid import UUID

from encord.orm.dataset import StorageLocation
from encord.user_client import EncordUserClient

from harness import Caller
from workspaces import Demo

BUCKET = "https://bucket.s3.eu-west-2.amazonaws.com"

ROAD, RETAIL, PRE_LABELLED, LESIONS = PROJECTS = (
    "Road scenes 2026", "Retail shelves", "Retail shelves, pre-labelled", "Lesion consensus",
)
DATASETS = ("Road scenes 2026", "Dash cam clips", "Retail shelves", "Abdominal scans")
ONTOLOGIES = ("Road users and surfaces", "Products on shelves", "Abdominal findings")
FOLDERS = ("Road data", "2026", "January", "Retail data", "Store 12")

# Template and first stages of the sandbox's workflows, by the kind of stage that is wanted.
TEMPLATES = {
    "AnnotationStage": "00000000-0000-4000-8000-000000000001",
    "ReviewStage": "00000000-0000-4000-8000-000000000001",
    "FinalStage": "00000000-0000-4000-8000-000000000001",
    "AgentStage": "00000000-0000-4000-8000-000000000002",
    "ConsensusAnnotationStage": "00000000-0000-4000-8000-000000000003",
    "ConsensusReviewStage": "00000000-0000-4000-8000-000000000003",
}


class World(Demo):
    """What a case may need of the workspace; nothing here is part of what is compared."""

    def __init__(self, stack, protos, folder, *sandbox_arguments):
        super().__init__(stack, protos, folder, *sandbox_arguments)
        self.with_slow_uploads = lambda: World(
            stack, protos, self.subfolder(folder, "slow"), "--upload_delay_ms=3600000"
        )
        key = (folder / "demo_key").read_text()
        self.sdk = EncordUserClient.create_with_ssh_private_key(key, domain=self.sandbox.address)
        token = self.sdk.get_bearer_token()
        self.bearer_sdk = EncordUserClient.create_with_bearer_token(
            token, domain=self.sandbox.address
        )
        self.bearer_gateway = Caller(protos, self.server.address, token)
        self.projects = {each.title: each.project_hash for each in self.sdk.list_projects()}
        self.datasets = {
            each["dataset"].title: each["dataset"].dataset_hash for each in self.sdk.get_datasets()
        }
        self.ontologies = {
            each["ontology"].title: each["ontology"].ontology_hash
            for each in self.sdk.get_ontologies()
        }
        self.folders = {
            each.name: str(each.uuid) for each in self.sdk.find_storage_folders(page_size=1000)
        }
        january = self.sdk.get_storage_folder(self.folders["January"])
        self.an_item = next(iter(january.list_items())).uuid
        self.integration = self.sdk.get_cloud_integrations()[0].id
        self.structures = {
            title: self.sdk.get_ontology(ontology_hash).structure
            for title, ontology_hash in self.ontologies.items()
        }
        self.label_rows = {
            title: self.project(title).list_label_rows_v2() for title in self.projects
        }
        # The two recordings of the cases that were run.
        self.recordings = {}
        self._numbers = itertools.count(1)

    uuid = staticmethod(UUID)

    @staticmethod
    def subfolder(folder, name):
        (folder / name).mkdir()
        return folder / name

    def name(self, stem):
        """A title that nothing else in the workspace has."""
        return f"{stem} {next(self._numbers)}"

    def project(self, title=ROAD):
        """The SDK's own project object, fetched now."""
        return self.sdk.get_project(self.projects[title])

    def new_dataset(self, *files, backing_folder=True):
        """A new dataset of these files; returns its hash."""
        dataset_hash = self.sdk.create_dataset(
            self.name("Dataset"), StorageLocation.AWS, create_backing_folder=backing_folder
        ).dataset_hash
        if files:
            self.sdk.get_dataset(dataset_hash).add_private_data_to_dataset(
                self.integration,
                {"images": [{"objectUrl": f"{BUCKET}/{file}"} for file in files]},
            )
        return dataset_hash

    def new_project(self, *files, template=None):
        """A new project on a new dataset of these files; returns its hash."""
        return self.sdk.create_project(
            self.name("Project"), [self.new_dataset(*files)],
            ontology_hash=self.ontologies["Products on shelves"], workflow_template_hash=template,
        )

    def twin_tasks(self, stage_type):
        """Two tasks in one stage of this type, in a project of their own: (SDK project, stage,
        [task, task])."""
        project = self.sdk.get_project(
            self.new_project("twin-1.jpg", "twin-2.jpg", template=TEMPLATES[stage_type])
        )
        stages = project.workflow.stages
        stage = next(each for each in stages if type(each).__name__ == stage_type)
        if stage is not stages[0]:
            for task in list(stages[0].get_tasks()):
                task.move(destination_stage_uuid=stage.uuid)
        tasks = list(stage.get_tasks())
        assert len(tasks) == 2
        return project, stage, tasks
