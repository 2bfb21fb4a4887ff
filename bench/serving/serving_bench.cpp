// Serving measured end to end over loopback: a server with its hub and a synthetic market on one
// core, native clients in another process on the other.
//
//     serving_bench [--seconds S] [FILTER]
//
// FILTER is a regular expression on the names: fan_out, latency, latency_conflated, idle, http.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <regex>
#include <string>
#include <string_view>

#include "bench/serving/benches.hpp"
#include "bench/serving/processes.hpp"

namespace tickweir::bench {
namespace {

struct Named {
    const char* name;
    void (*run)(double seconds);
};
constexpr Named all[]{{"fan_out", fan_out_bench},
                      {"latency", latency_bench},
                      {"latency_conflated", latency_conflated_bench},
                      {"idle", idle_bench},
                      {"http", http_bench}};

int run(const std::string& filter, double seconds) {
    const std::regex wanted{filter};
    bool good = true;
    for (const Named& bench : all) {
        if (std::regex_search(bench.name, wanted)) good &= run_apart([&] { bench.run(seconds); });
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    std::string filter = ".";
    double seconds = 3;
    for (int i = 1; i < count; ++i) {
        const std::string_view value{values[i]};
        constexpr std::string_view option = "--benchmark_filter=";
        if (value == "--seconds" && i + 1 < count) {
            seconds = std::atof(values[++i]);
        } else {
            filter = value.starts_with(option) ? value.substr(option.size()) : value;
        }
    }
    try {
        return tickweir::bench::run(filter, seconds);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "serving_bench: %s\n", error.what());
        return 1;
    }
}
