// Questions about orders (H, AF), answered from the table alone: as sessions were last told, with
// no load on the venue. Long answers come in pieces, turn by turn. For the desk alone.
#pragma once

#include <cstddef>

#include "gateway/fix/orders/desk/desk_core.hpp"

namespace tickweir::gateway::fix::orders {

class DeskQueries {
public:
    explicit DeskQueries(DeskCore& core) : core_{core} {}

    /// H.
    void status(SessionId session, const RequestHead& head);
    /// AF: its answers begin with the next turn.
    void mass_status(SessionId session, const RequestHead& head);
    /// Nobody is there to hear the rest.
    void forget(SessionId session);

    /// Goes on with what is being answered, sessions in turns. Whether there was any.
    bool turn();
    /// Whether a turn would go on, as far as the last one showed: who does not read is not waited
    /// for.
    bool has_work() const { return walks_ != 0 && !stalled_; }

private:
    static constexpr std::size_t piece = 32;  // orders looked at, of one session

    void step(SessionId session, std::size_t orders);
    void tell_held(SessionId session, const StatusWalk& walk, bool last);
    void finish(SessionId session);
    bool matches(const StatusWalk& walk, const OrderRow& row) const;

    DeskCore& core_;
    std::size_t walks_ = 0;
    bool stalled_ = false;  // nobody could be told more
    std::size_t next_ = 0;  // the session whose turn it is
};

}  // namespace tickweir::gateway::fix::orders
