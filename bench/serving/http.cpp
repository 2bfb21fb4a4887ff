#include <cstdio>

#include "bench/load/http_load.hpp"
#include "bench/serving/benches.hpp"
#include "bench/serving/world.hpp"

namespace tickweir::bench {

void http_bench(double seconds) {
    std::printf("http: quote and book in turn at 1,000 requests/s over 16 connections\n");
    World world{500};
    HttpLoad load;
    load.port = world.port;
    load.seconds = seconds;
    for (std::size_t i = 0; i < 100; ++i) {
        load.targets.push_back("/v1/quotes/" + SyntheticMarket::symbol(i));
        load.targets.push_back("/v1/books/" + SyntheticMarket::symbol(i));
    }
    Child child{[&] {
        const HttpLoadResult result = run_http_load(load);
        Latencies latencies;
        for (const std::int64_t ns : result.latencies_ns)
            latencies.record(ns);
        latencies.end_slice();
        latencies.print("request due to answer read");
        std::printf("  not answered with 200: %llu\n",
                    static_cast<unsigned long long>(result.failed));
    }};
    while (!child.ended())
        world.wait_and_turn();
    child.wait();
}

}  // namespace tickweir::bench
