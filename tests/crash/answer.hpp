// What a client of a venue is told, and in which frames commands and answers cross between it and
// the process of the venue: both ends are of one build, on one machine.
//
//   to the venue    | bytes 4 B | a record's payload without effects |
//   to the client   | AnswerHead | Event | Event | ... |
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "txn/engine/outbox.hpp"
#include "txn/engine/shard_counts.hpp"
#include "txn/log/serial_point.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::tests {

struct Answer {
    txn::log::Lsn lsn{};
    bool logged = false;
    txn::ShedReason shed = txn::ShedReason::none;
    std::uint64_t sequence = 0;  ///< of the command; 0: a continuation, or nothing was said
    std::vector<txn::Event> events;
};

inline Answer answer_of(const txn::ReleasedOutcome& one) {
    Answer answer;
    answer.lsn = one.lsn;
    answer.logged = one.logged;
    answer.sequence = one.events.empty() ? 0 : one.events.front().sequence;
    answer.events.assign(one.events.begin(), one.events.end());
    return answer;
}

struct AnswerHead {
    std::uint64_t lsn;
    std::uint64_t sequence;
    std::uint32_t events;
    std::uint16_t logged;
    std::uint16_t shed;
};
static_assert(sizeof(AnswerHead) == 24 && std::is_trivially_copyable_v<txn::Event>);

using Frame = std::vector<std::byte>;

template <class T>
void put(Frame& frame, const T& value) {
    const auto bytes = std::as_bytes(std::span{&value, 1});
    frame.insert(frame.end(), bytes.begin(), bytes.end());
}

inline void put_answer(Frame& frame, const Answer& answer) {
    put(frame, AnswerHead{number(answer.lsn), answer.sequence,
                          static_cast<std::uint32_t>(answer.events.size()), answer.logged,
                          static_cast<std::uint16_t>(answer.shed)});
    for (const txn::Event& event : answer.events)
        put(frame, event);
}

inline void put_command(Frame& frame, const txn::Command& command) {
    std::array<std::byte, txn::log::record_base_bytes> payload;
    const auto bytes =
        static_cast<std::uint32_t>(txn::encode_record(payload, command, txn::Outcome{}));
    put(frame, bytes);
    frame.insert(frame.end(), payload.begin(), payload.begin() + bytes);
}

/// Frames as they come, in pieces of any size.
class FrameReader {
public:
    void add(std::span<const std::byte> bytes) {
        frame_.erase(frame_.begin(), frame_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ = 0;
        frame_.insert(frame_.end(), bytes.begin(), bytes.end());
    }

    /// Nothing while it is not whole. A command that cannot be read is a fault of the test's.
    std::optional<txn::Command> next_command() {
        std::uint32_t bytes = 0;
        if (!peek(bytes) || rest().size() < sizeof bytes + bytes) return std::nullopt;
        txn::DecodedCommand decoded;
        fault_ = txn::decode_command(rest().subspan(sizeof bytes, bytes), decoded);
        at_ += sizeof bytes + bytes;
        return decoded.command;
    }

    std::optional<Answer> next_answer() {
        AnswerHead head{};
        if (!peek(head) || rest().size() < sizeof head + head.events * sizeof(txn::Event))
            return std::nullopt;
        Answer answer;
        answer.lsn = txn::log::Lsn{head.lsn};
        answer.sequence = head.sequence;
        answer.logged = head.logged != 0;
        answer.shed = static_cast<txn::ShedReason>(head.shed);
        answer.events.resize(head.events);
        at_ += sizeof head;
        for (txn::Event& event : answer.events) {
            (void)peek(event);
            at_ += sizeof event;
        }
        return answer;
    }

    const std::string& fault() const { return fault_; }

private:
    std::span<const std::byte> rest() const { return std::span{frame_}.subspan(at_); }
    template <class T>
    bool peek(T& value) const {
        if (rest().size() < sizeof value) return false;
        std::memcpy(&value, rest().data(), sizeof value);
        return true;
    }

    Frame frame_;
    std::size_t at_ = 0;
    std::string fault_;
};

}  // namespace tickweir::tests
