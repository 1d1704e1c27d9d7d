"""The clients as their users have them: installed in an empty folder from what tools/generate-clients
made, without a network."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from harness import ROOT
from readme import blocks

HERE = pathlib.Path(__file__).resolve().parent
DEPS = ROOT / ".deps"

# Seconds that a compiler or a virtual machine may take on a busy machine.
SLOW = 280


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

    def __init__(self, folder, built):
        self.folder = folder
        run(ROOT / "tools/generate-clients", f"--only={self.name}", "--frozen", built, cwd=ROOT)
        self.package = built / self.name
        self.command = self.install()

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
        return [self.make_environment(sys.executable), "driver.py"]

    def make_environment(self, interpreter):
        """A virtual environment of that interpreter with the client; returns its python."""
        venv = self.folder / f"venv{interpreter.replace('/', '_')}"
        run(interpreter, "-m", "venv", venv, cwd=self.folder)
        [wheel] = self.package.glob("*.whl")
        run(
            venv / "bin/pip", "install", "--no-index", f"--find-links={DEPS / 'wheels'}", wheel,
            cwd=self.folder, PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1",
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
        self.compile("example.ts")
        return run("node", "example.js", cwd=self.folder, **environment)

    def install(self):
        [tarball] = self.package.glob("*.tgz")
        pins = json.loads((ROOT / "tools/setup.d/package.json").read_text())["dependencies"]
        needed = ("@bufbuild/protobuf", "@grpc/grpc-js", "@types/node", "typescript")
        manifest = {
            "private": True,
            "type": "module",
            "dependencies": {"encord-gateway": f"file:{tarball}", **{n: pins[n] for n in needed}},
        }
        (self.folder / "package.json").write_text(json.dumps(manifest))
        run(
            "npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund",
            f"--cache={DEPS / 'npm/cache'}", cwd=self.folder,
        )
        shutil.copy(HERE / "typescript/driver.ts", self.folder)
        self.compile("driver.ts")
        return ["node", "driver.js"]

    def compile(self, *files):
        run(
            "node_modules/.bin/tsc", "--strict", "--target", "ES2022", "--module", "NodeNext",
            "--types", "node", "--skipLibCheck", *files, cwd=self.folder,
        )


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
        module = "encord-gateway.example/client"
        self.go("mod", "init", "example.com/app")
        self.go("mod", "edit", f"-require={module}@v1.0.0", f"-replace={module}={self.package}")
        shutil.copy(self.package / "go.sum", self.folder)
        self.go("vet", ".")
        self.go("build", "-o", "driver", ".")
        return ["./driver"]

    def go(self, *arguments):
        run("go", *arguments, cwd=self.folder, GOPROXY="off", GOFLAGS="-mod=mod")


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
        self.maven("compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath")
        classpath = f"target/classes:{(self.folder / 'classpath').read_text()}"
        # One short life each: quick to start is what counts.
        return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, "Driver"]

    def maven(self, *arguments):
        repository = f"-Dclients={self.package.as_uri()}"
        run(
            "mvn", "--quiet", "--batch-mode", "--offline", "-Daether.offline.protocols=file",
            f"-Dmaven.repo.local={self.local_repository()}", repository, *arguments,
            cwd=self.folder,
        )

    def local_repository(self):
        """A Maven cache that has everything but the client, which must come from its package."""
        cache = self.folder / "m2"
        if not cache.exists():
            cache.mkdir()
            run("cp", "--recursive", "--link", f"{DEPS / 'm2'}/.", cache, cwd=self.folder)
            shutil.rmtree(cache / "encord", ignore_errors=True)
        return cache


class Cpp(Language):
    """Bazel builds the client from source with what uses it, and so also the README's programs."""

    name = "cpp"

    def __init__(self, folder, _built):
        self.folder = folder
        targets = [f"//tests/polyglot/cpp:{name}" for name in ("driver", "readme_example", "readme_tls")]
        run("bazel", "build", *targets, cwd=ROOT)
        self.programs = ROOT / "bazel-bin/tests/polyglot/cpp"
        self.command = [self.programs / "driver"]

    def run_readme(self, address, tls):
        tls_address, ca_file, token = tls
        return run(self.programs / "readme_example", cwd=self.folder, ENCORD_GATEWAY=address), run(
            self.programs / "readme_tls", cwd=self.folder, ADDRESS=tls_address, CA_FILE=ca_file,
            TOKEN=token,
        )
