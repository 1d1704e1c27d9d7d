"""The repositories that the targets here need, for this workspace and for those that use it."""

def _local_folder_impl(context):
    folder = context.attr.folder
    if not folder.startswith("/"):
        folder = "%s/%s" % (context.path(Label("//:WORKSPACE")).dirname, folder)
    folder = context.path(folder)
    if not folder.exists:
        fail("%s is missing: %s" % (folder, context.attr.hint))
    for entry in folder.readdir():
        context.symlink(entry, entry.basename)
    if context.attr.build_file:
        context.symlink(context.attr.build_file, "BUILD.bazel")

# Like new_local_repository, but the folder may be one of this workspace, wherever that is.
_local_folder = repository_rule(
    implementation = _local_folder_impl,
    attrs = {
        "folder": attr.string(doc = "Relative to this workspace, or absolute.", mandatory = True),
        "build_file": attr.label(doc = "Unless the folder has one."),
        "hint": attr.string(doc = "What to do if there is no such folder.", mandatory = True),
    },
    local = True,
)

def encord_gateway_repositories():
    """Defines the repositories, all from Debian's packages and from what tools/setup puts into .deps.

    rules_cc, rules_java and remote_coverage_tools are those that Bazel would otherwise download. If
    the workspace has them already, they stay as they are.
    """
    own = {
        # Debian's C++ libraries, by their linker names.
        "system": ("tools/bazel/system", Label("//tools/bazel:system.BUILD")),
        # Debian's grpc-proto: health v1, reflection v1 and v1alpha.
        "grpc_proto": ("/usr/share/grpc-proto", Label("//tools/bazel:grpc_proto.BUILD")),
        # PyPI's googleapis-common-protos: google/rpc.
        "googleapis": (".deps/googleapis", Label("//tools/bazel:googleapis.BUILD")),
    }
    of_bazel = {
        "rules_cc": "tools/bazel/rules_cc",
        "rules_java": "/usr/share/bazel/rules/java",
        "remote_coverage_tools": "tools/bazel/remote_coverage_tools",
    }
    hint = "run tools/setup in the folder of encord_gateway"
    for name, (folder, build_file) in own.items():
        _local_folder(name = name, folder = folder, build_file = build_file, hint = hint)
    for name, folder in of_bazel.items():
        if not native.existing_rule(name):
            _local_folder(name = name, folder = folder, hint = hint)
