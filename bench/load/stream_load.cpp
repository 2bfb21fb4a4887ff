// Opens WebSocket clients against a running gateway and counts what they get, once a second:
//
//     stream_load --port 8080 --clients 1000 --per-client 20 --symbols A,B,C --channel l1
//                 [--address 127.0.0.1] [--seconds 10] [--conflate-ms 0] [--verify]
//
// `--symbols` is `*` by default; with a list, each client takes --per-client of it in turn.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/stream_clients.hpp"

namespace tickweir::bench {
namespace {

using Arguments = std::map<std::string, std::string, std::less<>>;

Arguments parse(int count, char** values) {
    Arguments result{{"address", "127.0.0.1"}, {"port", "8080"},     {"clients", "1"},
                     {"per-client", "20"},     {"symbols", "*"},     {"channel", "l1"},
                     {"seconds", "10"},        {"conflate-ms", "0"}, {"verify", ""}};
    for (int i = 1; i < count; ++i) {
        const std::string_view name{values[i]};
        const auto found = name.starts_with("--") ? result.find(name.substr(2)) : result.end();
        if (found == result.end()) throw std::runtime_error{"unknown: " + std::string{name}};
        if (found->first == "verify") {
            found->second = "yes";
        } else if (++i < count) {
            found->second = values[i];
        } else {
            throw std::runtime_error{"no value: " + std::string{name}};
        }
    }
    return result;
}

unsigned number(const Arguments& arguments, std::string_view name) {
    const std::string& text = arguments.find(name)->second;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error{"not a number: --" + std::string{name} + " " + text};
    }
    return value;
}

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        parts.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
}

void report(const StreamTotals& totals, double seconds, std::uint64_t before) {
    const std::uint64_t frames = totals.frames.load();
    std::printf(
        "ready %llu  frames %llu (%.0f/s)  bytes %llu  broken %llu  conflated %llu  "
        "closed %llu\n",
        static_cast<unsigned long long>(totals.ready.load()),
        static_cast<unsigned long long>(frames), static_cast<double>(frames - before) / seconds,
        static_cast<unsigned long long>(totals.bytes.load()),
        static_cast<unsigned long long>(totals.broken.load()),
        static_cast<unsigned long long>(totals.conflated.load()),
        static_cast<unsigned long long>(totals.closed.load()));
    std::fflush(stdout);
}

int run(const Arguments& arguments) {
    const std::vector<std::string> symbols = split(arguments.at("symbols"));
    const std::size_t per_client =
        std::min<std::size_t>(number(arguments, "per-client"), symbols.size());
    StreamLoad load;
    load.address = arguments.at("address");
    load.port = static_cast<std::uint16_t>(number(arguments, "port"));
    load.clients = number(arguments, "clients");
    load.verify = !arguments.at("verify").empty();
    load.request = [&](std::size_t client) {
        std::vector<std::string> own;
        for (std::size_t i = 0; i < per_client; ++i) {
            own.push_back(symbols[(client * per_client + i) % symbols.size()]);
        }
        return subscribe_request(arguments.at("channel"), own, number(arguments, "conflate-ms"));
    };
    StreamTotals totals;
    StreamClients clients{load, totals};
    for (unsigned second = 0; second < number(arguments, "seconds"); ++second) {
        const std::uint64_t before = totals.frames.load();
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{1};
        while (std::chrono::steady_clock::now() < end)
            clients.poll(20);
        report(totals, 1.0, before);
    }
    return totals.broken.load() == 0 && totals.closed.load() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    try {
        return tickweir::bench::run(tickweir::bench::parse(count, values));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stream_load: %s\n", error.what());
        return 2;
    }
}
