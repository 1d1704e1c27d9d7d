#include "tools/sandbox/demo.h"

#include <boost/json/object.hpp>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/access.h"
#include "tools/sandbox/clock.h"
#include "tools/sandbox/datasets.h"
#include "tools/sandbox/demo_labels.h"
#include "tools/sandbox/demo_ontologies.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/groups.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/label_rows.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/ontology_structure.h"
#include "tools/sandbox/projects.h"
#include "tools/sandbox/tasks.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnna[] = "anna.annotator@example.com";
constexpr char kLin[] = "lin.annotator@example.com";
constexpr char kRavi[] = "ravi.reviewer@example.com";
constexpr char kTess[] = "tess.manager@example.com";

constexpr char kBucket[] = "https://demo-media.s3.eu-west-2.amazonaws.com/";

struct Data {
  std::string dataset_uuid;
  // By the order of their items.
  std::vector<std::string> hashes;
};

class Seeder {
 public:
  Seeder(Context& context, const std::string& owner_email)
      : clock_(ParseKeptDate("2026-01-12T08:00:00Z")),
        context_{context.store, clock_, context.events, context.settings},
        owner_(EnsureUser(context.store, owner_email)) {}

  absl::Status Run() {
    People();
    Storage();
    Ontologies();
    RoadProject();
    RetailProject();
    PreLabelledProject();
    ConsensusProject();
    return status_;
  }

 private:
  // Some time between one step and the next.
  void Pass(absl::Duration time = absl::Minutes(7)) { clock_.Advance(time); }

  template <typename T>
  T Check(Result<T> result) {
    if (result.ok()) return *std::move(result);
    status_.Update(absl::InternalError(result.error().message));
    return T();
  }
  void Check(const Result<void>& result) {
    if (!result.ok()) status_.Update(absl::InternalError(result.error().message));
  }

  void People() {
    for (const char* email : {kAnna, kLin, kRavi, kTess}) EnsureUser(context_.store, email);
    NamedUuids uuids("demo/groups");
    annotators_ = CreateGroup(context_, owner_.organisation, "Annotators",
                              "Label images and videos", {kAnna, kLin});
    CreateGroup(context_, owner_.organisation, "Reviewers", "Check labels", {kRavi});
    NamedUuids integration("demo/integrations");
    integration_ = CreateIntegration(context_, owner_.organisation, "Demo bucket (AWS S3)");
    CreateIntegration(context_, owner_.organisation, "Archive (Google Cloud Storage)");
  }

  std::string Folder(const std::string& name, const std::optional<std::string>& parent,
                     const std::string& description = "") {
    NamedUuids uuids("demo/folders/" + name);
    Pass();
    return CreateFolder(context_, owner_,
                        {.name = name,
                         .description = description,
                         .parent = parent,
                         .client_metadata = R"({"source": "demo"})"});
  }

  NewItem Item(const std::string& folder, const char* type, const std::string& path,
               const char* mime_type, int width, int height) const {
    NewItem item;
    item.folder_uuid = folder;
    item.item_type = type;
    item.name = path.substr(path.rfind('/') + 1);
    item.integration_uuid = integration_;
    item.storage_location = "s3";
    item.url = kBucket + path;
    item.mime_type = mime_type;
    item.file_size = 150'000 + 997 * static_cast<int64_t>(path.size());
    if (width > 0) {
      item.width = width;
      item.height = height;
    }
    return item;
  }
  NewItem Image(const std::string& folder, const std::string& path) const {
    return Item(folder, "image", path, "image/jpeg", 1920, 1080);
  }
  NewItem Video(const std::string& folder, const std::string& path) const {
    NewItem item = Item(folder, "video", path, "video/mp4", 1280, 720);
    item.fps = 25;
    item.duration = 12;
    item.frame_count = 300;
    return item;
  }

