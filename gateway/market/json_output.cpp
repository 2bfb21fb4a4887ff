#include "gateway/market/json_output.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

JsonRecordHeader header_of(JsonRecordKind kind, std::uint16_t connection,
                           const RecordTimes& times) {
    return {.kind = kind,
            .connection = connection,
            .received_ns = times.received.time_since_epoch().count(),
            .time_ns = times.time.time_since_epoch().count(),
            .shift_ns = times.shift.count(),
            .asked_ns = times.asked ? times.asked->time_since_epoch().count() : 0};
}

/// `count` bytes from the `from`-th on of what is left of `text` behind it.
std::string_view part(std::string_view text, std::size_t from, std::size_t count) {
    return from < text.size() ? text.substr(from, count) : std::string_view{};
}

void append(std::byte*& to, std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
}

}  // namespace

JsonOutput::JsonOutput(MarketInput shard) : shard_{shard} {
    book::ensure(shard_.records->record_bytes_max() >= record_bytes_max);
}

bool JsonOutput::send_mark(JsonRecordKind kind, std::uint16_t connection,
                           const RecordTimes& times) {
    book::ensure(open_at_ == 0);
    return send(header_of(kind, connection, times), {}, {});
}

bool JsonOutput::send_expected(std::uint16_t connection, std::string_view symbol,
                               std::uint32_t depth, const RecordTimes& times) {
    book::ensure(open_at_ == 0 && symbol.size() <= json_part_bytes_max);
    JsonRecordHeader header = header_of(JsonRecordKind::expected, connection, times);
    header.depth = depth;
    header.whole_bytes = header.bytes = static_cast<std::uint32_t>(symbol.size());
    return send(header, symbol, {});
}

bool JsonOutput::send_frame(std::uint16_t connection, std::string_view text,
                            const RecordTimes& times, TextSent& sent) {
    return send_text(header_of(JsonRecordKind::frame, connection, times), {}, text, sent);
}

bool JsonOutput::send_answer(std::uint16_t connection, std::string_view target,
                             std::string_view body, const RecordTimes& times, TextSent& sent) {
    return send_text(header_of(JsonRecordKind::answer, connection, times), target, body, sent);
}

bool JsonOutput::send_text(JsonRecordHeader header, std::string_view target, std::string_view text,
                           TextSent& sent) {
    const std::size_t whole = target.size() + text.size();
    // Connections and captures have limits far below.
    book::ensure(whole <= std::numeric_limits<std::uint32_t>::max());
    book::ensure(open_at_ == sent.bytes);
    header.target_bytes = static_cast<std::uint32_t>(target.size());
    header.whole_bytes = static_cast<std::uint32_t>(whole);
    do {
        const std::size_t bytes = std::min(whole - sent.bytes, json_part_bytes_max);
        const std::string_view front = part(target, sent.bytes, bytes);
        const std::size_t text_from = sent.bytes > target.size() ? sent.bytes - target.size() : 0;
        header.offset = static_cast<std::uint32_t>(sent.bytes);
        header.bytes = static_cast<std::uint32_t>(bytes);
        if (!send(header, front, part(text, text_from, bytes - front.size()))) return false;
        sent.bytes += bytes;
        open_at_ = sent.bytes;
    } while (sent.bytes < whole);
    open_at_ = 0;
    return true;
}

bool JsonOutput::send(const JsonRecordHeader& header, std::string_view front,
                      std::string_view back) {
    const std::size_t bytes = sizeof header + front.size() + back.size() + json_record_padding;
    const std::span<std::byte> room = shard_.records->reserve(bytes);
    if (room.data() == nullptr) return false;
    std::byte* to = room.data();
    std::memcpy(to, &header, sizeof header);
    to += sizeof header;
    append(to, front);
    append(to, back);
    // A parser looks behind the text; what stands there does not matter, but is no one's secret.
    std::memset(to, 0, json_record_padding);
    shard_.records->commit(bytes);
    written_ = true;
    return true;
}

void JsonOutput::hand_over() {
    if (!std::exchange(written_, false)) return;
    shard_.records->publish();
    if (shard_.waker != nullptr) shard_.waker->wake();
}

}  // namespace tickweir::gateway
