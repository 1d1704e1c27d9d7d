"""C++ messages and gRPC stubs made with Debian's protoc and grpc_cpp_plugin."""

def _locations(files):
    return " ".join(["$(locations %s)" % file for file in files])

def _import_root(label, strip):
    """What remains of a file's path without its import name."""
    if label.startswith("@"):
        return "external/" + label[1:].split("//")[0]
    own = native.repository_name()[1:]
    return "/".join((["external", own] if own else []) + ([strip] if strip else [])) or "."

def cc_grpc_proto(name, protos, strip = "", services = [], proto_deps = [], deps = [], visibility = None):
    """Compiles .proto files to a cc_library.

    Args:
      name: the library.
      protos: labels of .proto files; each becomes <path>.pb.h under this package.
      strip: the folder that imports of this repository's protos are relative to; of others it is their root.
      services: those of the protos that define a service; each also becomes <path>.grpc.pb.h.
      proto_deps: labels of the imported .proto files.
      deps: cc_grpc_proto libraries of the imported files.
      visibility: as usual.
    """
    headers = []
    sources = []
    for proto in protos:
        path = proto.split(":")[-1] if ":" in proto else proto
        stem = path[:-len(".proto")]
        headers.append(stem + ".pb.h")
        sources.append(stem + ".pb.cc")
        if proto in services:
            headers.append(stem + ".grpc.pb.h")
            sources.append(stem + ".grpc.pb.cc")

    roots = {_import_root(proto, strip): True for proto in protos + proto_deps}
    protoc = "protoc %s" % " ".join(["-I" + root for root in roots])
    command = ["set -eu", "%s --cpp_out=$(RULEDIR) %s" % (protoc, _locations(protos))]
    if services:
        command.append("%s --grpc_out=$(RULEDIR) --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin %s" %
                       (protoc, _locations(services)))
    native.genrule(
        name = name + "_generate",
        srcs = protos + proto_deps,
        outs = headers + sources,
        cmd = "; ".join(command),
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        # A file that only defines a service is referenced by nothing, yet reflection must find it.
        alwayslink = True,
        copts = ["-w"],
        includes = ["."],
        visibility = visibility,
        deps = deps + ["//third_party:protobuf"] + (["//third_party:grpc"] if services else []),
    )