  // A dataset of new items. Without a folder they lie in the dataset's own.
  Data Dataset(const std::string& title, const std::string& description,
               const std::optional<std::string>& folder,
               const std::function<std::vector<NewItem>(const std::string& folder)>& items) {
    NamedUuids uuids("demo/datasets/" + title);
    Pass();
    CreatedDataset dataset = CreateDataset(context_, owner_,
                                           {.title = title,
                                            .description = description,
                                            .create_backing_folder = !folder.has_value(),
                                            .storage_location = 1});
    std::vector<std::string> item_uuids;
    for (const NewItem& item : items(folder.has_value() ? *folder : *dataset.backing_folder_uuid)) {
      NamedUuids item_uuid("demo/items/" + title + "/" + item.name);
      item_uuids.push_back(CreateItem(context_, owner_, item));
    }
    Pass();
    NamedUuids data("demo/data/" + title);
    return {dataset.uuid, AddDataRows(context_, dataset.uuid, item_uuids)};
  }

  void Storage() {
    std::string road = Folder("Road data", std::nullopt, "Recordings of the test fleet");
    std::string year = Folder("2026", road);
    std::string january = Folder("January", year);
    roads_ = Dataset("Road scenes 2026", "Front camera, Berlin", january, [&](const auto& folder) {
      std::vector<NewItem> items;
      for (int i = 1; i <= 10; ++i) {
        items.push_back(Image(folder, "road/crossing-" + std::string(i < 10 ? "00" : "0") +
                                          std::to_string(i) + ".jpg"));
      }
      NewItem ring = Item(folder, "imageGroup", "road/camera-ring-001", "image/jpeg", 1920, 1080);
      ring.url.reset();
      ring.frame_count = 3;
      for (const char* side : {"left", "front", "right"}) {
        ring.children.push_back(
            Image(folder, "road/camera-ring-001/" + std::string(side) + ".jpg"));
      }
      items.push_back(std::move(ring));
      return items;
    });
    clips_ =
        Dataset("Dash cam clips", "Twelve seconds each", std::nullopt, [&](const auto& folder) {
          return std::vector<NewItem>{Video(folder, "clips/drive-001.mp4"),
                                      Video(folder, "clips/drive-002.mp4"),
                                      Video(folder, "clips/drive-003.mp4")};
        });
    std::string retail = Folder("Retail data", std::nullopt);
    std::string store = Folder("Store 12", retail);
    shelves_ = Dataset("Retail shelves", "Store 12, all aisles", store, [&](const auto& folder) {
      std::vector<NewItem> items;
      for (int i = 1; i <= 8; ++i) {
        items.push_back(Image(folder, "retail/aisle-" + std::to_string(i) + ".jpg"));
      }
      return items;
    });
    scans_ = Dataset("Abdominal scans", "Anonymised", std::nullopt, [&](const auto& folder) {
      std::vector<NewItem> items;
      for (const char* name : {"study-a", "study-b"}) {
        NewItem series = Item(folder, "dicomSeries", "scans/" + std::string(name),
                              "application/dicom", 512, 512);
        series.url.reset();
        series.frame_count = 8;
        for (int i = 0; i < 8; ++i) {
          series.children.push_back(Item(
              folder, "dicomFile", "scans/" + std::string(name) + "/" + std::to_string(i) + ".dcm",
              "application/dicom", 512, 512));
        }
        items.push_back(std::move(series));
      }
      items.push_back(
          Item(folder, "nifti", "scans/brain.nii", "application/octet-stream", 181, 217));
      return items;
    });
    // Not in any dataset.
    NamedUuids loose("demo/items/loose");
    CreateItem(context_, owner_,
               Item(store, "pdf", "retail/planogram.pdf", "application/pdf", 0, 0));
    CreateItem(context_, owner_, Item(store, "plainText", "retail/notes.txt", "text/plain", 0, 0));
    CreateItem(context_, owner_, Image(january, "road/blurred-099.jpg"));
  }

  std::string Ontology(const std::string& title, const std::string& description,
                       const char* structure) {
    NamedUuids uuids("demo/ontologies/" + title);
    Pass();
    return CreateOntology(context_, owner_, title, description,
                          Check(CheckStructure(ParseKeptJson(structure))));
  }

  void Ontologies() {
    road_ontology_ = Ontology("Road users and surfaces", "Every shape", kRoadOntology);
    retail_ontology_ = Ontology("Products on shelves", "", kRetailOntology);
    medical_ontology_ = Ontology("Abdominal findings", "Organs and lesions", kMedicalOntology);
  }

