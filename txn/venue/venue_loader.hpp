// A venue's state from bytes: each part is checked against the settings and against the parts
// before it, so that whatever is read, nothing is done that the venue could not have done itself.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "txn/venue/settings_state.hpp"
#include "txn/venue/venue.hpp"
#include "txn/venue/venue_state.hpp"

namespace tickweir::txn {

/// For one load. What is wrong is the reader's to tell; after that nothing more is read.
class VenueLoader {
public:
    VenueLoader(Venue& venue, StateReader& in) : venue_{venue}, in_{in} {}

    void run();

private:
    /// An order that was read, on its way into the books.
    struct Entering {
        OrderRecord order;
        Quantity shown;
        book::Handle level = 0;  ///< that it will probably join
    };

    void expect(StatePart part, const char* otherwise) {
        if (in_.get<StatePart>() != part) in_.fail(otherwise);
    }
    AccountId get_account() {
        return in_.below<AccountId>(venue_.settings_.accounts.size(), "an account");
    }
    SessionId get_session() {
        return in_.below<SessionId>(venue_.settings_.sessions.size(), "a session");
    }
    InstrumentId get_instrument() {
        return in_.below<InstrumentId>(saved_.instruments, "an instrument");
    }
    template <class T>
    void get_optional(std::optional<T>& value, std::size_t end, const char* what) {
        const bool given = in_.flag(what);
        const T number = in_.below<T>(given ? end : 1, what);
        if (given) value = number;
    }

    // venue_load.cpp
    void get_counters();
    void get_instruments();
    Row row_of(AccountId account, AssetId asset);
    void get_positions();
    void get_lines();
    void get_line(InstrumentId instrument);
    void get_rest();
    void get_rest(Venue::Rest::Kind kind);
    void get_client_ids();
    void get_trades();
    void get_side(TradeSide& side, InstrumentId instrument);

    // venue_load_orders.cpp
    void get_orders();
    Entering get_order();
    void look_ahead();
    bool fits(Entering& next);
    void enter(Entering& next);
    bool count_open(const OrderRecord& order);
    void get_queues();

    Venue& venue_;
    StateReader& in_;
    SavedSettings saved_;
    std::vector<Entering> batch_;
    std::vector<OrderIndex> in_lines_;
};

}  // namespace tickweir::txn
