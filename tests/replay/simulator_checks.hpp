// An independent reader of simulated messages: decodes them, keeps naive books, and notes every
// message that no real venue could have sent.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/messages.hpp"
#include "replay/simulator.hpp"

namespace tickweir::tests {

namespace itch = codecs::itch;

/// Maps and lists: obviously right, and slow.
class SimulatedDay {
public:
    std::map<char, std::uint64_t> by_type;
    std::uint64_t messages = 0;
    std::uint64_t last_time_ns = 0;
    std::uint64_t hundreds = 0;           ///< orders entered for 100 shares
    std::uint64_t executions = 0;         ///< E and C
    std::uint64_t executed_orders = 0;    ///< orders with at least one
    std::vector<std::uint64_t> lives_ns;  ///< of deleted orders, from entry or replacement
    std::vector<std::string> faults;      ///< what is impossible, the first hundred
    std::map<std::uint64_t, std::uint64_t> by_second;
    std::size_t most_levels = 0;  ///< of a side, at any time

    void read(codecs::Bytes message) {
        ++messages;
        if (itch::decode(message, *this) != itch::DecodeStatus::ok) fault("does not decode");
    }
    std::size_t open_orders() const { return orders_.size(); }
    double share(char type) const {
        const auto found = by_type.find(type);
        return found == by_type.end()
                   ? 0
                   : static_cast<double>(found->second) / static_cast<double>(messages);
    }
    double lives_within(std::uint64_t ns) const {
        std::uint64_t count = 0;
        for (const std::uint64_t life : lives_ns)
            count += life <= ns;
        return static_cast<double>(count) / static_cast<double>(lives_ns.size());
    }

    template <itch::Message M>
    void operator()(const M& message) {
        ++by_type[itch::type_of<M>];
        const std::uint64_t time_ns = message.timestamp_ns;
        if (time_ns < last_time_ns) fault("time goes back");
        last_time_ns = time_ns;
        ++by_second[time_ns / 1'000'000'000];
        if constexpr (requires { on(message); }) on(message);
    }

private:
    struct Order {
        std::uint64_t born_ns;
        std::uint32_t shares;
        std::uint32_t price4;
        std::uint16_t locate;
        char side;
        bool executed;
    };
    using Levels = std::map<std::int64_t, std::list<std::uint64_t>>;  ///< best first

    void fault(const std::string& what) {
        if (faults.size() < 100) faults.push_back(std::to_string(messages) + ": " + what);
    }

    static std::int64_t key(const Order& order) {
        return order.side == 'B' ? -std::int64_t{order.price4} : std::int64_t{order.price4};
    }
    Levels& levels(std::uint16_t locate, char side) { return books_[locate][side == 'B' ? 0 : 1]; }

    void enter(std::uint64_t id, const Order& order) {
        if (id <= newest_) fault("order numbers do not ascend");
        newest_ = id;
        if (order.shares == 0 || order.price4 == 0) fault("nothing offered");
        if (order.side != 'B' && order.side != 'S') fault("no side");
        orders_[id] = order;
        Levels& own = levels(order.locate, order.side);
        own[key(order)].push_back(id);
        most_levels = std::max(most_levels, own.size());
        const Levels& bids = levels(order.locate, 'B');
        const Levels& asks = levels(order.locate, 'S');
        if (!bids.empty() && !asks.empty() && -bids.begin()->first >= asks.begin()->first)
            fault("the book is crossed");
    }

    /// The open order that a message names; a fault and nullptr if there is none.
    Order* find(std::uint64_t id, std::uint16_t locate) {
        const auto found = orders_.find(id);
        if (found == orders_.end() || found->second.locate != locate) {
            fault("unknown order");
            return nullptr;
        }
        return &found->second;
    }

    void leave(std::uint64_t id) {
        const Order& order = orders_.at(id);
        Levels& own = levels(order.locate, order.side);
        const auto level = own.find(key(order));
        level->second.remove(id);
        if (level->second.empty()) own.erase(level);
        orders_.erase(id);
    }

    template <class M>
    void add(const M& m) {
        if (m.stock != stocks_[m.stock_locate]) fault("the stock is not that of the locate");
        hundreds += m.shares == 100;
        enter(m.order_ref, {m.timestamp_ns, m.shares, m.price4, m.stock_locate, m.side, false});
    }

    void execute(std::uint64_t id, std::uint16_t locate, std::uint32_t shares) {
        Order* order = find(id, locate);
        if (order == nullptr) return;
        if (levels(locate, order->side).begin()->second.front() != id)
            fault("executes another order than the head of the best level");
        if (halted_.contains(locate)) fault("trades while halted");
        ++executions;
        executed_orders += !order->executed;
        order->executed = true;
        if (shares == 0 || shares > order->shares) fault("executes more than is open, or nothing");
        order->shares -= shares;
        if (order->shares == 0) leave(id);
    }

    void on(const itch::StockDirectory& m) {
        if (!symbols_.insert(std::string{m.stock.raw()}).second) fault("a symbol comes twice");
        if (m.stock_locate != symbols_.size()) fault("locates are not dense");
        stocks_[m.stock_locate] = m.stock;
    }
    void on(const itch::StockTradingAction& m) {
        if (m.trading_state == 'T')
            halted_.erase(m.stock_locate);
        else
            halted_.insert(m.stock_locate);
    }
    /// An auction may execute orders before trading resumes: it ends the halt here.
    void on(const itch::OrderExecutedWithPrice& m) {
        if (m.printable == 'N') halted_.erase(m.stock_locate);
        execute(m.order_ref, m.stock_locate, m.executed_shares);
    }
    void on(const itch::OrderExecuted& m) {
        execute(m.order_ref, m.stock_locate, m.executed_shares);
    }
    void on(const itch::AddOrder& m) { add(m); }
    void on(const itch::AddOrderWithMpid& m) { add(m); }
    void on(const itch::OrderCancel& m) {
        Order* order = find(m.order_ref, m.stock_locate);
        if (order == nullptr) return;
        if (m.cancelled_shares == 0 || m.cancelled_shares >= order->shares)
            fault("cancels all or nothing");
        order->shares -= m.cancelled_shares;
    }
    void on(const itch::OrderDelete& m) {
        const Order* order = find(m.order_ref, m.stock_locate);
        if (order == nullptr) return;
        lives_ns.push_back(m.timestamp_ns - order->born_ns);
        leave(m.order_ref);
    }
    void on(const itch::OrderReplace& m) {
        const Order* order = find(m.original_order_ref, m.stock_locate);
        if (order == nullptr) return;
        const Order renewed{m.timestamp_ns, m.shares,    m.price4,
                            order->locate,  order->side, order->executed};
        leave(m.original_order_ref);
        enter(m.new_order_ref, renewed);
    }

    std::unordered_map<std::uint64_t, Order> orders_;
    std::unordered_map<std::uint16_t, std::array<Levels, 2>> books_;
    std::unordered_map<std::uint16_t, codecs::Alpha<8>> stocks_;
    std::set<std::string> symbols_;
    std::set<std::uint16_t> halted_;
    std::uint64_t newest_ = 0;
};

/// Reads a whole simulation.
inline SimulatedDay play(const replay::SimulatorOptions& options) {
    SimulatedDay day;
    auto simulator = replay::Simulator::create(options);
    if (!simulator) {
        day.faults.push_back(simulator.error());
        return day;
    }
    for (codecs::Bytes message = simulator->next(); !message.empty(); message = simulator->next())
        day.read(message);
    return day;
}

}  // namespace tickweir::tests
