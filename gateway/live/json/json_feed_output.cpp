// What a JsonFeed hands on: records for its shard, in their order while the ring is full, and the
// recorder's copy of what went over the wire.
#include <span>
#include <utility>

#include "gateway/live/json/json_feed.hpp"

namespace tickweir::gateway {

void JsonFeed::tell_mark(JsonRecordKind kind, std::uint16_t connection, std::string_view symbol) {
    waiting_.push_back(
        {kind, connection, {}, std::string{symbol}, RecordTimes::at(time_), TextSent{}, {}});
    settle();
}

bool JsonFeed::send(Waiting& record) {
    switch (record.kind) {
        case JsonRecordKind::frame:
            return output_.send_frame(record.connection, record.text, record.times, record.sent);
        case JsonRecordKind::answer:
            return output_.send_answer(record.connection, record.target, record.text, record.times,
                                       record.sent);
        case JsonRecordKind::expected: {
            const VenueDialect& dialect = dialect_of(options_.session.venue);
            // The depth of a snapshot over HTTP is not that of the stream.
            const bool has_depth = !dialect.depths.empty() && dialect.rest_url.empty();
            const std::uint32_t depth =
                options_.session.depth != 0 ? options_.session.depth : dialect.depth;
            return output_.send_expected(record.connection, record.text, has_depth ? depth : 0,
                                         record.times);
        }
        default:
            return output_.send_mark(record.kind, record.connection, record.times);
    }
}

/// Sends what waits; false when the ring is full: then all that follows waits too.
bool JsonFeed::settle() {
    while (!waiting_.empty()) {
        if (!send(waiting_.front())) return false;
        waiting_.pop_front();
        changed_ = true;
    }
    if (std::exchange(blocked_, false))
        for (const auto& socket : sockets_)
            if (socket) socket->resume();
    return true;
}

/// The shard has no room: until it has, nothing is read.
void JsonFeed::block() {
    blocked_ = true;
    for (const auto& socket : sockets_)
        if (socket) socket->pause();
    if (!look_again_) ++counts_.waits;
    look_again_ = time_ + full_ring_pause;
}

void JsonFeed::tap(std::uint32_t connection, TapKind kind, std::string_view front,
                   std::string_view back) {
    RecordTap* const to = connection < taps_.size() ? taps_[connection] : nullptr;
    if (to == nullptr) return;
    TapHeader header;
    header.kind = kind;
    header.received_ns = time_.time_since_epoch().count();
    header.count = static_cast<std::uint32_t>(front.size());
    if (!back.empty()) {
        taped_.assign(front);
        taped_ += back;
        front = taped_;
    }
    to->put(header, std::as_bytes(std::span{front}));
}

}  // namespace tickweir::gateway
