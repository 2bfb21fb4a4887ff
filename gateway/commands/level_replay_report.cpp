#include "gateway/commands/level_replay_report.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

std::string rate_text(const ReplayOptions& options, const LevelReplayOutcome& outcome,
                      const char* unit) {
    std::array<char, 128> text{};
    const double megabytes = static_cast<double>(outcome.bytes) / 1e6;
    std::snprintf(text.data(), text.size(), "%.0f %s/s, %.0f MB/s, %.6f s%s",
                  outcome.messages_per_second(), unit,
                  outcome.seconds > 0 ? megabytes / outcome.seconds : 0.0, outcome.seconds,
                  options.include_io ? " with reading" : " for decoding and building the books");
    return text.data();
}

}  // namespace

void put_level_head(JsonWriter& json, const ReplayOptions& options,
                    const LevelReplayOutcome& outcome, std::optional<std::string_view> venue) {
    put_captures(json, options.captures);
    json.line_break();
    json.key("venue");
    if (venue)
        json.string(*venue);
    else
        json.null();
    put(json, "messages", outcome.messages);
    put(json, "bytes", outcome.bytes);
    json.key("seconds");
    json.seconds(outcome.seconds);
    put(json, "messages_per_second", std::llround(outcome.messages_per_second()));
    put(json, "threads", 1);
    json.key("include_io");
    json.boolean(options.include_io);
}

void print_level_head(std::ostream& out, const ReplayOptions& options,
                      const LevelReplayOutcome& outcome, const char* unit) {
    for (std::size_t i = 0; i < options.captures.size(); ++i)
        print_label(out, i == 0 ? "captures" : "", options.captures[i].string());
    print_label(out, "rate", rate_text(options, outcome, unit));
}

void print_level_stop(std::ostream& out, const ReplayOptions& options, const ReplayEnd& end) {
    if (end.reason.empty()) return;
    print_label(out, "stopped",
                options.captures[end.place.capture].string() + ", byte " +
                    std::to_string(end.place.offset) + ':');
    print_label(out, "", end.reason);
}

}  // namespace tickweir::gateway
