// ITCH → books: the one translation that replay, live feeds, benchmarks and tests use. Takes framed
// messages, keeps all books of a feed (or of one shard of its locates), and tells a listener what
// each message changed. Pure: no clock, file or thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "book/book_set.hpp"
#include "codecs/bytes.hpp"
#include "codecs/itch/decoder.hpp"
#include "codecs/itch/messages.hpp"
#include "gateway/feeds/itch_event.hpp"
#include "gateway/feeds/itch_framer.hpp"
#include "gateway/feeds/itch_instruments.hpp"
#include "gateway/feeds/itch_look_ahead.hpp"
#include "gateway/feeds/itch_peek.hpp"

namespace tickweir::gateway {

/// Counts of one ItchBooks; those of several shards add up.
struct ItchCounts {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;  ///< of the messages, without framing
    std::array<std::uint64_t, 256> by_type{};
    std::array<std::uint64_t, itch_reject_kinds> rejected{};

    std::uint64_t rejected_total() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t n : rejected)
            sum += n;
        return sum;
    }
    void add(const ItchCounts& other);
};

/// Listens to nothing.
struct NoItchListener {};

/// All books of an ITCH feed. `Books` and `Ahead`, the messages between framing and applying (0: no
/// look-ahead), are parameters for the benchmark's other designs.
///
/// A listener may have `on_change(const ItchEvent&, const book::BookChange&)`,
/// `on_trade(const ItchEvent&, const ItchTrade&)`, `on_session()`, `on_instrument(locate)` when a
/// locate was announced or learned, `on_state(locate)` when its trading state was told, and
/// `on_lost_sync(locate)` and `on_all_lost_sync()` when books can no longer be trusted; what it
/// lacks costs nothing. Of one message the change comes first. One owner thread.
template <class Books, std::size_t Ahead = 36>
class BasicItchBooks {
public:
    explicit BasicItchBooks(const book::Limits& limits = {}, ItchShard shard = {},
                            book::MemoryBudget* budget = nullptr)
        : books_{limits, budget}, instruments_{budget}, shard_{shard} {}

    /// Applies the whole frames at the front of `frames`, looking some messages ahead to have their
    /// orders in cache. Constant time a message; allocates nothing after warm-up.
    template <class Listener>
    ItchProgress apply(codecs::Bytes frames, Listener&& listener, const ItchStop& stop = {});

    /// Messages of all books went missing: no book of this feed can be trusted any more.
    void on_lost() {
        instruments_.all_lost_sync();
        untouched_ = false;
    }

    /// Another session starts: its books are empty, its locates and references new.
    void begin_session() {
        books_.reset();
        instruments_.all_in_sync();
        untouched_ = true;
    }

    /// Empties everything, counts too, and keeps all capacity.
    void reset() {
        books_.reset();
        instruments_.reset();
        counts_ = {};
        untouched_ = true;
    }

    const Books& books() const { return books_; }
    /// Bytes charged for books and instruments.
    std::size_t committed_bytes() const {
        return books_.committed_bytes() + instruments_.committed_bytes();
    }
    const ItchInstruments& instruments() const { return instruments_; }
    const ItchCounts& counts() const { return counts_; }
    const ItchShard& shard() const { return shard_; }
    /// The last refusal, for messages to people.
    std::optional<ItchReject> last_refusal() const { return last_refusal_; }

private:
    template <class Listener>
    struct Visitor;

    template <class Listener>
    bool apply_one(codecs::Bytes message, Listener& listener);

    void refuse(ItchReject why) {
        ++counts_.rejected[static_cast<std::size_t>(why)];
        last_refusal_ = why;
        ++refusals_;
    }
    void refuse(ItchReject why, ItchInstrument& instrument) {
        refuse(why);
        ++instrument.refused;
        instrument.lost_sync = true;
    }

    Books books_;
    ItchInstruments instruments_;
    ItchCounts counts_;
    ItchShard shard_;
    std::uint64_t refusals_ = 0;
    std::optional<ItchReject> last_refusal_;
    bool untouched_ = true;  // no message came since the session began, and none was lost
};

using ItchBooks = BasicItchBooks<book::BookSet>;

}  // namespace tickweir::gateway

#include "gateway/feeds/itch_books_impl.hpp"
