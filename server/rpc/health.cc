#include "server/rpc/health.h"

#include <optional>
#include <utility>

#include "server/rpc/status.h"

namespace gateway::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// One stream. Its own state is guarded by the mutex of Health, and no reaction of gRPC runs inside
// the calls made with it held: Finish and StartWrite only start operations.
class Health::Watcher final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(Health& health, std::string service) : health_(health), service_(std::move(service)) {
    const std::lock_guard lock(health_.mutex_);
    health_.watchers_.insert(this);
    Update();
  }

  // Writes the service's status if it differs from the one written last and no write is under way;
  // otherwise ends the stream if it is to end. With the mutex held.
  void Update() {
    if (writing_ || finished_) return;
    const Status status = health_.StatusOf(service_);
    if (!cancelled_ && status != last_) {
      last_ = status;
      response_.set_status(status);
      writing_ = true;
      StartWrite(&response_);
    } else if (cancelled_ || health_.draining_) {
      finished_ = true;
      Finish(cancelled_ ? grpc::Status::CANCELLED : ToGrpcStatus(DrainingError(), ""));
    }
  }

 private:
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(health_.mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    Update();
  }

  void OnCancel() override {
    const std::lock_guard lock(health_.mutex_);
    cancelled_ = true;
    Update();
  }

  void OnDone() override {
    {
      const std::lock_guard lock(health_.mutex_);
      health_.watchers_.erase(this);
    }
    delete this;
  }

  Health& health_;
  const std::string service_;
  HealthCheckResponse response_;
  std::optional<Status> last_;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

Health::Health(const std::string& service)
    : service_(service),
      statuses_{{"", HealthCheckResponse::SERVING}, {service, HealthCheckResponse::NOT_SERVING}} {}

void Health::SetServing(bool serving) {
  const std::lock_guard lock(mutex_);
  if (draining_) return;
  statuses_[service_] = serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
  for (Watcher* watcher : watchers_) watcher->Update();
}

void Health::Drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  for (auto& [service, status] : statuses_) status = HealthCheckResponse::NOT_SERVING;
  for (Watcher* watcher : watchers_) watcher->Update();
}

Health::Status Health::StatusOf(const std::string& service) const {
  const auto found = statuses_.find(service);
  return found == statuses_.end() ? HealthCheckResponse::SERVICE_UNKNOWN : found->second;
}

grpc::ServerUnaryReactor* Health::Check(grpc::CallbackServerContext* context,
                                        const HealthCheckRequest* request,
                                        HealthCheckResponse* response) {
  Status status;
  {
    const std::lock_guard lock(mutex_);
    status = StatusOf(request->service());
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
    reactor->Finish(ToGrpcStatus(absl::NotFoundError("unknown service"), ""));
  } else {
    response->set_status(status);
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* Health::Watch(grpc::CallbackServerContext*,
                                                             const HealthCheckRequest* request) {
  return new Watcher(*this, request->service());
}

}  // namespace gateway::rpc
