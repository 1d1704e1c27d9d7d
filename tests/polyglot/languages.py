"""The clients as their users have them: installed in an empty folder from what tools/generate-clients
made, by the lines of their README, without a network."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from harness import ROOT
from readme import blocks

HERE = pathlib.Path(__file__).resolve().parent
DEPS = ROOT / ".deps"
WHEELS = str(DEPS / "wheels")

# Seconds that a compiler or a virtual machine may take on a busy machine.
SLOW = 580


def run(*command, cwd, **environment):
    """Runs what must succeed; returns its stdout."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**clean_environment(), **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SLOW, check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def clean_environment():
    """The tester's environment without settings of clients and servers."""
    return {key: value for key, value in os.environ.items() if not key.startswith("ENCORD_")}


class Driver:
    """A program that does one job with a client."""

    def __init__(self, command, folder, job, environment):
        self._process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, env={**clean_environment(), **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def answer(self, more=""):
        """What the program says, after it was given some more input."""
        try:
            stdout, self.stderr = self._process.communicate(more, timeout=SLOW)
        except subprocess.TimeoutExpired:
            self._process.kill()
            stdout, self.stderr = self._process.communicate()
        assert self._process.returncode == 0, f"{stdout}{self.stderr}"
        self.stdout = stdout
        return json.loads(stdout)


class Language:
    """A client installed in `folder`; `command` starts its driver."""

    name = ""
    # Of the README's code blocks.
    fence = ""
    # Around the README's lines that connect by TLS.
    tls_program = ""

    def __init__(self, folder, output):
        self.folder = folder
        self.output = output
        run(ROOT / "tools/generate-clients", f"--only={self.name}", "--frozen", output, cwd=ROOT)
        self.package = output / self.name
        self.command = self.install()

    def shell(self, block, **environment):
        """Runs lines of the README; returns their stdout."""
        return run("bash", "-e", "-c", block, cwd=self.folder, OUTPUT=str(self.output), **environment)

    def start(self, command, options=None, environment=None, **job):
        job = {"command": command, "options": options or {}, **job}
        return Driver(self.command, self.folder, job, environment or {})

    def do(self, command, **job):
        return self.start(command, **job).answer()

    def run_readme(self, address, tls):
        """Runs the README's first program, and its connection by TLS; returns their output."""
        example, secure, *_ = blocks(self.name, self.fence)
        for ours, theirs in zip(("gateway.internal:50051", "ca.pem"), tls):
            secure = secure.replace(ours, theirs)
        return self.run_program(example, {"ENCORD_GATEWAY": address}), self.run_program(
            self.tls_program.replace("CONNECT", secure), {"TOKEN": tls[2]}
        )


class Python(Language):
    name = fence = "python"
    tls_program = """
import os
import encord_gateway
from encord_gateway import v1
token = os.environ["TOKEN"]
CONNECT
print(len(v1.EncordServiceStub(channel).ListProjects(v1.ListProjectsRequest()).projects), "projects")
"""

    def run_program(self, text, environment):
        (self.folder / "example.py").write_text(text)
        return run(self.command[0], "example.py", cwd=self.folder, **environment)

    def install(self):
        shutil.copy(HERE / "python/driver.py", self.folder)
        _, offline = blocks("python", "sh")
        return [self.make_environment(sys.executable, offline, WHEELS=WHEELS), "driver.py"]

    def make_environment(self, interpreter, install, **environment):
        """A virtual environment of that interpreter, with what these lines install; returns its
        python."""
        venv = pathlib.Path(tempfile.mkdtemp(prefix="venv", dir=self.folder))
        run(interpreter, "-m", "venv", venv, cwd=self.folder)
        self.shell(
            install, PATH=f"{venv / 'bin'}:{os.environ['PATH']}", PIP_CONFIG_FILE=os.devnull,
            PIP_DISABLE_PIP_VERSION_CHECK="1", **environment,
        )
        return venv / "bin/python"


class TypeScript(Language):
    name = "typescript"
    fence = "ts"
    tls_program = """
import { connect } from "encord-gateway";
const token = process.env.TOKEN!;
CONNECT
console.log((await encord.listProjects({})).projects.length, "projects");
encord.close();
"""

    def run_program(self, text, environment):
        (self.folder / "example.ts").write_text(text)
        *_, compile_and_run = blocks("typescript", "sh")
        return self.shell(compile_and_run, **environment)

    def install(self):
        [manifest] = map(json.loads, blocks("typescript", "json"))
        # The versions that are in the cache, of the README's packages and of those that ours needs.
        pins = json.loads((ROOT / "tools/setup.d/package.json").read_text())["dependencies"]
        needed = (*manifest["devDependencies"], "@bufbuild/protobuf", "@grpc/grpc-js")
        manifest["devDependencies"] = {name: pins[name] for name in needed}
        online, offline, compile_and_run = blocks("typescript", "sh")
        settings = {"npm_config_cache": str(DEPS / "npm/cache"), "npm_config_ignore_scripts": "true"}
        for install, more in ((offline, {}), (online, {"npm_config_offline": "true"})):
            shutil.rmtree(self.folder / "node_modules", ignore_errors=True)
            (self.folder / "package-lock.json").unlink(missing_ok=True)
            (self.folder / "package.json").write_text(json.dumps(manifest))
            self.shell(install, **settings, **more)
        shutil.copy(HERE / "typescript/driver.ts", self.folder)
        compiling, _ = compile_and_run.splitlines()
        self.shell(compiling.replace("example", "driver"))
        return ["node", "driver.js"]


class Go(Language):
    name = fence = "go"
    tls_program = """package main

import (
	"context"
	"fmt"
	"log"
	"os"

	encord "encord-gateway.example/client"
	"encord-gateway.example/client/encordv1"
)

func main() {
	token := os.Getenv("TOKEN")
	CONNECT
	if err != nil {
		log.Fatal(err)
	}
	response, err := encordv1.NewEncordServiceClient(connection).ListProjects(
		context.Background(), &encordv1.ListProjectsRequest{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(response.Projects), "projects")
}
"""

    def run_program(self, text, environment):
        (self.folder / "example").mkdir(exist_ok=True)
        (self.folder / "example/main.go").write_text(text)
        self.go("build", "-o", "example/example", "./example")
        return run("example/example", cwd=self.folder, **environment)

    def install(self):
        shutil.copy(HERE / "go/main.go", self.folder)
        self.go("mod", "init", "example.com/app")
        online, offline = blocks("go", "sh")
        module = (self.folder / "go.mod").read_text()
        self.shell(online, GOPROXY="off", GOSUMDB="off")
        complete = (self.folder / "go.mod").read_text()
        # The same by the line for use without a network.
        (self.folder / "go.mod").write_text(module)
        self.shell(online.replace("go get .", offline))
        assert (self.folder / "go.mod").read_text() == complete
        self.go("vet", ".")
        self.go("build", "-o", "driver", ".")
        return ["./driver"]

    def go(self, *arguments):
        run("go", *arguments, cwd=self.folder, GOPROXY="off")


class Java(Language):
    name = fence = "java"
    tls_program = """
import encord.gateway.*;
import encord.gateway.v1.*;
import io.grpc.ManagedChannel;

public class Example {
  public static void main(String[] arguments) {
    String token = System.getenv("TOKEN");
    CONNECT
    var response =
        EncordServiceGrpc.newBlockingStub(channel).listProjects(ListProjectsRequest.getDefaultInstance());
    System.out.println(response.getProjectsCount() + " projects");
    channel.shutdownNow();
  }
}
"""

    def run_program(self, text, environment):
        (self.folder / "Example.java").write_text(text)
        # A source file is compiled and run in one step.
        return run(*self.command[:-1], "Example.java", cwd=self.folder, **environment)

    def install(self):
        shutil.copytree(HERE / "java", self.folder, dirs_exist_ok=True)
        self.name_package_in_pom()
        # What users may have in their settings.
        (self.folder / ".mvn").mkdir()
        (self.folder / ".mvn/maven.config").write_text(
            f"--quiet\n--batch-mode\n-Dmaven.repo.local={self.local_repository()}\n"
        )
        [offline] = blocks("java", "sh")
        self.shell(offline)
        run(
            "mvn", "--offline", "dependency:build-classpath", "-Dmdep.outputFile=classpath",
            cwd=self.folder,
        )
        classpath = f"target/classes:{(self.folder / 'classpath').read_text()}"
        # One short life each: quick to start is what counts.
        return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, "Driver"]

    def name_package_in_pom(self):
        """Puts the README's lines in the place of those by which tools/setup fills its cache."""
        repository, dependency = blocks("java", "xml")
        pom = self.folder / "pom.xml"
        text = pom.read_text()
        for pattern, block in (
            ("<repository>.*?</repository>\n", repository),
            (r"<dependency>\s*<groupId>encord\.gateway<.*?</dependency>\n", dependency),
        ):
            block = block.replace("file:///OUTPUT/java", self.package.as_uri())
            text, count = re.subn(pattern, lambda _: block, text, flags=re.DOTALL)
            assert count == 1
        pom.write_text(text)

    def local_repository(self):
        """A Maven cache that has everything but the client, which must come from its package."""
        cache = self.folder / "m2"
        if not cache.exists():
            cache.mkdir()
            run("cp", "--recursive", "--link", f"{DEPS / 'm2'}/.", cache, cwd=self.folder)
            shutil.rmtree(cache / "encord", ignore_errors=True)
        return cache


