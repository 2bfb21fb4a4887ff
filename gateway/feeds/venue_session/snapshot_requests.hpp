// Which snapshots are asked for over HTTP, and when: within the venue's rate, one at a time of a
// symbol, again after failures and where the last answer was of no use, each time later. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/mold/request_rate.hpp"
#include "gateway/feeds/backoff.hpp"

namespace tickweir::gateway {

struct SnapshotLimits {
    std::uint32_t per_second = 1;
    std::uint32_t weight = 1;     ///< of each, as the venue counts
    std::uint32_t in_flight = 4;  ///< questions that wait for their answers at one time
    std::chrono::nanoseconds timeout{10'000'000'000};
    std::chrono::nanoseconds retry{500'000'000};         ///< after the first failure, doubled ...
    std::chrono::nanoseconds retry_max{30'000'000'000};  ///< ... up to this
    /// An answer that is followed by another wish sooner than this was of no use.
    std::chrono::nanoseconds useful_for{10'000'000'000};
    /// Nothing is asked for so long after the venue said that it was too much, if it does not say
    /// itself how long (up to pause_max).
    std::chrono::nanoseconds pause{10'000'000'000};
    std::chrono::nanoseconds pause_max{600'000'000'000};
};

/// What the answer to a question came to.
enum class SnapshotOutcome : std::uint8_t {
    taken,    ///< the body is the symbol's book
    foreign,  ///< nobody waits for it any more
    failed,   ///< asked again later
    refused,  ///< the venue will hardly answer another time: asked again much later
    too_many  ///< asked too often: nothing is asked for some time
};

struct SnapshotCounts {
    std::uint64_t asked = 0;
    std::uint64_t taken = 0;
    std::uint64_t failed = 0;     ///< timeouts, broken connections, 5xx, refusals
    std::uint64_t throttled = 0;  ///< 418 and 429
    friend bool operator==(const SnapshotCounts&, const SnapshotCounts&) = default;
};

class SnapshotRequests {
public:
    /// `seed` spreads the attempts.
    SnapshotRequests(const SnapshotLimits& limits, std::size_t symbols, std::uint64_t seed);

    /// The book of a symbol (by index) is wanted. While it is being asked for that is enough.
    void want(std::uint32_t symbol, book::TimeNs now);
    /// The same, unless the symbol's book was taken since drop(): what is subscribed to is wanted
    /// though nothing comes of it yet.
    void want_first(std::uint32_t symbol, book::TimeNs now) {
        if (!symbols_[symbol].taken_at) want(symbol, now);
    }
    /// What is under way for the symbol is of no use any more, and nothing is wanted. The question
    /// that nobody waits for any more, if there is one.
    std::optional<std::uint64_t> drop(std::uint32_t symbol);

    struct Question {
        std::uint64_t id = 0;
        std::uint32_t symbol = 0;
    };
    /// What may be asked now.
    std::optional<Question> next(book::TimeNs now);

    /// Which symbol it was; none: nobody waits for it.
    std::optional<std::uint32_t> symbol_of(std::uint64_t id) const;
    /// `retry_after`: what the venue said, in seconds.
    SnapshotOutcome on_answer(std::uint64_t id, unsigned http_status,
                              std::optional<std::uint32_t> retry_after, book::TimeNs now);
    /// No answer came.
    SnapshotOutcome on_failed(std::uint64_t id, book::TimeNs now);

    /// For so long no answer could be read.
    void on_deaf(std::chrono::nanoseconds deaf) {
        for (auto& [id, asked] : asked_)
            asked.until += deaf;
    }
    /// A question whose time has run out; it is over then. To be asked until there is none.
    std::optional<Question> take_overdue(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    const SnapshotCounts& counts() const { return counts_; }

private:
    struct Symbol {
        Backoff backoff;
        std::optional<book::TimeNs> wanted_at;  // to be asked from then on
        std::optional<std::uint64_t> asked;     // and not answered
        std::optional<book::TimeNs> taken_at;
    };
    struct Asked {
        std::uint32_t symbol = 0;
        book::TimeNs until;
    };

    std::optional<Asked> end(std::uint64_t id);
    void set_wanted(Symbol& symbol, std::optional<book::TimeNs> when);

    SnapshotLimits limits_;
    codecs::mold::RequestRate rate_;
    std::vector<Symbol> symbols_;
    std::map<std::uint64_t, Asked> asked_;  // by id, so the oldest first
    std::optional<book::TimeNs> paused_until_;
    std::size_t wanted_ = 0;  // symbols: mostly none, which is known without a look at each
    std::uint64_t next_id_ = 1;
    std::uint32_t first_ = 0;  // where the search for the next symbol begins
    SnapshotCounts counts_;
};

}  // namespace tickweir::gateway
