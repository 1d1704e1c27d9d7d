#include "server/actions/label_row_bundles.h"

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "server/coco/json_padding.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

// Leaves a coroutine, and with it those that run beside it.
struct Failed {};

// Decides how many rows a bundle has, by what the rows before them held.
class BundlePlan {
 public:
  explicit BundlePlan(ExportRows& rows) : rows_(rows) {}

  // The next rows; none at the end of the listing.
  LabelRowBundle Next() {
    LabelRowBundle bundle;
    double bytes = 0;
    size_t with_content = 0;
    while (bundle.rows.size() < kMostRows && Look()) {
      if (!next_.label_hash().empty() && ++with_content > most_with_content_) break;
      bytes += Weight(next_) * bytes_per_weight_;
      if (bytes > kTargetBytes && !bundle.rows.empty()) break;
      bundle.rows.push_back(std::move(next_));
      has_next_ = false;
      ++planned_;
    }
    bundle.end = planned_;
    return bundle;
  }

  void Learn(const LabelRowBundle& bundle) {
    double weight = 0;
    for (const pb::LabelRow& row : bundle.rows) weight += Weight(row);
    if (weight == 0) return;
    // Large ones count at once and are forgotten slowly: memory matters more than requests.
    bytes_per_weight_ =
        std::max(static_cast<double>(bundle.bytes) / weight, bytes_per_weight_ * kRemembered);
    most_with_content_ = kMostRows;
  }

 private:
  // Before anything is known about the rows, a few of them may be large already.
  static constexpr size_t kFirstWithContent = 20;
  static constexpr size_t kMostRows = 100;  // Encord's limit where it names one
  static constexpr double kTargetBytes = 1 << 20;
  static constexpr double kRemembered = 0.7;
  // A row has much beside its frames, of which only some are labelled.
  static constexpr double kRowWeight = 16;

  static double Weight(const pb::LabelRow& row) {
    return row.label_hash().empty() ? 0 : kRowWeight + std::max(1, row.number_of_frames());
  }

  // Whether there is a next row, which is then in next_.
  bool Look() {
    if (!has_next_) has_next_ = rows_.Take(next_);
    return has_next_;
  }

  ExportRows& rows_;
  pb::LabelRow next_;
  bool has_next_ = false;
  int planned_ = 0;
  size_t most_with_content_ = kFirstWithContent;
  double bytes_per_weight_ = 512;
};

// Passes bundles from those who fetch to the one who reads. As bundle i is fetched by fetcher i
// modulo their number, and each waits until its bundle is taken, they are taken in order.
class Pipeline {
 public:
  Pipeline(encord::Call& call, const encord::LabelRowContentQuery& query, ExportRows& rows,
           const asio::any_io_executor& executor)
      : call_(call),
        query_(query),
        total_(rows.total()),
        plan_(rows),
        channels_{Channel(executor), Channel(executor), Channel(executor)} {}

  // Fetches the first bundle, before which nobody knows how large the others may be.
  asio::awaitable<void> FetchFirst() { co_await FetchNext(first_); }

  asio::awaitable<void> Fetch(size_t fetcher) {
    LabelRowBundle bundle;
    if (fetcher == 0) {
      bundle = std::move(first_);
    } else {
      co_await FetchNext(bundle);
    }
    while (!bundle.rows.empty()) {
      const boost::system::error_code none;
      co_await channels_[fetcher].async_send(none, std::move(bundle), asio::use_awaitable);
      co_await FetchNext(bundle);
    }
  }

  asio::awaitable<void> Read(
      absl::FunctionRef<asio::awaitable<absl::Status>(const LabelRowBundle&)> each) {
    int done = 0;
    for (size_t i = 0; done < total_; i = (i + 1) % kFetchers) {
      const LabelRowBundle bundle = co_await channels_[i].async_receive(asio::use_awaitable);
      Check(co_await each(bundle));
      done = bundle.end;
    }
  }

  const absl::Status& status() const { return status_; }

 private:
  static constexpr size_t kFetchers = 3;
  using Channel = asio::experimental::channel<void(boost::system::error_code, LabelRowBundle)>;

  // An empty one at the end of the listing.
  asio::awaitable<void> FetchNext(LabelRowBundle& bundle) {
    bundle = plan_.Next();
    if (bundle.rows.empty()) co_return;
    Check(co_await Fill(bundle));
    plan_.Learn(bundle);
  }

  asio::awaitable<absl::Status> Fill(LabelRowBundle& bundle) {
    encord::LabelRowContentQuery query = query_;
    for (const pb::LabelRow& row : bundle.rows) {
      if (!row.label_hash().empty()) query.label_hashes.push_back(row.label_hash());
    }
    if (query.label_hashes.empty()) co_return absl::OkStatus();
    const auto keep = [&bundle](const std::string& label_hash, std::string_view json) {
      std::string& content = bundle.contents[label_hash];
      content.reserve(json.size() + coco::kJsonPadding);
      content.assign(json).append(coco::kJsonPadding, ' ');
      bundle.bytes += content.size();
    };
    co_return co_await encord::GetLabelRowContents(call_, query, keep);
  }

  void Check(absl::Status status) {
    if (status.ok()) return;
    if (status_.ok()) status_ = std::move(status);
    throw Failed();
  }

  encord::Call& call_;
  const encord::LabelRowContentQuery& query_;
  const int total_;
  BundlePlan plan_;
  std::array<Channel, kFetchers> channels_;
  LabelRowBundle first_;
  absl::Status status_;
};

}  // namespace

asio::awaitable<absl::Status> ForEachBundle(
    encord::Call& call, const encord::LabelRowContentQuery& query, ExportRows& rows,
    absl::FunctionRef<asio::awaitable<absl::Status>(const LabelRowBundle&)> each) {
  using asio::experimental::awaitable_operators::operator&&;
  Pipeline pipeline(call, query, rows, co_await asio::this_coro::executor);
  std::exception_ptr exception;
  try {
    co_await pipeline.FetchFirst();
    // The first that fails ends the others, which fetch what nobody will read.
    co_await (pipeline.Fetch(0) && pipeline.Fetch(1) && pipeline.Fetch(2) && pipeline.Read(each));
  } catch (...) {
    exception = std::current_exception();
  }
  if (!pipeline.status().ok()) co_return pipeline.status();
  const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    co_return absl::CancelledError("the call was cancelled");
  }
  if (exception) std::rethrow_exception(exception);
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
