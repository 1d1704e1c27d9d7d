"""Fuzz targets: programs that are fed hostile bytes."""

def fuzz_target(name, srcs, corpus, deps = [], dictionary = None):
    """Makes a test that feeds each file of a corpus to LLVMFuzzerTestOneInput.

    With --config=fuzz the same target is a libFuzzer binary, which tools/fuzz runs.

    Args:
      name: the test.
      srcs: sources that define LLVMFuzzerTestOneInput.
      corpus: files: real examples, hostile ones, and whatever fuzzing has found.
      deps: what the sources include.
      dictionary: file with words of the input's language, for libFuzzer's -dict.
    """
    native.filegroup(
        name = name + "_corpus",
        srcs = corpus,
    )
    native.filegroup(
        name = name + "_dictionary",
        srcs = [dictionary] if dictionary else [],
    )
    native.cc_test(
        name = name,
        size = "small",
        srcs = srcs,
        args = ["$(locations %s)" % file for file in [":" + name + "_corpus"]],
        data = [":" + name + "_corpus"],
        linkopts = select({
            ":fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            ":fuzz": [],
            "//conditions:default": [":replay"],
        }),
    )
