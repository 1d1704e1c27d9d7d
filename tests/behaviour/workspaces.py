"""Workspaces to test in: a sandbox, a gateway with a user's key, and what is easily made there."""

import itertools

from harness import Caller, Gateway, Sandbox, User

# An ontology with a class of every shape that the tests label with.
STRUCTURE = {
    "objects": [
        {"id": "1", "name": "Car", "color": "#D33115", "shape": "bounding_box",
         "featureNodeHash": "carcar01", "attributes": [
             {"id": "1.1", "name": "Colour", "type": "radio", "featureNodeHash": "colour01",
              "required": False, "dynamic": False, "options": [
                  {"id": "1.1.1", "label": "Red", "value": "red", "featureNodeHash": "redred01"},
                  {"id": "1.1.2", "label": "Blue", "value": "blue", "featureNodeHash": "blue0001"},
              ]}]},
        {"id": "2", "name": "Lane", "color": "#E27300", "shape": "polygon",
         "featureNodeHash": "lane0001"},
    ],
    "classifications": [
        {"id": "1", "featureNodeHash": "weather1", "level": "global", "attributes": [
            {"id": "1.1", "name": "Weather", "type": "radio", "featureNodeHash": "weather2",
             "required": False, "dynamic": False, "options": [
                 {"id": "1.1.1", "label": "Sun", "value": "sun", "featureNodeHash": "sunsun01"},
             ]}]},
    ],
}


class Workspace:
    """A sandbox with the users Alice and Ann of one organisation and Bob of another, and a gateway
    that has Alice's key."""

    def __init__(self, stack, protos, folder, *sandbox_arguments, gateway_arguments=()):
        self.protos = protos
        self.folder = folder
        self.alice = User("alice@north.example", folder)
        self.ann = User("ann@north.example", folder)
        self.bob = User("bob@south.example", folder)
        users = (self.alice, self.ann, self.bob)
        keys = folder / "authorized_keys"
        keys.write_text("".join(user.authorized_key for user in users))
        self.sandbox = Sandbox(folder, f"--authorized_keys={keys}", *sandbox_arguments)
        stack.callback(self.sandbox.stop)
        self.server = Gateway(
            folder, self.sandbox.address, *gateway_arguments, key_file=self.alice.key_file
        )
        stack.callback(self.server.stop)
        self.gateway = Caller(protos, self.server.address)
        self._numbers = itertools.count(1)

    def as_user(self, user):
        """A caller of the same gateway with the user's own bearer token."""
        return Caller(self.protos, self.server.address, user.sdk(self.sandbox).get_bearer_token())

    def integration(self, organisation="north.example"):
        body = {"organisation": organisation, "title": self.name("Bucket")}
        return self.sandbox.control("POST", "integrations", body)["integrationUuid"]

    def name(self, stem):
        """A title that nothing else in the workspace has."""
        return f"{stem} {next(self._numbers)}"

    def dataset(self, *files):
        """A new dataset with these files; returns its hash."""
        dataset = self.gateway.CreateDataset(title=self.name("Dataset")).dataset_hash
        if files:
            urls = [f"https://bucket.s3.eu-west-2.amazonaws.com/{file}" for file in files]
            self.gateway.UploadDataToDataset(
                dataset_hash=dataset, integration_id=self.integration(), file_urls=urls
            )
        return dataset

    def ontology(self, structure=STRUCTURE):
        return self.gateway.CreateOntology(
            title=self.name("Ontology"), structure=structure
        ).ontology_hash

    def project(self, *files):
        """A new project on a new dataset with these files; returns its hash."""
        return self.gateway.CreateProject(
            title=self.name("Project"),
            dataset_hashes=[self.dataset(*files)],
            ontology_hash=self.ontology(),
        ).project_hash

    def stage(self, project_hash, stage_type):
        """The project's first stage of this type."""
        stages = self.gateway.GetWorkflowStages(project_hash=project_hash).stages
        return next(stage for stage in stages if stage.stage_type == stage_type)

    def label_rows(self, project_hash, **filters):
        return list(
            self.gateway.ListLabelRows(project_hash=project_hash, **filters).label_rows
        )


class Demo:
    """A sandbox with the demo workspace, and a gateway that has the demo user's key."""

    def __init__(self, stack, protos, folder, *sandbox_arguments):
        key_file = folder / "demo_key"
        self.sandbox = Sandbox(
            folder, "--demo", f"--demo_key_file={key_file}", *sandbox_arguments
        )
        stack.callback(self.sandbox.stop)
        self.server = Gateway(folder, self.sandbox.address, key_file=key_file)
        stack.callback(self.server.stop)
        self.gateway = Caller(protos, self.server.address)

    def stages_of_type(self, stage_type):
        """(project hash, stage) for every such stage in the workspace."""
        return [
            (project.project_hash, stage)
            for project in self.gateway.ListProjects().projects
            for stage in self.gateway.GetWorkflowStages(project_hash=project.project_hash).stages
            if stage.stage_type == stage_type
        ]
