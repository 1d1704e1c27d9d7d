"""What every client must do, in the words of its driver: the same scenario for all languages."""

import json
import re

import pytest

from harness import NOWHERE, wait_until
from workspaces import STRUCTURE

URLS = [f"https://bucket.s3.eu-west-2.amazonaws.com/{name}.jpg" for name in ("a", "b", "c")]


class Contract:
    """Tests of the fixture `client`. The gateway has Alice's key."""

    @pytest.fixture
    def at(self, workspace):
        return {"address": workspace.server.address}

    # --- Calls ---

    def test_lists_come_page_by_page(self, client, at, workspace):
        for _ in range(3):
            workspace.project()
        everything = [project.title for project in workspace.gateway.ListProjects().projects]
        pages = client.do("titles", options=at, page_size=2)["pages"]
        assert all(len(page) == 2 for page in pages[:-1])
        assert [title for page in pages for title in page] == everything

    def test_a_page_size_is_sent_with_every_page(self, client, at, workspace):
        whole = client.do("titles", options=at, page_size=1000)["pages"]
        assert len(whole) == 1

    def test_a_journey(self, client, at, workspace):
        result = client.do(
            "journey", options=at, structure=STRUCTURE, integration=workspace.integration(),
            urls=URLS,
        )
        assert (result["upload"], result["move"]) == ("success", "success")
        assert sorted(result["rows"]) == ["a.jpg", "b.jpg", "c.jpg"]
        review = workspace.stage(result["project_hash"], "ReviewStage").uuid
        stages = {
            row.data_hash: row.workflow_stage_uuid
            for row in workspace.label_rows(result["project_hash"])
        }
        in_review = [data_hash for data_hash, stage in stages.items() if stage == review]
        assert in_review == [result["moved_row"]]

    # --- Exports ---

    def test_an_export_to_a_file(self, client, demo, tmp_path):
        project = demo.gateway.ListProjects(title_like="Road").projects[0].project_hash
        path = tmp_path / "coco.json"
        result = client.do(
            "export", options={"address": demo.server.address}, project_hash=project, path=str(path)
        )
        coco = json.loads(path.read_text())
        expected = demo.gateway.ExportLabelsCoco(project_hash=project).coco_labels
        assert len(coco["annotations"]) == len(expected.annotations) > 0
        assert result["summary"] == [len(coco["images"]), len(coco["annotations"]), 0]
        done = [done for done, _ in result["progress"]]
        assert done == sorted(done)
        assert result["progress"][-1][0] == result["progress"][-1][1] > 0
        assert list(tmp_path.glob("*coco*")) == [path]

    @pytest.mark.parametrize("exists", [True, False])
    def test_a_failing_export_leaves_the_folder_as_it_was(
        self, client, at, workspace, sandbox, tmp_path, exists
    ):
        # Two bundles of label rows, of 20 and 81, of which the second fails when the first has been sent.
        project = workspace.project(*[f"{number}.jpg" for number in range(101)])
        sdk = workspace.alice.sdk(workspace.sandbox).get_project(project)
        with sdk.create_bundle() as bundle:
            for row in sdk.list_label_rows_v2():
                row.initialise_labels(bundle=bundle)
        sandbox.forget()
        sandbox.fault("status", "labelrow/GET", status=400, skip=1, count=1)
        path = tmp_path / "coco.json"
        if exists:
            path.write_text("older")
        before = {file: file.read_bytes() for file in tmp_path.glob("coco*")}
        result = client.do("export", options=at, project_hash=project, path=str(path))
        assert result["error"]["code"] != "OK"
        assert {file: file.read_bytes() for file in tmp_path.glob("coco*")} == before

    # --- Errors ---

    def test_not_found_with_details(self, client, at):
        error = client.do("get", options=at, project_hash=NOWHERE)["error"]
        assert error["code"] == "NOT_FOUND"
        assert error["reason"]
        assert error["message"]
        assert re.fullmatch("[0-9a-f]{32}", error["request_id"])
        assert error["resource"][1] == NOWHERE
        assert error["violations"] == {}
        assert error["retry_after"] is None

    def test_an_invalid_argument_names_the_field(self, client, at):
        error = client.do("get", options=at, project_hash="none")["error"]
        assert (error["code"], error["reason"]) == ("INVALID_ARGUMENT", "BAD_REQUEST")
        assert list(error["violations"]) == ["project_hash"]
        assert error["resource"] is None

    def test_when_to_try_again(self, client, at, sandbox, workspace):
        sandbox.fault("status", "", status=429, retry_after=600, count=100)
        error = client.do("get", options=at, project_hash=NOWHERE)["error"]
        assert (error["code"], error["retry_after"]) == ("RESOURCE_EXHAUSTED", 600)

    # --- Deadlines and cancellation ---

    def test_the_default_deadline(self, client, at, sandbox):
        sandbox.fault("stall", count=100)
        error = client.do("get", options={**at, "timeout": 2}, project_hash=NOWHERE)["error"]
        assert error["code"] == "DEADLINE_EXCEEDED"

    def test_a_calls_own_deadline(self, client, at, sandbox):
        sandbox.fault("stall", count=100)
        error = client.do("get", options=at, project_hash=NOWHERE, timeout=2)["error"]
        assert error["code"] == "DEADLINE_EXCEEDED"

    def test_cancellation(self, client, at, sandbox):
        sandbox.fault("stall", count=100)
        driver = client.start("cancel", options=at)
        wait_until(sandbox.requests, "the call reaches the sandbox")
        assert driver.answer("now\n") == {"cancelled": True}

    # --- Credentials ---

    def test_two_tenants(self, client, at, workspace):
        workspace.project()
        bob = workspace.as_user(workspace.bob)
        theirs = bob.CreateDataset(title="Of Bob").dataset_hash
        bob.CreateProject(title="Of Bob", dataset_hashes=[theirs])
        tokens = [
            user.sdk(workspace.sandbox).get_bearer_token() for user in (workspace.alice, workspace.bob)
        ]
        alice, bob = (
            set(sum(client.do("titles", options={**at, "token": token}, page_size=1000)["pages"], []))
            for token in tokens
        )
        assert "Of Bob" in bob
        assert alice and not alice & bob

    def test_a_token_that_encord_refuses(self, client, at):
        options = {**at, "token": "of-nobody"}
        error = client.do("get", options=options, project_hash=NOWHERE)["error"]
        assert error["code"] == "UNAUTHENTICATED"

    # --- Settings ---

    def test_everything_from_the_environment(self, client, tls_gateway):
        address, ca_file, token = tls_gateway
        environment = {
            "ENCORD_GATEWAY": address, "ENCORD_GATEWAY_TOKEN": token, "ENCORD_GATEWAY_TLS": "true",
            "ENCORD_GATEWAY_CA_FILE": ca_file,
        }
        assert client.do("titles", environment=environment, page_size=1000)["pages"]

    @pytest.mark.parametrize("options, environment", [
        ({"tls": True, "ca_file": "CA"}, {}),
        ({"ca_file": "CA"}, {}),
        ({"ca_file": "CA"}, {"ENCORD_GATEWAY_TLS": "0", "ENCORD_GATEWAY_CA_FILE": "/none"}),
        ({"tls": True}, {"ENCORD_GATEWAY_CA_FILE": "CA"}),
        ({}, {"ENCORD_GATEWAY_TLS": "1", "ENCORD_GATEWAY_CA_FILE": "CA"}),
    ])
    def test_ways_to_tls(self, client, tls_gateway, options, environment):
        address, ca_file, token = tls_gateway
        options, environment = (
            {key: ca_file if value == "CA" else value for key, value in settings.items()}
            for settings in (options, environment)
        )
        options = {**options, "address": address, "token": token}
        answer = client.do("titles", options=options, environment=environment, page_size=1000)
        assert "pages" in answer, answer

    def test_an_unknown_authority_is_refused(self, client, tls_gateway):
        address, _, token = tls_gateway
        options = {"address": address, "token": token, "tls": True, "timeout": 20}
        error = client.do("get", options=options, project_hash=NOWHERE)["error"]
        assert error["code"] in ("UNAVAILABLE", "DEADLINE_EXCEEDED")

    @pytest.mark.parametrize("environment", [
        {"ENCORD_GATEWAY_CA_FILE": "/none"},
        {"ENCORD_GATEWAY_TLS": "", "ENCORD_GATEWAY_TOKEN": "", "ENCORD_GATEWAY_CA_FILE": ""},
        {"ENCORD_GATEWAY_TLS": "false", "ENCORD_GATEWAY_CA_FILE": "/none"},
    ])
    def test_plain_text(self, client, at, environment):
        environment = {**environment, "ENCORD_GATEWAY": at["address"]}
        assert "pages" in client.do("titles", environment=environment, page_size=1000)

    @pytest.mark.parametrize("options, environment", [
        ({"tls": False}, {"ENCORD_GATEWAY_TLS": "1", "ENCORD_GATEWAY_CA_FILE": "/none"}),
        ({"token": ""}, {"ENCORD_GATEWAY_TOKEN": "of-nobody", "ENCORD_GATEWAY": "nowhere.test:1"}),
    ])
    def test_options_go_before_the_environment(self, client, at, options, environment):
        answer = client.do(
            "titles", options={**at, **options}, environment=environment, page_size=1000
        )
        assert "pages" in answer

    @pytest.mark.parametrize("setting, options, environment", [
        ("ENCORD_GATEWAY", {}, {}),
        ("ENCORD_GATEWAY", {}, {"ENCORD_GATEWAY": "localhost"}),
        ("address", {"address": "localhost:65536"}, {}),
        ("token", {"address": "localhost:1", "token": "secret token"}, {}),
        ("ENCORD_GATEWAY_TOKEN", {"address": "localhost:1"}, {"ENCORD_GATEWAY_TOKEN": "secret\n"}),
        ("ENCORD_GATEWAY_TLS", {"address": "localhost:1"}, {"ENCORD_GATEWAY_TLS": "True"}),
        ("ca_file", {"address": "localhost:1", "tls": False, "ca_file": "/none"}, {}),
        ("ca_file", {"address": "localhost:1", "ca_file": "/none"}, {}),
        ("ca_file", {"address": "localhost:1", "ca_file": "/etc/hostname"}, {}),
        ("ENCORD_GATEWAY_CA_FILE", {"address": "localhost:1", "tls": True},
         {"ENCORD_GATEWAY_CA_FILE": "/none"}),
    ])
    def test_settings_that_cannot_be(self, client, setting, options, environment):
        driver = client.start("titles", options=options, environment=environment, page_size=1)
        error = driver.answer()["settings_error"]
        named = error.partition(":")[0]
        # Options are spelled as the language spells names.
        assert named == setting or named.lower() == setting.replace("_", "")
        assert "secret" not in driver.stdout + driver.stderr

    # --- README ---

    def test_the_code_of_the_readme(self, client, demo, tls_gateway):
        example, secure = client.run_readme(demo.server.address, tls_gateway)
        assert "Road scenes 2026" in example
        assert re.search("[1-9][0-9]* annotations", example)
        assert "BAD_REQUEST" in example
        assert "project_hash" in example
        assert re.search("[0-9]+ projects", secure)
