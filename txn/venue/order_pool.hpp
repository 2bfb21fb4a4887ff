// The open orders of a venue: what the book does not know of them. Linked by session and by
// account in the order in which they were accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/arena.hpp"
#include "book/prefetch.hpp"
#include "txn/venue/pair_table.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// The number of an order's record; 0 is none. Stays the order's while it is open.
using OrderIndex = std::uint32_t;

struct OrderLinks {
    OrderIndex next = 0;
    OrderIndex previous = 0;
};

/// Three lines of cache: what matching looks at, what a fill changes, what reports tell.
struct alignas(64) OrderRecord {
    OrderId id{};
    Price price;  ///< 0: none
    Quantity quantity;
    Quantity filled;
    Quantity leaves;   ///< quantity - filled, unless trades were taken back
    Quantity display;  ///< 0: all
    AccountId account{};
    InstrumentId instrument{};
    Row position_row = 0;
    Side side : 1;
    OrderType type : 3;
    TimeInForce time_in_force : 3;
    SelfTrade self_trade : 2;
    bool post_only : 1;
    bool is_stop : 1;  ///< among the stops
    bool triggered : 1;
    bool waiting : 1;  ///< triggered, or half done: neither in the book nor among the stops

    Int128 notional;  ///< of its fills, at price + quantity decimals
    Int128 due;       ///< exact fees of its fills, 10^-24
    Int128 held;      ///< 10^-18 of base (sell) or quote (buy)
    Price stop_price;
    TimeNs expiry;

    ClientOrderId client_id;
    OrderLinks in_session;
    OrderLinks in_account;
    SessionId session{};
    Row held_row = 0;  ///< of the balance that it holds from

    bool long_lived() const {
        return time_in_force == TimeInForce::gtc || time_in_force == TimeInForce::gtd;
    }
};
static_assert(sizeof(OrderRecord) == 192);

/// Records with a free list. Constant time; allocates nothing but pages. One owner thread.
class OrderPool {
public:
    OrderPool(std::size_t limit, std::size_t sessions, std::size_t accounts)
        : records_{limit + 1}, sessions_(sessions), accounts_(accounts), limit_{limit} {}

    OrderRecord& operator[](OrderIndex index) { return records_[index]; }
    const OrderRecord& operator[](OrderIndex index) const { return records_[index]; }

    /// Look-ahead: a record's lines.
    void prefetch(OrderIndex index) const {
        const auto* const lines = reinterpret_cast<const char*>(records_.data() + index);
        for (std::size_t line = 0; line < sizeof(OrderRecord); line += 64)
            book::prefetch(lines + line);
    }

    /// Those next to it in its lists.
    void prefetch_links(const OrderRecord& order) const {
        for (const OrderIndex index : {order.in_session.next, order.in_session.previous,
                                       order.in_account.next, order.in_account.previous})
            book::prefetch(&records_[index].in_session);
    }

    /// Memory behind so many records now.
    void populate(std::size_t orders) { records_.populate(orders + 1); }

    /// Whether add() may be called once.
    [[nodiscard]] bool ready() {
        return live_ < limit_ && (free_ != 0 || records_.commit(end_ + 1));
    }
    /// A copy of `order`, at the end of the lists of its session and account. Requires ready().
    OrderIndex add(const OrderRecord& order);
    void remove(OrderIndex index);

    std::uint32_t session_count(SessionId session) const { return of(session).count; }
    std::uint32_t account_count(AccountId account) const { return of(account).count; }
    OrderIndex first_of(SessionId session) const { return of(session).first; }
    OrderIndex first_of(AccountId account) const { return of(account).first; }

    std::size_t live() const { return live_; }
    /// Records were used up to here; those with a session are open.
    std::size_t end() const { return end_; }

private:
    struct List {
        OrderIndex first = 0;
        OrderIndex last = 0;
        std::uint32_t count = 0;
    };

    const List& of(SessionId id) const { return sessions_[static_cast<std::size_t>(id)]; }
    const List& of(AccountId id) const { return accounts_[static_cast<std::size_t>(id)]; }
    void append(List& list, OrderLinks OrderRecord::*links, OrderIndex index);
    void unlink(List& list, OrderLinks OrderRecord::*links, OrderIndex index);

    book::ReservedArray<OrderRecord> records_;
    std::vector<List> sessions_;
    std::vector<List> accounts_;
    std::size_t limit_;
    std::size_t live_ = 0;
    std::size_t end_ = 1;
    OrderIndex free_ = 0;  // linked by in_session.next
};

}  // namespace tickweir::txn