class Cpp(Language):
    """Bazel builds the client from source, in the user's workspace."""

    name = fence = "cpp"
    tls_program = r"""
#include <cstdlib>
#include <iostream>

#include "client/cpp/encord_client.h"

int main() {
  const char* token = std::getenv("TOKEN");
  CONNECT
  if (!client.ok()) {
    std::cerr << client.status() << "\n";
    return 1;
  }
  const auto response = client->ListProjects({});
  if (!response.ok()) {
    std::cerr << response.status() << "\n";
    return 1;
  }
  std::cout << response->projects_size() << " projects\n";
}
"""

    def __init__(self, folder, output):
        self.folder = folder
        self.output = output
        self.command = self.install()

    def run_program(self, text, environment):
        (self.folder / "example.cc").write_text(text)
        [build_and_run] = blocks("cpp", "sh")
        return self.shell(build_and_run, **environment)

    def install(self):
        workspace, build = blocks("cpp", "python")
        [settings] = blocks("cpp", "text")
        workspace = workspace.replace("/path/to/encord-gateway", str(ROOT))
        # No server of Bazel's stays behind, and what it built goes with the test's files.
        settings = f"startup --batch --output_base={self.output}\n{settings}"
        driver = build.replace("example", "driver")
        for name, text in (
            ("WORKSPACE", workspace), (".bazelrc", settings), ("BUILD.bazel", f"{build}\n{driver}")
        ):
            (self.folder / name).write_text(text)
        shutil.copy(HERE / "cpp/driver.cc", self.folder)
        run("bazel", "build", "//:driver", cwd=self.folder)
        return ["bazel-bin/driver"]
