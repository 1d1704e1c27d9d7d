"""A workspace in which every action can be called again and again, and its state be compared."""

import collections
import re
import secrets
import sqlite3

from harness import Refusal, wait_until
from workspaces import Workspace

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FILES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg")
# Attempts of every class of calls.
ATTEMPTS = 4
GATEWAY_FLAGS = (
    f"--max_attempts={ATTEMPTS}", "--initial_backoff=1ms", "--max_backoff=2ms",
    # The budget has tests of its own.
    "--retry_budget=1000000", "--retry_budget_ratio=1000000",
    # Encord is not asked for but what the calls need.
    "--readiness_interval=2h",
)


def label(request):
    """What a request that the sandbox received asks for: type/METHOD of a v1 call, otherwise the
    method and the path without what differs from call to call."""
    if request["v1_call"]:
        return request["v1_call"]
    return f"{request['method']} {UUID.sub('{}', request['target'].partition('?')[0])}"


class State:
    """Every row that the sandbox keeps."""

    def __init__(self, database):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            self._rows = collections.Counter(
                (table, row)
                for (table,) in tables.fetchall()
                for row in connection.execute(f'SELECT * FROM "{table}"')
            )
        connection.close()

    def __sub__(self, before):
        """What happened since: by table, how many rows are gone or came. A row that changed is gone
        and came."""
        gone = collections.Counter(table for table, _ in (before._rows - self._rows).elements())
        came = collections.Counter(table for table, _ in (self._rows - before._rows).elements())
        return {table: (gone[table], came[table]) for table in gone.keys() | came.keys()}


class World:
    """Actors and things for the actions."""

    def __init__(self, stack, protos, folder, *gateway_flags):
        self._database = folder / "state.db"
        self.workspace = Workspace(
            stack, protos, folder, f"--db={self._database}", "--page_size=2", "--upload_delay_ms=0",
            gateway_arguments=(*GATEWAY_FLAGS, *gateway_flags),
        )
        self.sandbox = self.workspace.sandbox
        self.server = self.workspace.server
        self.gateway = self.workspace.gateway
        wait_until(self._was_looked_for, "the gateway has looked whether Encord can be reached")
        self._make()
        self._effects = {}

    def _was_looked_for(self):
        requests = self.sandbox.control("GET", "requests")["requests"]
        return any(request["status"] for request in requests)

    def _make(self):
        make, gateway = self.workspace, self.gateway
        self.bucket = make.integration()
        self.dataset = make.dataset(*FILES)
        self.items_folder = gateway.GetDataset(dataset_hash=self.dataset).backing_folder_uuid
        self.store = make.dataset()
        self.upload_job = self._finished_upload()
        self.ontology = make.ontology()
        self.project = self._project()
        self.crew = self._project()
        gateway.AddUsersToProject(
            project_hash=self.project, user_role="annotator",
            user_emails=[f"{name}@north.example" for name in ("ben", "cat", "dan", "eve")],
        )
        self.workshop = gateway.CreateStorageFolder(name=self.name("Workshop")).uuid
        self.shelf = gateway.CreateStorageFolder(name=self.name("Shelf")).uuid
        for _ in FILES:
            gateway.CreateStorageFolder(name=self.name("Box"), parent_folder_uuid=self.shelf)
        for row in make.alice.sdk(self.sandbox).get_project(self.project).list_label_rows_v2():
            row.initialise_labels()
        self._first, self._second = (
            make.stage(self.project, kind).uuid for kind in ("AnnotationStage", "ReviewStage")
        )

    def _project(self):
        return self.gateway.CreateProject(
            title=self.name("Project"), dataset_hashes=[self.dataset], ontology_hash=self.ontology
        ).project_hash

    def _finished_upload(self):
        upload = self.gateway.UploadDataToDataset(
            dataset_hash=self.store, integration_id=self.bucket, file_urls=[self.file_url()]
        )
        assert upload.status == "success", upload
        return upload.upload_job_uuid

    def name(self, stem):
        return self.workspace.name(stem)

    def file_url(self):
        """Of a file that was not uploaded yet."""
        name = self.name("file").replace(" ", "-")
        return f"https://bucket.s3.eu-west-2.amazonaws.com/{name}.jpg"

    def task_to_move(self):
        """A task in the annotation stage, whatever was done with it before."""
        row = self.workspace.label_rows(self.project)[0]
        task = {"project_hash": self.project, "data_hash": row.data_hash}
        if row.workflow_stage_uuid != self._first:
            self.gateway.MoveWorkflowTask(
                **task, stage_uuid=row.workflow_stage_uuid, destination_stage_uuid=self._first
            )
        return {**task, "stage_uuid": self._first}

    def state(self):
        return State(self._database)

    def effect_of(self, action):
        """What the action does to the state when nothing goes wrong. The calls that it makes then
        are those that the table says."""
        if action.rpc not in self._effects:
            arguments = action.arguments(self)
            before = self.state()
            self.sandbox.forget()
            self.call(action, arguments)
            assert [label(request) for request in self.sandbox.requests()] == list(action.calls)
            self._effects[action.rpc] = self.settled() - before
        return self._effects[action.rpc]

    def settled(self):
        """The state once the sandbox has done what was left to do, which is at its next call. Its
        faults are over, so the call must succeed."""
        self.sandbox.forget()
        self.gateway.ListGroups()
        return self.state()

    def call(self, action, arguments, **settings):
        return getattr(self.gateway, action.rpc)(**arguments, **settings)

    def attempt(self, action, arguments, **settings):
        """The response or the Refusal."""
        try:
            return self.call(action, arguments, **settings)
        except Refusal as refusal:
            return refusal

    def start(self, action, arguments, **settings):
        """Starts a call; returns its future and the call's trace id."""
        trace_id = secrets.token_hex(16)
        request = self.gateway.request(action.rpc, **arguments).SerializeToString()
        metadata = (("x-cloud-trace-context", f"{trace_id}/1;o=1"),)
        return self.gateway.start(action.rpc, request, metadata=metadata, **settings), trace_id

    def log_line(self, trace_id):
        """What the gateway's log says about a call, once it is over: values by name."""

        def find():
            lines = self.server.stderr().splitlines()
            return next((line for line in lines if f"trace_id={trace_id}" in line), None)

        line = wait_until(find, f"the gateway has logged call {trace_id}")
        return dict(word.split("=", 1) for word in line.split() if "=" in word)
