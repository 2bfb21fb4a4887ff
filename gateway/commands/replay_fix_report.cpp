#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>

#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_fix.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

template <class Count>
std::uint64_t sum_of(const FixReplayResult& result, Count&& count) {
    std::uint64_t sum = 0;
    for (const auto& venue : result.venues)
        sum += count(venue->books().counts());
    return sum;
}

/// W and X that were refused.
std::uint64_t refused(const FixReplayResult& result, MdStatus status) {
    return sum_of(result, [status](const FixBooksCounts& counts) {
        return counts.by_status[static_cast<std::size_t>(status)];
    });
}

std::uint64_t refused_all(const FixReplayResult& result) {
    std::uint64_t sum = 0;
    for (std::size_t status = 1; status < md_status_kinds; ++status)
        sum += refused(result, static_cast<MdStatus>(status));
    return sum;
}

void put_counts(JsonWriter& json, std::string_view key, const FixCounts& counts) {
    json.key(key);
    json.begin_object();
    for (const auto& [name, count] : counts.all())
        put(json, name, count);
    json.end_object();
}

/// Frames that were dropped by their fault, then market data messages that were not taken.
void put_rejected(JsonWriter& json, const FixReplayResult& result) {
    json.key("rejected");
    json.begin_object();
    for (const auto& [name, count] : result.damage.all())
        put(json, key_of(name), count);
    for (std::size_t status = 1; status < md_status_kinds; ++status)
        put(json, "md_" + std::string{to_string(static_cast<MdStatus>(status))},
            refused(result, static_cast<MdStatus>(status)));
    put(json, "md_over_limit_senders", result.over_limit);
    json.end_object();
}

void put_tcp(JsonWriter& json, const FixReplayResult& result) {
    json.key("tcp");
    json.begin_object();
    put(json, "connections", result.tcp.connections);
    put(json, "streams", result.tcp.streams);
    put(json, "other_streams", result.other_streams);
    put(json, "segments", result.tcp.segments);
    put(json, "bytes", result.tcp.bytes);
    put(json, "early_segments", result.tcp.early_segments);
    put(json, "repeated_bytes", result.tcp.repeated_bytes);
    put(json, "conflicting_bytes", result.tcp.conflicting_bytes);
    put(json, "holes", result.tcp.holes);
    put(json, "lost_bytes", result.tcp.lost_bytes);
    json.end_object();
}

void put_head(JsonWriter& json, const ReplayOptions& options, const FixReplayResult& result) {
    put_captures(json, options.captures);
    json.line_break();
    json.key("venue");
    if (result.venues.size() == 1)
        json.string(result.venues[0]->venue());
    else
        json.null();
    put(json, "messages", result.messages);
    put(json, "bytes", result.bytes);
    json.key("seconds");
    json.seconds(result.seconds);
    put(json, "messages_per_second", std::llround(result.messages_per_second()));
    put(json, "threads", 1);
    json.key("include_io");
    json.boolean(options.include_io);
    json.line_break();
    put_counts(json, "messages_by_type", result.by_type);
    json.line_break();
    put(json, "frames", 0);
    put(json, "http_answers", 0);
    put(json, "sends", 0);
    put(json, "bad_frames", result.damage.sum());
    put(json, "wrong_body_length", result.wrong_body_lengths);
    put(json, "wrong_checksum", result.wrong_checksums);
    put_rejected(json, result);
    json.line_break();
    put(json, "sessions", result.sessions.all().size());
    put(json, "sequence_gaps", result.gaps());
    put(json, "missing_messages", result.missing());
    put(json, "repeated_messages", result.repeated());
    put(json, "other_entries",
        sum_of(result, [](const FixBooksCounts& counts) { return counts.other_entries; }));
    if (result.tcp.streams != 0) {
        json.line_break();
        put_tcp(json, result);
    }
    json.line_break();
    put_damage(json, options, result.end);
}

// ---------------------------------------------------------------------------------------------
// table

std::string rate_text(const ReplayOptions& options, const FixReplayResult& result) {
    std::array<char, 128> text{};
    const double megabytes = static_cast<double>(result.bytes) / 1e6;
    std::snprintf(text.data(), text.size(), "%.0f messages/s, %.0f MB/s, %.6f s%s",
                  result.messages_per_second(),
                  result.seconds > 0 ? megabytes / result.seconds : 0.0, result.seconds,
                  options.include_io ? " with reading" : " for decoding and building the books");
    return text.data();
}

std::string counts_text(const FixCounts& counts) {
    std::string text;
    for (const auto& [name, count] : counts.all())
        text += (text.empty() ? "" : "  ") + name + ' ' + std::to_string(count);
    return text.empty() ? "none" : text;
}

std::string tcp_text(const FixReplayResult& result) {
    const replay::TcpTotals& tcp = result.tcp;
    std::string text = std::to_string(tcp.connections) + " connections, " +
                       std::to_string(tcp.bytes) + " bytes, " + std::to_string(tcp.repeated_bytes) +
                       " repeated";
    if (tcp.conflicting_bytes != 0)
        text += " (" + std::to_string(tcp.conflicting_bytes) + " differ)";
    if (tcp.holes != 0)
        text += ", " + std::to_string(tcp.lost_bytes) + " lost in " + std::to_string(tcp.holes) +
                " holes";
    return text;
}

void print_summary(std::ostream& out, const ReplayOptions& options, const FixReplayResult& result,
                   const std::vector<LevelReportRow>& rows) {
    for (std::size_t i = 0; i < options.captures.size(); ++i)
        print_label(out, i == 0 ? "captures" : "", options.captures[i].string());
    print_label(out, "rate", rate_text(options, result));
    print_label(out, "messages",
                std::to_string(result.messages) + ": " + counts_text(result.by_type));
    print_label(out, "bad frames", counts_text(result.damage));
    if (result.wrong_body_lengths + result.wrong_checksums != 0)
        print_label(out, "read anyway",
                    std::to_string(result.wrong_body_lengths) + " with a wrong BodyLength, " +
                        std::to_string(result.wrong_checksums) + " with a wrong CheckSum");
    if (const std::uint64_t count = refused_all(result); count != 0)
        print_label(out, "refused", std::to_string(count) + " W and X; --json tells why");
    print_label(out, "sessions",
                std::to_string(result.sessions.all().size()) + ", " +
                    std::to_string(result.gaps()) + " gaps (" + std::to_string(result.missing()) +
                    " messages), " + std::to_string(result.repeated()) + " repeated");
    if (result.tcp.streams != 0) print_label(out, "tcp", tcp_text(result));
    if (!result.end.reason.empty()) {
        print_label(out, "stopped",
                    options.captures[result.end.place.capture].string() + ", byte " +
                        std::to_string(result.end.place.offset) + ':');
        print_label(out, "", result.end.reason);
    }
    print_level_times(out, rows);
}

}  // namespace

void print_fix_replay_json(const ReplayOptions& options, const FixReplayResult& result,
                           std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    put_head(json, options, result);
    print_level_json(json, text, named_levels(options, result.venues), out);
}

void print_fix_replay_table(const ReplayOptions& options, const FixReplayResult& result,
                            std::ostream& out) {
    std::vector<LevelReportRow> rows = named_levels(options, result.venues);
    print_summary(out, options, result, rows);
    print_level_tables(options, std::move(rows), out);
}

}  // namespace tickweir::gateway
