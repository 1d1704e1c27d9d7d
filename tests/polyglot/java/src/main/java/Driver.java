import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import encord.gateway.CocoExport;
import encord.gateway.EncordException;
import encord.gateway.EncordGateway;
import encord.gateway.Pages;
import encord.gateway.SettingsException;
import encord.gateway.v1.*;
import encord.gateway.v1.EncordServiceGrpc.EncordServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** Does what a line of JSON on stdin asks for, with the Java client, and says what came of it. */
public final class Driver {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();
  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private static Object titles(EncordServiceBlockingStub stub, JsonObject job) {
    ListProjectsRequest request =
        ListProjectsRequest.newBuilder().setPageSize(job.get("page_size").getAsInt()).build();
    List<List<String>> pages = new ArrayList<>();
    for (ListProjectsResponse page : Pages.of(stub::listProjects, request)) {
      pages.add(page.getProjectsList().stream().map(Project::getTitle).toList());
    }
    return Map.of("pages", pages);
  }

  private static Object journey(EncordServiceBlockingStub stub, JsonObject job) throws Exception {
    Struct.Builder structure = Struct.newBuilder();
    JsonFormat.parser().merge(job.get("structure").toString(), structure);
    String dataset =
        stub.createDataset(CreateDatasetRequest.newBuilder().setTitle("Journey").build())
            .getDatasetHash();
    String ontology =
        stub.createOntology(
                CreateOntologyRequest.newBuilder()
                    .setTitle("Journey")
                    .setStructure(structure)
                    .build())
            .getOntologyHash();
    String project =
        stub.createProject(
                CreateProjectRequest.newBuilder()
                    .setTitle("Journey")
                    .addDatasetHashes(dataset)
                    .setOntologyHash(ontology)
                    .build())
            .getProjectHash();
    UploadDataToDatasetRequest.Builder upload =
        UploadDataToDatasetRequest.newBuilder()
            .setDatasetHash(dataset)
            .setIntegrationId(job.get("integration").getAsString());
    for (JsonElement url : job.getAsJsonArray("urls")) {
      upload.addFileUrls(url.getAsString());
    }
    String uploaded = stub.uploadDataToDataset(upload.build()).getStatus();
    ListLabelRowsRequest request =
        ListLabelRowsRequest.newBuilder().setProjectHash(project).setPageSize(2).build();
    List<LabelRow> rows = new ArrayList<>();
    for (ListLabelRowsResponse page : Pages.of(stub::listLabelRows, request)) {
      rows.addAll(page.getLabelRowsList());
    }
    LabelRow first = rows.get(0);
    String moved =
        stub.moveWorkflowTask(
                MoveWorkflowTaskRequest.newBuilder()
                    .setProjectHash(project)
                    .setDataHash(first.getDataHash())
                    .setStageUuid(first.getWorkflowStageUuid())
                    .setPathwayName("submit")
                    .build())
            .getStatus();
    return Map.of(
        "project_hash", project,
        "upload", uploaded,
        "rows", rows.stream().map(LabelRow::getDataTitle).toList(),
        "moved_row", first.getDataHash(),
        "move", moved);
  }

  private static Object export(EncordServiceBlockingStub stub, JsonObject job) throws Exception {
    List<int[]> progress = new ArrayList<>();
    CocoExportSummary summary =
        CocoExport.write(
            stub,
            StreamLabelsCocoJsonRequest.newBuilder()
                .setProjectHash(job.get("project_hash").getAsString())
                .build(),
            Path.of(job.get("path").getAsString()),
            (done, total) -> progress.add(new int[] {done, total}));
    long[] counts = {
      summary.getImageCount(), summary.getAnnotationCount(), summary.getSkippedCount()
    };
    return Map.of("summary", counts, "progress", progress);
  }

  private static Object get(EncordServiceBlockingStub stub, JsonObject job) {
    if (job.has("timeout")) {
      stub = stub.withDeadlineAfter(milliseconds(job.get("timeout")), TimeUnit.MILLISECONDS);
    }
    GetProjectRequest request =
        GetProjectRequest.newBuilder().setProjectHash(job.get("project_hash").getAsString()).build();
    return Map.of("title", stub.getProject(request).getTitle());
  }

  private static Object cancel(ManagedChannel channel) throws Exception {
    var call =
        EncordServiceGrpc.newFutureStub(channel)
            .listProjects(ListProjectsRequest.getDefaultInstance());
    INPUT.readLine();
    call.cancel(true);
    try {
      call.get();
      return Map.of("cancelled", false);
    } catch (CancellationException e) {
      return Map.of("cancelled", true);
    }
  }

  private static long milliseconds(JsonElement seconds) {
    return (long) (seconds.getAsDouble() * 1000);
  }

  private static ManagedChannel connect(JsonObject options) {
    EncordGateway gateway = EncordGateway.builder();
    if (options.has("address")) {
      gateway.address(options.get("address").getAsString());
    }
    if (options.has("token")) {
      gateway.token(options.get("token").getAsString());
    }
    if (options.has("tls")) {
      gateway.tls(options.get("tls").getAsBoolean());
    }
    if (options.has("ca_file")) {
      gateway.caFile(options.get("ca_file").getAsString());
    }
    if (options.has("timeout")) {
      gateway.timeout(Duration.ofMillis(milliseconds(options.get("timeout"))));
    }
    return gateway.connect();
  }

  private static Object describe(EncordException error) {
    Map<String, Object> described = new HashMap<>();
    Status status = error.getStatus();
    described.put("code", status.getCode().name());
    described.put("message", status.getDescription());
    described.put("reason", error.getReason());
    described.put("metadata", error.getMetadata());
    Map<String, String> violations = new HashMap<>();
    error
        .getFieldViolations()
        .forEach(violation -> violations.put(violation.getField(), violation.getDescription()));
    described.put("violations", violations);
    described.put("retry_after", error.getRetryAfter().map(Duration::toSeconds).orElse(null));
    described.put("request_id", error.getRequestId());
    described.put(
        "resource",
        error
            .getResource()
            .map(resource -> List.of(resource.getResourceType(), resource.getResourceName()))
            .orElse(null));
    return described;
  }

  private static Object answer(JsonObject job) throws Exception {
    ManagedChannel channel;
    try {
      channel = connect(job.getAsJsonObject("options"));
    } catch (SettingsException e) {
      return Map.of("settings_error", e.getMessage());
    }
    EncordServiceBlockingStub stub = EncordServiceGrpc.newBlockingStub(channel);
    try {
      return switch (job.get("command").getAsString()) {
        case "titles" -> titles(stub, job);
        case "journey" -> journey(stub, job);
        case "export" -> export(stub, job);
        case "get" -> get(stub, job);
        case "cancel" -> cancel(channel);
        default -> throw new IllegalArgumentException(job.toString());
      };
    } catch (StatusRuntimeException e) {
      return Map.of("error", describe(EncordException.from(e)));
    } finally {
      channel.shutdownNow();
    }
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(GSON.toJson(answer(GSON.fromJson(INPUT.readLine(), JsonObject.class))));
  }
}
