#include <array>
#include <cstdio>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_json_capture.hpp"

namespace tickweir::gateway {
namespace {

std::string rate_text(const ReplayOptions& options, const JsonReplayResult& result) {
    std::array<char, 128> text{};
    const double megabytes = static_cast<double>(result.bytes) / 1e6;
    std::snprintf(text.data(), text.size(), "%.0f frames/s, %.0f MB/s, %.6f s%s",
                  result.messages_per_second(),
                  result.seconds > 0 ? megabytes / result.seconds : 0.0, result.seconds,
                  options.include_io ? " with reading" : " for decoding and building the books");
    return text.data();
}

void print_lines(std::ostream& out, const JsonReplayBooks& venue) {
    const JsonReplayLines& lines = venue.lines();
    const JsonCounts& counts = venue.books().counts();
    print_label(out, "venue", venue.venue());
    print_label(out, "lines",
                std::to_string(lines.frames) + " frames, " + std::to_string(lines.answers) +
                    " HTTP answers, " + std::to_string(lines.sends) + " sent");
    std::string refused;
    for (std::size_t i = 1; i < frame_status_kinds; ++i) {
        if (counts.by_status[i] == 0) continue;
        if (!refused.empty()) refused += "  ";
        refused += to_string(static_cast<codecs::json::FrameStatus>(i));
        refused += ' ' + std::to_string(counts.by_status[i]);
    }
    print_label(out, "refused", refused.empty() ? "none" : refused);
}

void print_summary(std::ostream& out, const ReplayOptions& options, const JsonReplayResult& result,
                   const std::vector<LevelReportRow>& rows) {
    for (std::size_t i = 0; i < options.captures.size(); ++i)
        print_label(out, i == 0 ? "captures" : "", options.captures[i].string());
    print_label(out, "rate", rate_text(options, result));
    for (const auto& venue : result.venues)
        print_lines(out, *venue);
    if (!result.end.reason.empty()) {
        print_label(out, "stopped",
                    options.captures[result.end.place.capture].string() + ", byte " +
                        std::to_string(result.end.place.offset) + ':');
        print_label(out, "", result.end.reason);
    }
    print_level_times(out, rows);
}

}  // namespace

void print_json_replay_table(const ReplayOptions& options, const JsonReplayResult& result,
                             std::ostream& out) {
    std::vector<LevelReportRow> rows = named_levels(options, result.venues);
    print_summary(out, options, result, rows);
    print_level_tables(options, std::move(rows), out);
}

}  // namespace tickweir::gateway
