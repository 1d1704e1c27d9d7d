// What authentication costs per request, with and without a signature at hand.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/encord/auth_vectors.h"
#include "server/encord/signing.h"

namespace gateway::encord {
namespace {

Credential TheKey() {
  auto key = PrivateKey::Parse(AuthVectorKey("openssh_private_key"), "");
  return Credential::FromKey(std::make_shared<const PrivateKey>(*std::move(key)));
}

void Finish(Signer& signer, Signature signature, std::vector<http::Header>& headers) {
  if (signature.missing()) signature.Compute();
  signer.Finish(std::move(signature), headers);
}

void BM_V1Equal(benchmark::State& state) {
  const Credential key = TheKey();
  Signer signer;
  const std::string body(state.range(0), 'x');
  for (auto _ : state) {
    std::vector<http::Header> headers;
    Finish(signer, signer.StartV1(key, body), headers);
    benchmark::DoNotOptimize(headers);
  }
}
BENCHMARK(BM_V1Equal)->Arg(200)->Arg(100'000);

void BM_V1Different(benchmark::State& state) {
  const Credential key = TheKey();
  Signer signer;
  std::int64_t i = 0;
  for (auto _ : state) {
    std::vector<http::Header> headers;
    Finish(signer, signer.StartV1(key, absl::StrCat(++i)), headers);
    benchmark::DoNotOptimize(headers);
  }
}
BENCHMARK(BM_V1Different);

constexpr std::string_view kTarget = "/v2/public/projects/66666666-7777-4888-9999-aaaaaaaaaaaa";

void BM_V2Equal(benchmark::State& state) {
  const Credential key = TheKey();
  Signer signer;
  const std::string body(state.range(0), 'x');
  for (auto _ : state) {
    std::vector<http::Header> headers;
    Finish(signer, signer.StartV2(key, "GET", kTarget, body), headers);
    benchmark::DoNotOptimize(headers);
  }
}
BENCHMARK(BM_V2Equal)->Arg(0)->Arg(200);

void BM_V2Different(benchmark::State& state) {
  const Credential key = TheKey();
  Signer signer;
  std::int64_t i = 0;
  for (auto _ : state) {
    std::vector<http::Header> headers;
    Finish(signer, signer.StartV2(key, "GET", absl::StrCat("/v2/public/projects/", ++i), ""),
           headers);
    benchmark::DoNotOptimize(headers);
  }
}
BENCHMARK(BM_V2Different);

}  // namespace
}  // namespace gateway::encord
