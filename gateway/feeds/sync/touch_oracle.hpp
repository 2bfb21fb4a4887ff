// The venue's own best bid and ask as a judge of the book, where the ids of both can be ordered:
// the book after change u must have the touch with the highest id not above u.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Best bid and ask; an empty side is price and quantity 0.
struct SyncTouch {
    book::Price bid;
    book::Quantity bid_open;
    book::Price ask;
    book::Quantity ask_open;
    friend constexpr bool operator==(const SyncTouch&, const SyncTouch&) = default;
};

enum class OracleVerdict : std::uint8_t { nothing, agrees, differs };

/// Touches come in the order of their ids, on their own stream, so that either may be ahead: a book
/// waits until a touch beyond its id says that all before have come, and the last touches are kept
/// for a book that comes late. Constant time but for looking back; allocates once.
class TouchOracle {
public:
    static constexpr std::size_t kept = 128;  // a power of two

    /// The venue's touch `id`; judges the book that waited for it.
    OracleVerdict on_touch(std::uint64_t id, const SyncTouch& touch);

    /// The book's touch as of its change `id`, if that can be judged already.
    OracleVerdict on_book(std::uint64_t id, const SyncTouch& touch);

    /// Touches may be missing, or their scale is another one: begins afresh.
    void reset() {
        count_ = 0;
        waiting_.reset();
    }
    /// The book is another one: what waited is not to be judged any more.
    void forget_book() { waiting_.reset(); }

private:
    struct Entry {
        std::uint64_t id;
        SyncTouch touch;
    };
    const Entry& back(std::size_t age) const { return ring_[(count_ - 1 - age) & (kept - 1)]; }

    std::vector<Entry> ring_;
    std::size_t count_ = 0;  // ever since reset()
    std::optional<Entry> waiting_;
};

}  // namespace tickweir::gateway
