// Answers a ResendRequest from the store in pieces: what may be repeated with 43=Y, the rest as
// gap fills, and what came meanwhile behind it, unchanged and in order. Pure: the store is asked
// through a function, and the messages go to another.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/message_store.hpp"
#include "gateway/fix/wire_text.hpp"

namespace tickweir::gateway::fix {

/// Numbers of messages, both ends included.
struct NumberRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

/// Whether a message of this type is sent again when asked for. Administrative ones never are, and
/// neither is market data: it would be old, and who comes back asks for it anew.
bool is_repeated(std::string_view msg_type);

/// What a step works in; one for all plans of a thread, for its memory.
struct ResendScratch {
    codecs::fix::Message message;
    std::string text;
};

struct ResendLimits {
    std::uint64_t messages = 100'000;  ///< of one request; those before the last so many: gap fill
};

///   idle ──begin()──► under way ──step() until the end of the range──► idle
///                        │ ▲ live(): a message sent meanwhile waits in the store behind the range
///                        └─┘ begin(): one more range waits; those that come then are joined to it
class ResendPlan {
public:
    explicit ResendPlan(ResendLimits limits) : limits_{limits} {}

    bool active() const { return range_.has_value(); }

    /// False: the range is part of what is still to be sent, or empty: nothing was changed.
    bool begin(NumberRange asked);

    /// A message was stored under this number while the plan is active: it goes out in its turn.
    void live(std::uint64_t number);

    /// Gives up: the connection is gone.
    void clear();

    /// Goes on for about `bytes_max` bytes of stored messages. `send(wire)` takes each message that
    /// goes out. Returns how many of them were stored ones.
    template <class Send>
    std::uint64_t step(MessageStore& store, const WireParties& parties, std::size_t bytes_max,
                       book::TimeNs now, ResendScratch& scratch, Send&& send);

private:
    enum class Fate : std::uint8_t { gap, repeat, verbatim };
    Fate fate_of(std::uint64_t number, std::string_view wire, codecs::fix::Message& message) const;
    void finish();

    ResendLimits limits_;
    std::optional<NumberRange> range_;    // what is still to be done; its begin moves
    std::optional<NumberRange> waiting_;  // asked for meanwhile
    std::uint64_t asked_end_ = 0;         // of the range, without what came meanwhile
    std::uint64_t gap_ = 0;               // the first number not sent: a gap may begin there
    std::uint64_t live_ = 0;              // numbers from here on were never sent
};

template <class Send>
std::uint64_t ResendPlan::step(MessageStore& store, const WireParties& parties,
                               std::size_t bytes_max, book::TimeNs now, ResendScratch& scratch,
                               Send&& send) {
    if (!range_) return 0;
    // What came meanwhile waits behind what was asked for; what lies between was not.
    const bool is_live = range_->begin > asked_end_;
    const std::uint64_t end = is_live ? range_->end : std::min(asked_end_, range_->end);
    std::uint64_t repeated = 0;
    const auto fill_gap_to = [&](std::uint64_t number) {
        if (gap_ >= number) return;
        compose_gap_fill(scratch.text, parties, gap_, number, now);
        send(std::string_view{scratch.text});
    };
    const RangeRead read =
        store.read(range_->begin, end, bytes_max, [&](std::uint64_t number, std::string_view wire) {
            const Fate fate = fate_of(number, wire, scratch.message);
            if (fate == Fate::gap) return;
            fill_gap_to(number);
            gap_ = number + 1;
            ++repeated;
            if (fate == Fate::verbatim) return send(wire);
            (void)compose_repeat(scratch.text, scratch.message, now);
            send(std::string_view{scratch.text});
        });
    range_->begin = read.next;
    if (read.status == ReadStatus::more) return repeated;
    fill_gap_to(end + 1);
    if (end == range_->end) {
        finish();
    } else {
        range_->begin = gap_ = live_;
    }
    return repeated;
}

}  // namespace tickweir::gateway::fix
