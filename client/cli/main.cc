// The command line of Encord Gateway: makes the calls that it is asked for.

#include <google/protobuf/descriptor.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/answers.h"
#include "client/cli/contract.h"
#include "client/cli/exit_code.h"
#include "client/cli/help.h"
#include "client/cli/invocation.h"
#include "client/cpp/encord_client.h"

namespace encord::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

// Ends all calls when the user interrupts.
Cancellation& Interruption() {
  static auto* const cancellation = new Cancellation;
  return *cancellation;
}

std::atomic<bool> interrupted = false;

int Fail(const absl::Status& status) {
  PrintError(status);
  if (status.code() == absl::StatusCode::kCancelled && interrupted) return kInterrupted;
  return ExitCodeOf(status.code());
}

int FailUsage(const absl::Status& status) {
  std::cerr << "encord: " << std::string(status.message()) << "\nTry `encord --help`.\n";
  return kUsage;
}

// A bar on the terminal's last line, if stderr is a terminal.
class ProgressBar {
 public:
  ProgressBar() = default;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() {
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
  }

  void Show(std::int64_t done, std::int64_t total) {
    if (!terminal_) return;
    constexpr std::int64_t kCells = 40;
    const auto full = static_cast<std::size_t>(total > 0 ? kCells * done / total : 0);
    std::cerr << "\r[" << std::string(full, '#') << std::string(kCells - full, '.') << "] " << done
              << " of " << total << "\033[K" << std::flush;
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
};

CallOptions Options(const Invocation& invocation) {
  CallOptions options;
  if (invocation.timeout.has_value()) options.timeout = *invocation.timeout;
  options.cancellation = &Interruption();
  return options;
}

int Export(const Client& client, const Invocation& invocation) {
  absl::StatusOr<v1::CocoExportSummary> summary;
  {
    ProgressBar bar;
    summary = client.ExportCocoToFile(
        static_cast<const v1::StreamLabelsCocoJsonRequest&>(*invocation.request), invocation.output,
        [&bar](int done, int total) {
          bar.Show(done, total);
          return absl::OkStatus();
        },
        Options(invocation));
  }
  if (!summary.ok()) return Fail(summary.status());
  PrintAnswer(invocation, *summary);
  return kOk;
}

int Upload(const Client& client, const Invocation& invocation) {
  const auto started = client.UploadDataToDataset(
      static_cast<const v1::UploadDataToDatasetRequest&>(*invocation.request), Options(invocation));
  if (!started.ok()) return Fail(started.status());
  if (started->status() != "pending" || !invocation.wait) {
    PrintAnswer(invocation, *started);
    return kOk;
  }
  v1::GetUploadStatusRequest request;
  request.set_dataset_hash(started->dataset_hash());
  request.set_upload_job_uuid(started->upload_job_uuid());
  // Without the user's timeout, which bounded the start of the upload.
  CallOptions options;
  options.cancellation = &Interruption();
  absl::StatusOr<v1::GetUploadStatusResponse> state;
  {
    ProgressBar bar;
    do {
      state = client.GetUploadStatus(request, options);
      if (!state.ok()) break;
      const std::int64_t done = std::int64_t{state->units_done_count()} +
                                state->units_error_count() + state->units_cancelled_count();
      bar.Show(done, done + state->units_pending_count());
      request.set_wait_seconds(2);
    } while (state->status() == "pending");
  }
  if (!state.ok()) {
    std::cerr << "The upload goes on: encord uploads status " << started->dataset_hash() << " "
              << started->upload_job_uuid() << "\n";
    return Fail(state.status());
  }
  PrintAnswer(invocation, *state);
  return state->status() == "success" || state->status() == "partial" ? kOk : kOther;
}

// A call with one answer; of a list all pages, unless the user asks for one.
int Call(const Client& client, const Invocation& invocation) {
  const MethodDescriptor* method = Method(*invocation.command);
  const std::unique_ptr<Message> answer = NewMessage(method->output_type());
  const FieldDescriptor* next = method->output_type()->FindFieldByName("next_page_token");
  Message* request = invocation.request.get();
  const Reflection* reflection = request->GetReflection();
  bool all_pages = false;
  if (next != nullptr) {
    const FieldDescriptor* size = method->input_type()->FindFieldByName("page_size");
    const FieldDescriptor* token = method->input_type()->FindFieldByName("page_token");
    all_pages =
        !reflection->HasField(*request, size) && reflection->GetString(*request, token).empty();
    if (all_pages) reflection->SetInt32(request, size, 1000);
  }
  while (true) {
    const std::unique_ptr<Message> page = NewMessage(method->output_type());
    if (absl::Status status =
            client.Call(method->name(), *request, page.get(), Options(invocation));
        !status.ok()) {
      return Fail(status);
    }
    answer->MergeFrom(*page);
    if (!all_pages) break;
    const std::string token = page->GetReflection()->GetString(*page, next);
    answer->GetReflection()->ClearField(answer.get(), next);
    if (token.empty()) break;
    reflection->SetString(request, method->input_type()->FindFieldByName("page_token"), token);
  }
  PrintAnswer(invocation, *answer);
  return kOk;
}

int Run(const std::vector<std::string>& arguments) {
  Invocation invocation;
  if (absl::Status status = Parse(arguments, &invocation); !status.ok()) return FailUsage(status);
  if (invocation.help || arguments.empty()) {
    if (invocation.command != nullptr) {
      PrintCommandHelp(&invocation);
    } else {
      const bool of_noun = !invocation.names.empty() && invocation.names[0] != "completion";
      PrintOverview(of_noun ? invocation.names[0] : "", &invocation);
    }
    return kOk;
  }
  if (!invocation.names.empty() && invocation.names[0] == "completion") {
    return PrintCompletion(invocation.names.size() > 1 ? invocation.names[1] : "", &invocation);
  }
  if (invocation.command == nullptr) {
    return FailUsage(UsageError(invocation.names.empty()
                                    ? "which command?"
                                    : absl::StrCat(invocation.names[0], ": which verb?")));
  }
  if (absl::Status status = UsePositional(&invocation); !status.ok()) return FailUsage(status);
  const absl::StatusOr<Client> client = Connect(invocation.connect);
  if (!client.ok()) {
    // The names of options are those of flags here.
    std::string problem(client.status().message());
    for (const auto& [option, flag] : std::map<std::string, std::string>{
             {"address:", "--gateway:"}, {"token:", "--token-file:"}, {"ca_file:", "--ca-file:"}}) {
      if (absl::StartsWith(problem, option)) problem.replace(0, option.size(), flag);
    }
    return FailUsage(UsageError(problem));
  }
  const std::string rpc = invocation.command->rpc;
  const int code = rpc == "StreamLabelsCocoJson"  ? Export(*client, invocation)
                   : rpc == "UploadDataToDataset" ? Upload(*client, invocation)
                                                  : Call(*client, invocation);
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "encord: cannot write to stdout\n";
  return kOther;
}

// Cancels on the first signal, so that no unfinished file stays; ends at once on the second.
void HandleInterrupts() {
  static sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([] {
    int signal = 0;
    sigwait(&signals, &signal);
    interrupted = true;
    Interruption().Cancel();
    sigwait(&signals, &signal);
    _exit(kInterrupted);
  }).detach();
}

}  // namespace

}  // namespace encord::cli

int main(int argc, char** argv) {
  encord::cli::HandleInterrupts();
  return encord::cli::Run({argv + 1, argv + argc});
}
