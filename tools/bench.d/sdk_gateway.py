"""What one would write without this project: ListProjects by the official SDK behind grpcio.

sdk_gateway.py URL KEY_FILE
"""

import concurrent.futures
import sys

import grpc

import sdk
from protos import messages

THREADS = 8


def main():
    client = sdk.connect(*sys.argv[1:])
    request_class, response_class = messages(
        "projects.proto", "ListProjectsRequest", "ListProjectsResponse")

    def list_projects(request, context):
        response = response_class()
        for project in sdk.list_projects(client, request.title_like):
            message = response.projects.add(
                project_hash=project.project_hash,
                title=project.title,
                description=project.description,
                status=project.status,
                ontology_hash=project.ontology_hash,
                project_type=project.project_type,
                user_role=project.user_role.name.lower(),
            )
            message.created_at.FromDatetime(project.created_at)
            message.last_edited_at.FromDatetime(project.last_edited_at)
        return response

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(THREADS))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
        "encord.v1.EncordService",
        {"ListProjects": grpc.unary_unary_rpc_method_handler(
            list_projects, request_class.FromString, response_class.SerializeToString)},
    )])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


main()