  std::string Project(const std::string& title, const std::string& description,
                      const std::vector<std::string>& datasets, const std::string& ontology,
                      const char* workflow) {
    NamedUuids uuids("demo/projects/" + title);
    Pass(absl::Hours(1));
    std::string uuid = CreateProject(context_, owner_,
                                     {.title = title,
                                      .description = description,
                                      .dataset_uuids = datasets,
                                      .ontology_uuid = ontology,
                                      .workflow = FindWorkflowTemplate(workflow),
                                      .source_projects = {}});
    AddMember(context_.store, Resource::kProject, uuid, kAnna, kAnnotator);
    AddMember(context_.store, Resource::kProject, uuid, kLin, kAnnotatorReviewer);
    AddMember(context_.store, Resource::kProject, uuid, kRavi, kReviewer);
    AddMember(context_.store, Resource::kProject, uuid, kTess, kTeamManager);
    AddGroup(context_.store, Resource::kProject, uuid, annotators_, kAnnotator);
    Check(SetProjectStatus(context_, uuid, "inProgress"));
    return uuid;
  }

  // Saves labels in the name of `author`, as if from the editor.
  void Label(const std::string& project, const std::string& ontology, const std::string& data_hash,
             const char* author, const std::function<void(LabelMaker&)>& draw,
             const std::string& branch = "main") {
    Pass();
    std::string seed = "demo/labels/" + project + "/" + data_hash + "/" + branch;
    NamedUuids uuids(seed);
    std::string label_hash = Check(InitialiseLabelRow(context_, project, data_hash, branch));
    Pass();
    LabelMaker labels(
        StructureOf(context_.store, ontology), seed, author,
        absl::FormatTime("%a, %d %b %Y %H:%M:%S UTC", clock_.Now(), absl::UTCTimeZone()));
    draw(labels);
    Check(
        WriteLabelRow(context_, {author, owner_.organisation}, project, label_hash, labels.Row()));
  }

  // Does an action to the task of a data unit, where it is.
  void Act(const std::string& project, const std::string& data_hash, const char* actor,
           TaskAction action) {
    Pass();
    Task task = Check(RequireTaskOf(context_.store, project, data_hash));
    if (action.task_uuid.empty()) action.task_uuid = task.uuid;
    Stage stage = Check(RequireStage(context_.store, project, task.stage_uuid));
    Check(ActOnTask(context_, {actor, owner_.organisation}, stage, action));
  }
  void Assign(const std::string& project, const std::string& data_hash, const char* email) {
    Act(project, data_hash, owner_.email.c_str(), {.action = "ASSIGN", .assignee = email});
  }
  void Submit(const std::string& project, const std::string& data_hash, const char* email) {
    Act(project, data_hash, email, {.action = "SUBMIT"});
  }

  void RoadProject() {
    std::string project =
        Project("Road scenes 2026", "Cars, pedestrians and lanes in Berlin",
                {roads_.dataset_uuid, clips_.dataset_uuid}, road_ontology_, "annotate-review");
    const std::vector<std::string>& images = roads_.hashes;
    auto label = [&](const std::string& data_hash, const std::function<void(LabelMaker&)>& draw) {
      Label(project, road_ontology_, data_hash, kAnna, draw);
    };
    // The first is finished and has everything; the next two are finished as well.
    label(images[0], [&](LabelMaker& labels) { LabelCrossing(labels, images[0]); });
    for (int i = 1; i < 7; ++i) {
      label(images[i], [&](LabelMaker& labels) { LabelStreet(labels, images[i], i); });
    }
    for (int i = 0; i < 6; ++i) Submit(project, images[i], kAnna);
    for (int i = 0; i < 3; ++i) Act(project, images[i], kRavi, {.action = "APPROVE"});
    Act(project, images[3], kRavi, {.action = "REJECT", .assignee = kAnna});
    Assign(project, images[4], kRavi);
    Assign(project, images[7], kLin);
    // The group of three cameras is in review, its units being the images.
    std::vector<std::string> cameras;
    for (const Row& camera : context_.store.Query(
             "SELECT child_uuid FROM item_children JOIN data_rows"
             " ON data_rows.item_uuid = item_children.item_uuid WHERE data_hash = ?"
             " ORDER BY item_children.position",
             {images[10]})) {
      cameras.push_back(camera.Text("child_uuid"));
    }
    label(images[10], [&](LabelMaker& labels) { LabelCameraRing(labels, cameras); });
    Submit(project, images[10], kAnna);
    // One clip finished, one being annotated, one untouched.
    label(clips_.hashes[0], [&](LabelMaker& labels) { LabelDrive(labels, clips_.hashes[0]); });
    Submit(project, clips_.hashes[0], kAnna);
    Act(project, clips_.hashes[0], kRavi, {.action = "APPROVE"});
    label(clips_.hashes[1], [&](LabelMaker& labels) { LabelDrive(labels, clips_.hashes[1]); });
    Assign(project, clips_.hashes[1], kAnna);
    Check(SetPriority(context_, project, images[8], 0.9));
  }

