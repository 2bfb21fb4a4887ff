// The commands that run the gateway and ask it: serve, query.
#include <array>
#include <chrono>
#include <utility>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"
#include "gateway/commands/session_time.hpp"

namespace tickweir::gateway {

// ------------------------------------------------------------------------------------------- serve

void add_serve(CLI::App& app, ServeOptions& options) {
    Options add{app, "serve",
                "Runs the gateway: feeds in, books and trades out over WebSocket and\n"
                "HTTP, with a page to look at. SIGTERM or Ctrl-C stops it, SIGHUP reads\n"
                "the configuration again."};
    add.text("--config", "FILE", options.config, "TOML file (default: every key has its default)");
    add.all("--set", "KEY=VALUE", options.set,
            "set one key of the configuration, such as http.port=0; may be\n"
            "given again");
    add.flag("--print-config", options.print_config,
             "print the effective configuration, with what each key means, and\nexit");
    add.text("--replay", "CAPTURE", options.replay, "play a capture as a feed called 'replay'");
    add.text("--speed", "N|max", options.speed,
             "of --replay: so many times as fast as recorded (default 1)");
    add.flag("--loop", options.loop,
             "of --replay: again and again, each round a session of its own with\n"
             "times moved to now");
}

std::optional<std::string> settle(const ServeOptions& options) {
    if (options.replay || (!options.loop && options.speed == ServeOptions{}.speed))
        return std::nullopt;
    return "--speed and --loop go with --replay";
}

// ------------------------------------------------------------------------------------------- query

replay::Result<std::chrono::milliseconds> parse_timeout(const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration) return duration.error();
    const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
    if (timeout.count() < 1) return "'" + text + "' is less than 1ms";
    return timeout;
}

void add_query(CLI::App& app, QueryOptions& options) {
    using Subject = QueryOptions::Subject;
    constexpr std::array subjects{std::pair{std::string_view{"quote"}, Subject::quote},
                                  std::pair{std::string_view{"book"}, Subject::book},
                                  std::pair{std::string_view{"trades"}, Subject::trades},
                                  std::pair{std::string_view{"instruments"}, Subject::instruments},
                                  std::pair{std::string_view{"status"}, Subject::status}};
    Options add{app, "query",
                "Asks a running gateway: quote, book or trades of instruments, the\n"
                "instruments there are, or its status."};
    add.value("SUBJECT", "", options.subject, as_word(subjects),
              "quote, book, trades, instruments or status")
        .required();
    add.all("INSTRUMENT", "...", options.instruments, "symbols, or venue:symbol");
    add.text("--url", "URL", options.url, "of the gateway (default http://127.0.0.1:8080)");
    add.value("--depth", "N", options.depth, as_count<unsigned>(1, QueryOptions::depth_max),
              "levels a side of a book, 1 to 1000 (default 10)");
    add.value("--limit", "N", options.limit, as_count<unsigned>(1, QueryOptions::limit_max),
              "trades, 1 to 1000 (default 100)");
    add.text("--key", "KEY", options.key, "of the gateway, where it wants one");
    add.value("--timeout", "DURATION", options.timeout, parse_timeout,
              "for a whole answer, such as 500ms (default 10s)");
    add.flag("--json", options.json, "print the answers as they come, one a line");
}

std::optional<std::string> settle(const QueryOptions& options) {
    using Subject = QueryOptions::Subject;
    const bool of_instruments =
        options.subject != Subject::status && options.subject != Subject::instruments;
    if (of_instruments && options.instruments.empty()) return "which INSTRUMENT?";
    if (!of_instruments && !options.instruments.empty())
        return "'" + options.instruments.front() + "' is unexpected: this is about no INSTRUMENT";
    return std::nullopt;
}

}  // namespace tickweir::gateway
