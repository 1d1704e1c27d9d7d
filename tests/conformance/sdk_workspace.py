"""A workspace of the sandbox as the official SDK sees it: people, each with a client of his own, and
what they easily make."""

import itertools
import urllib.parse

import encord
import pydantic
from encord.orm.dataset import LongPollingStatus, StorageLocation

from harness import Sandbox, User

# The sandbox's workflow templates.
ANNOTATE_REVIEW = "00000000-0000-4000-8000-000000000001"
AGENT = "00000000-0000-4000-8000-000000000002"
CONSENSUS = "00000000-0000-4000-8000-000000000003"

RUNS_WITH_PYDANTIC_1 = pydantic.VERSION.startswith("1.")

# The SDK that pydantic 2 is used with has calls and shapes that the older one lacks.
NEWEST_SDK = hasattr(encord.EncordUserClient, "create_group")


def object_url(key):
    return f"https://bucket.s3.eu-west-2.amazonaws.com/{urllib.parse.quote(key)}"


def _parts(title, extension, count):
    return {f"objectUrl_{i}": object_url(f"{title}/{i}{extension}") for i in range(count)}


# How each kind of data unit is registered: the list of Encord's upload JSON, and its entry.
MEDIA = {
    "image": lambda title: ("images", {
        "objectUrl": object_url(f"{title}.jpg"),
        "imageMetadata": {"width": 64, "height": 48, "file_size": 4096, "mime_type": "image/jpeg"},
    }),
    "video": lambda title: ("videos", {
        "objectUrl": object_url(f"{title}.mp4"),
        "videoMetadata": {
            "fps": 10, "duration": 2, "width": 64, "height": 48, "file_size": 65536,
            "mime_type": "video/mp4",
        },
    }),
    "image_group": lambda title: ("image_groups", _parts(title, ".jpg", 3)),
    "image_sequence": lambda title: (
        "image_groups", {**_parts(title, ".png", 4), "createVideo": True}
    ),
    "dicom": lambda title: ("dicom_series", _parts(title, ".dcm", 5)),
    "nifti": lambda title: ("nifti", {
        "objectUrl": object_url(f"{title}.nii.gz"),
        "niftiMetadata": {"width": 64, "height": 48, "frame_count": 6},
    }),
    "audio": lambda title: ("audio", {
        "objectUrl": object_url(f"{title}.mp3"),
        "audioMetadata": {
            "duration": 12.5, "file_size": 2048, "mime_type": "audio/mpeg", "sample_rate": 48000,
            "bit_depth": 24, "codec": "mp3", "num_channels": 1,
        },
    }),
    "text": lambda title: ("text", {"objectUrl": object_url(f"{title}.txt")}),
    "html": lambda title: ("text", {"objectUrl": object_url(f"{title}.html")}),
    "pdf": lambda title: ("pdf", {"objectUrl": object_url(f"{title}.pdf")}),
}


def upload_json(units, **flags):
    """Encord's upload JSON for (title, kind) pairs."""
    files = dict(flags)
    for title, kind in units:
        name, entry = MEDIA[kind](title)
        files.setdefault(name, []).append({"title": title, **entry})
    return files


class Person:
    """A user and the SDK connected as him."""

    def __init__(self, email, folder, sandbox_address):
        self.user = User(email, folder)
        self.email = email
        self._address = sandbox_address
        self._client = None

    @property
    def client(self):
        if self._client is None:
            self._client = encord.EncordUserClient.create_with_ssh_private_key(
                self.user.private_key, domain=self._address()
            )
        return self._client


class SdkWorkspace:
    """A sandbox with Alice and her colleagues, and Bob of another organisation."""

    def __init__(self, stack, folder, *sandbox_arguments):
        def person(email):
            return Person(email, folder, lambda: self.sandbox.address)

        self.alice = person("alice@north.example")
        self.ann = person("ann@north.example")
        self.lin = person("lin@north.example")
        self.ravi = person("ravi@north.example")
        self.tess = person("tess@north.example")
        self.vera = person("vera@north.example")
        self.bob = person("bob@south.example")
        people = (
            self.alice, self.ann, self.lin, self.ravi, self.tess, self.vera, self.bob
        )
        keys = folder / "authorized_keys"
        keys.write_text("".join(each.user.authorized_key for each in people))
        self.sandbox = Sandbox(folder, f"--authorized_keys={keys}", *sandbox_arguments)
        stack.callback(self.sandbox.stop)
        self._numbers = itertools.count(1)
        self.integration = self.new_integration("Bucket")

    def new_integration(self, title, organisation="north.example"):
        body = {"organisation": organisation, "title": title}
        return self.sandbox.control("POST", "integrations", body)["integrationUuid"]

    def name(self, stem):
        """A title that nothing else in the workspace has."""
        return f"{stem} {next(self._numbers)}"

    def dataset(self, *units, title=None, description=None):
        """A new dataset of Alice's with these (title, kind) pairs."""
        client = self.alice.client
        made = client.create_dataset(
            title or self.name("Dataset"), StorageLocation.AWS, description
        )
        dataset = client.get_dataset(made.dataset_hash)
        if units:
            self.upload(dataset, *units)
        return dataset

    def upload(self, dataset, *units, **flags):
        """Registers (title, kind) pairs and waits until they are in the dataset."""
        job = dataset.add_private_data_to_dataset_start(
            self.integration, upload_json(units, **flags)
        )
        state = dataset.add_private_data_to_dataset_get_result(job)
        assert state.status == LongPollingStatus.DONE, state
        dataset.refetch_data()
        return state

    def project(self, *datasets, ontology=None, workflow=ANNOTATE_REVIEW, title=None):
        """A new project of Alice's on these datasets."""
        client = self.alice.client
        project_hash = client.create_project(
            title or self.name("Project"),
            [dataset.dataset_hash for dataset in datasets],
            ontology_hash=ontology.ontology_hash if ontology else "",
            workflow_template_hash=workflow,
        )
        return client.get_project(project_hash)


def label_rows(project, **filters):
    """The project's label rows by data title."""
    return {row.data_title: row for row in project.list_label_rows_v2(**filters)}


def initialised(project, title, branch=None):
    """A label row as the server has it now, with its labels."""
    filters = {"branch_name": branch} if branch else {}
    (row,) = project.list_label_rows_v2(data_title_eq=title, **filters)
    row.initialise_labels()
    return row