  void RetailProject() {
    std::string project = Project("Retail shelves", "What is on the shelves of store 12",
                                  {shelves_.dataset_uuid}, retail_ontology_, "annotate-review");
    const std::vector<std::string>& images = shelves_.hashes;
    for (int i = 0; i < 5; ++i) {
      Label(project, retail_ontology_, images[i], kLin,
            [&](LabelMaker& labels) { LabelShelf(labels, images[i], i); });
      if (i < 4) Submit(project, images[i], kLin);
      if (i < 2) Act(project, images[i], kRavi, {.action = "APPROVE"});
    }
    Act(project, images[2], kRavi, {.action = "REJECT"});
  }

  void PreLabelledProject() {
    std::string project =
        Project("Retail shelves, pre-labelled", "An agent labels first, people correct",
                {shelves_.dataset_uuid}, retail_ontology_, "agent");
    const std::vector<std::string>& images = shelves_.hashes;
    const char* agent = owner_.email.c_str();
    for (int i = 0; i < 4; ++i) {
      Label(project, retail_ontology_, images[i], agent,
            [&](LabelMaker& labels) { LabelShelf(labels, images[i], i + 1); });
      Act(project, images[i], agent,
          {.action = "PATHWAY_ACTION", .pathway_name = i < 2 ? "review" : "annotate"});
    }
    Act(project, images[0], kRavi, {.action = "APPROVE"});
    Act(project, images[7], agent, {.action = "PATHWAY_ACTION", .pathway_name = "archive"});
  }

  void ConsensusProject() {
    std::string project = Project("Lesion consensus", "Three opinions on each scan",
                                  {scans_.dataset_uuid}, medical_ontology_, "consensus");
    constexpr const char* kOpinions[] = {kAnna, kLin, kTess};
    // All three have labelled the first scan, one the second, none the third.
    for (int scan = 0; scan < 2; ++scan) {
      const std::string& data_hash = scans_.hashes[scan];
      Task whole = Check(RequireTaskOf(context_.store, project, data_hash));
      std::vector<Row> subtasks = context_.store.Query(
          "SELECT uuid, branch_name FROM tasks WHERE consensus_task_uuid = ? ORDER BY position",
          {whole.uuid});
      size_t opinions = scan == 0 ? subtasks.size() : 1;
      for (size_t i = 0; i < opinions && status_.ok(); ++i) {
        Act(project, data_hash, owner_.email.c_str(),
            {.task_uuid = subtasks[i].Text("uuid"), .action = "ASSIGN", .assignee = kOpinions[i]});
        Label(
            project, medical_ontology_, data_hash, kOpinions[i],
            [&](LabelMaker& labels) {
              LabelScan(labels, data_hash, static_cast<int>(i), 512, 512);
            },
            subtasks[i].Text("branch_name"));
        Act(project, data_hash, kOpinions[i],
            {.task_uuid = subtasks[i].Text("uuid"), .action = "SUBMIT"});
      }
    }
    Check(SetProjectStatus(context_, project, "inReview"));
  }

  ManualClock clock_;
  Context context_;
  User owner_;
  absl::Status status_;
  std::string annotators_;
  std::string integration_;
  Data roads_;
  Data clips_;
  Data shelves_;
  Data scans_;
  std::string road_ontology_;
  std::string retail_ontology_;
  std::string medical_ontology_;
};

}  // namespace

absl::Status SeedDemo(Context& context, const std::string& owner_email) {
  if (context.store.QueryOne("SELECT 1 FROM projects")) return absl::OkStatus();
  Transaction transaction(context.store);
  absl::Status status = Seeder(context, owner_email).Run();
  status.Update(context.store.TakeError());
  if (status.ok()) transaction.Commit();
  return status;
}

}  // namespace sandbox
