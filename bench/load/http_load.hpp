// HTTP requests at fixed times, whatever the answers do: a server that falls behind is seen in the
// latencies, which count from the time a request was due (open loop).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tickweir::bench {

struct HttpLoad {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t connections = 16;      ///< kept alive; a request takes the next one in turn
    std::vector<std::string> targets;  ///< in turn
    unsigned per_second = 1'000;
    double seconds = 5;
};

struct HttpLoadResult {
    std::vector<std::int64_t> latencies_ns;  ///< sorted
    std::uint64_t failed = 0;                ///< other statuses than 200
};

/// Runs it in the calling thread; throws std::runtime_error where a connection breaks.
HttpLoadResult run_http_load(const HttpLoad& load);

}  // namespace tickweir::bench
