// Where a feed of JSON puts what it has for its market shard, and how a text that is longer than a
// record gets there. Owned by the feed's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/types.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/market/json_record.hpp"

namespace tickweir::gateway {

/// How far a text has been sent.
struct TextSent {
    std::size_t bytes = 0;
};

/// Times of a record: see JsonRecordHeader.
struct RecordTimes {
    book::TimeNs received;
    book::TimeNs time;
    std::chrono::nanoseconds shift{0};
    std::optional<book::TimeNs> asked{};  ///< of an answer

    /// Of a live feed.
    static RecordTimes at(book::TimeNs now) { return {.received = now, .time = now}; }
};

class JsonOutput {
public:
    /// Room that the longest record takes wherever the ring's ends stand.
    static constexpr std::size_t record_bytes_max =
        sizeof(JsonRecordHeader) + json_part_bytes_max + json_record_padding;

    /// The ring takes the longest record.
    explicit JsonOutput(MarketInput shard);

    /// A record without text; false, and nothing sent, when the ring is full.
    [[nodiscard]] bool send_mark(JsonRecordKind kind, std::uint16_t connection,
                                 const RecordTimes& times);

    /// `symbol` was subscribed to on a connection, `depth` levels a side (0: not told); likewise.
    /// At most json_part_bytes_max bytes.
    [[nodiscard]] bool send_expected(std::uint16_t connection, std::string_view symbol,
                                     std::uint32_t depth, const RecordTimes& times);

    /// A frame, from `sent` on. False when the ring is full: `sent` tells where to go on, and until
    /// all of it was sent nothing else may be.
    [[nodiscard]] bool send_frame(std::uint16_t connection, std::string_view text,
                                  const RecordTimes& times, TextSent& sent);

    /// An answer; likewise. `sent` counts the target too.
    [[nodiscard]] bool send_answer(std::uint16_t connection, std::string_view target,
                                   std::string_view body, const RecordTimes& times, TextSent& sent);

    /// Shows the shard what was sent, and wakes it. Once a turn.
    void hand_over();

private:
    bool send_text(JsonRecordHeader header, std::string_view target, std::string_view text,
                   TextSent& sent);
    bool send(const JsonRecordHeader& header, std::string_view front, std::string_view back);

    MarketInput shard_;
    bool written_ = false;     // since hand_over()
    std::size_t open_at_ = 0;  // bytes sent of a text that is not whole yet; 0: none is open
};

}  // namespace tickweir::gateway
