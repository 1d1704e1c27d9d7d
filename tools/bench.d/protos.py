"""Message classes of proto/, compiled when they are asked for."""

import pathlib
import sys
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]


def messages(file, *names):
    """The classes of messages of proto/encord/v1/FILE."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder, "descriptors.binpb")
        if protoc.main([
            "protoc", f"--descriptor_set_out={compiled}", "--include_imports",
            f"-I{ROOT / 'proto'}", f"-I{pathlib.Path(grpc_tools.__file__).parent / '_proto'}",
            str(ROOT / "proto/encord/v1" / file),
        ]):
            sys.exit(f"{file} cannot be compiled")
        files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for each in files:
        pool.Add(each)
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"encord.v1.{name}"))
        for name in names
    ]
