// Which ClOrdIDs sessions have used, for what, and what became of it: those of open orders and of
// requests under way for sure, those of the day besides in bounded memory. Keeps no texts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "book/budget.hpp"
#include "gateway/fix/orders/order_request.hpp"
#include "txn/venue/client_id_hash.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::gateway::fix::orders {

/// A row of the order table as it was then: one that was freed since has another generation.
struct RowRef {
    std::uint32_t row = 0;  ///< 0: none
    std::uint32_t generation = 0;
};

/// The name of a used id; 0 is none.
using IdHandle = std::uint32_t;

struct UsedId {
    std::uint64_t first;  ///< of the 96 bits of a seeded hash that it is known by
    std::uint32_t second;
    RequestKind kind;
    bool past;                    ///< forgotten at the day's end, or when there are too many
    bool refused;                 ///< what it named came to nothing
    bool urgent;                  ///< P1: the breaker does not know it
    RowRef order;                 ///< to which it leads
    std::uint32_t day;            ///< of `past`
    IdHandle next;                ///< in its chain, or of those that are free
    IdHandle later;               ///< of `past`: the next to be forgotten
    txn::ClientOrderId original;  ///< 41 of a request under way
};
static_assert(sizeof(UsedId) == 80);

/// Two ids of a day are taken for one with a chance of less than one in 10^14 at 10^7 ids, and a
/// client cannot make them. Expected constant time; allocates nothing but pages. One owner thread.
class RequestIds {
public:
    struct Limits {
        std::size_t live = 0;  ///< of open or closed orders that are remembered, and under way
        std::size_t past = 0;
    };

    /// Throws std::bad_alloc.
    RequestIds(const Limits& limits, std::uint64_t seed, book::MemoryBudget* budget);

    /// Memory behind so many ids now, and behind the chains.
    void populate(std::size_t ids);

    /// Nothing where it is not known, or was forgotten.
    IdHandle find(txn::SessionId session, const txn::ClientOrderId& id) const;
    /// A live id; requires that it is not known. None where there is no room.
    IdHandle add(txn::SessionId session, const txn::ClientOrderId& id, RequestKind kind,
                 RowRef order, const txn::ClientOrderId& original = {});

    UsedId& operator[](IdHandle handle) { return ids_[handle]; }
    const UsedId& operator[](IdHandle handle) const { return ids_[handle]; }

    /// Not used after all. Of live ones.
    void remove(IdHandle handle);
    /// Known until the day ends or memory does. Of live ones.
    void retire(IdHandle handle);

    /// What is past is not known any more.
    void end_day() { ++day_; }
    /// Gives back the memory of what the days' ends made void, `count` at most; whether there was
    /// any.
    bool sweep(std::size_t count);

    std::size_t live() const { return live_; }
    std::size_t past() const { return past_; }
    /// Forgotten before their day's end.
    std::uint64_t forgotten() const { return forgotten_; }

private:
    struct Key {
        std::uint64_t first;
        std::uint32_t second;
    };
    Key key_of(txn::SessionId session, const txn::ClientOrderId& id) const {
        const txn::ClientIdHash hash = txn::hash_of(session, id, seed_);
        return {hash.first, static_cast<std::uint32_t>(hash.second >> 32)};
    }
    bool known(const UsedId& id) const { return !id.past || id.day == day_; }
    void unchain(IdHandle handle);
    void release(IdHandle handle);
    void forget_oldest();

    book::ReservedArray<UsedId> ids_;
    book::ReservedArray<IdHandle> chains_;
    std::size_t mask_;
    Limits limits_;
    std::uint64_t seed_;
    IdHandle free_ = 0;
    IdHandle made_ = 0;    // handles up to here were given out once
    IdHandle oldest_ = 0;  // of the past
    IdHandle newest_ = 0;
    std::uint32_t day_ = 0;
    std::size_t live_ = 0;
    std::size_t past_ = 0;
    std::uint64_t forgotten_ = 0;
};

}  // namespace tickweir::gateway::fix::orders
