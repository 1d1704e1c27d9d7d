"""Does what a line of JSON on stdin asks for, with the Python client, and says what came of it."""

import json
import sys
import threading

import encord_gateway
from encord_gateway import v1
from google.protobuf import json_format, struct_pb2


def titles(stub, job):
    request = v1.ListProjectsRequest(page_size=job["page_size"])
    listed = encord_gateway.pages(stub.ListProjects, request)
    return {"pages": [[project.title for project in page.projects] for page in listed]}


def journey(stub, job):
    structure = json_format.ParseDict(job["structure"], struct_pb2.Struct())
    dataset = stub.CreateDataset(v1.CreateDatasetRequest(title="Journey")).dataset_hash
    ontology = stub.CreateOntology(
        v1.CreateOntologyRequest(title="Journey", structure=structure)
    ).ontology_hash
    project = stub.CreateProject(
        v1.CreateProjectRequest(
            title="Journey", dataset_hashes=[dataset], ontology_hash=ontology
        )
    ).project_hash
    uploaded = stub.UploadDataToDataset(
        v1.UploadDataToDatasetRequest(
            dataset_hash=dataset, integration_id=job["integration"], file_urls=job["urls"]
        )
    )
    rows = [
        row
        for page in encord_gateway.pages(
            stub.ListLabelRows, v1.ListLabelRowsRequest(project_hash=project, page_size=2)
        )
        for row in page.label_rows
    ]
    moved = stub.MoveWorkflowTask(
        v1.MoveWorkflowTaskRequest(
            project_hash=project, data_hash=rows[0].data_hash,
            stage_uuid=rows[0].workflow_stage_uuid, pathway_name="submit",
        )
    )
    return {
        "project_hash": project,
        "upload": uploaded.status,
        "rows": [row.data_title for row in rows],
        "moved_row": rows[0].data_hash,
        "move": moved.status,
    }


def export(stub, job):
    progress = []
    summary = encord_gateway.export_coco(
        stub, job["project_hash"], job["path"], progress=lambda *rows: progress.append(rows)
    )
    counts = [summary.image_count, summary.annotation_count, summary.skipped_count]
    return {"summary": counts, "progress": progress}


def get(stub, job):
    request = v1.GetProjectRequest(project_hash=job["project_hash"])
    return {"title": stub.GetProject(request, timeout=job.get("timeout")).title}


def cancel(stub, _job):
    call = stub.ListProjects.future(v1.ListProjectsRequest())
    sys.stdin.readline()
    call.cancel()
    ended = threading.Event()
    call.add_done_callback(lambda _: ended.set())
    ended.wait()
    return {"cancelled": call.cancelled()}


COMMANDS = {command.__name__: command for command in (titles, journey, export, get, cancel)}


def describe(error):
    resource = error.resource
    return {
        "code": error.code().name,
        "message": error.details(),
        "reason": error.reason,
        "metadata": error.metadata,
        "violations": {each.field: each.description for each in error.field_violations},
        "retry_after": error.retry_after,
        "request_id": error.request_id,
        "resource": [resource.type, resource.name] if resource else None,
    }


def main():
    job = json.loads(sys.stdin.readline())
    try:
        with encord_gateway.connect(**job["options"]) as channel:
            answer = COMMANDS[job["command"]](v1.EncordServiceStub(channel), job)
    except encord_gateway.SettingsError as error:
        answer = {"settings_error": str(error)}
    except encord_gateway.EncordError as error:
        answer = {"error": describe(error)}
    print(json.dumps(answer))


main()
