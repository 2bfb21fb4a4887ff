#include <ostream>
#include <string>

#include "gateway/commands/level_replay_report.hpp"
#include "gateway/commands/replay_fix.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

/// W and X that were refused.
std::uint64_t refused(const FixReplayResult& result, MdStatus status) {
    return sum_of(result.venues, [status](const FixReplayBooks& books) {
        return books.books().counts().by_status[static_cast<std::size_t>(status)];
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

void put_members(JsonWriter& json, const FixReplayResult& result) {
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
    put(json, "other_entries", sum_of(result.venues, [](const FixReplayBooks& books) {
            return books.books().counts().other_entries;
        }));
    if (result.tcp.streams != 0) {
        json.line_break();
        put_tcp(json, result);
    }
}

// ---------------------------------------------------------------------------------------------
// table

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

void print_counts(std::ostream& out, const FixReplayResult& result) {
    print_label(out, "messages",
                std::to_string(result.outcome.messages) + ": " + counts_text(result.by_type));
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
}

}  // namespace

void print_replay_json(const ReplayOptions& options, const FixReplayResult& result,
                       std::ostream& out) {
    print_level_document(options, result, out,
                         [&](JsonWriter& json) { put_members(json, result); });
}

void print_replay_table(const ReplayOptions& options, const FixReplayResult& result,
                        std::ostream& out) {
    print_level_summary(options, result, "messages", out, [&] { print_counts(out, result); });
}

}  // namespace tickweir::gateway
