#ifndef TOOLS_SANDBOX_CONTROL_H_
#define TOOLS_SANDBOX_CONTROL_H_

#include "tools/sandbox/faults.h"
#include "tools/sandbox/http_message.h"
#include "tools/sandbox/request_log.h"

namespace sandbox {

// The paths below /_sandbox/, outside of Encord's: what was received, and what
// shall go wrong (README.md). Used by one thread only. Nobody has to sign here.
class Control {
 public:
  // Whether a request is for the control endpoint.
  static bool IsFor(const HttpRequest& request);
  // Whether it sets up the workspace and so needs SetUpWorkspace (workspace.h).
  static bool IsSetUp(const HttpRequest& request);

  // Answers /_sandbox/health, /_sandbox/requests and /_sandbox/faults.
  HttpAnswer Handle(const HttpRequest& request);

  Faults& faults() { return faults_; }
  RequestLog& log() { return log_; }

 private:
  Faults faults_;
  RequestLog log_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_CONTROL_H_
