#include "replay/simulator/json_market.hpp"

#include <utility>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::replay::simulator {
namespace {

using book::Side;
namespace itch = codecs::itch;

constexpr Side side_of(char letter) {
    return letter == 'B' ? Side::buy : Side::sell;
}

constexpr Side other(Side side) {
    return side == Side::buy ? Side::sell : Side::buy;
}

}  // namespace

struct JsonMarket::Visitor {
    JsonMarket& market;
    MarketStep& step;

    void operator()(const itch::StockDirectory& message) {
        stamp(message);
        step.listed = std::string{message.stock.view()};
    }
    void operator()(const itch::AddOrder& message) { enter(message); }
    void operator()(const itch::AddOrderWithMpid& message) { enter(message); }
    void operator()(const itch::OrderExecuted& message) {
        stamp(message);
        execute(message.order_ref, message.executed_shares, std::nullopt);
    }
    void operator()(const itch::OrderExecutedWithPrice& message) {
        stamp(message);
        execute(message.order_ref, message.executed_shares,
                std::int64_t{std::uint32_t{message.execution_price4}});
        // What a later bulk print tells is no trade here.
        if (message.printable != 'Y') step.trade.reset();
    }
    void operator()(const itch::OrderCancel& message) {
        stamp(message);
        market.reduce(message.order_ref, std::uint32_t{message.cancelled_shares});
        step.book_changed = true;
    }
    void operator()(const itch::OrderDelete& message) {
        stamp(message);
        market.reduce(message.order_ref, market.orders_.at(message.order_ref).shares);
        step.book_changed = true;
    }
    void operator()(const itch::OrderReplace& message) {
        stamp(message);
        Order order = market.orders_.at(message.original_order_ref);
        market.reduce(message.original_order_ref, order.shares);
        order.price = std::uint32_t{message.price4};
        order.shares = std::uint32_t{message.shares};
        market.add(message.new_order_ref, order);
        step.book_changed = true;
    }

    template <class Message>
    void stamp(const Message& message) {
        step.locate = message.stock_locate;
        step.time_ns = message.timestamp_ns;
        market.room_for(step.locate);
    }
    template <class Message>
    void enter(const Message& message) {
        stamp(message);
        market.add(message.order_ref,
                   {step.locate, side_of(message.side), std::int64_t{std::uint32_t{message.price4}},
                    std::int64_t{std::uint32_t{message.shares}}});
        step.book_changed = true;
    }
    void execute(std::uint64_t ref, std::uint32_t shares, std::optional<std::int64_t> price) {
        const Order order = market.orders_.at(ref);
        step.trade = MarketTrade{price.value_or(order.price), shares, other(order.side)};
        market.reduce(ref, shares);
        step.book_changed = true;
    }
};

MarketStep JsonMarket::apply(codecs::Bytes message) {
    MarketStep step;
    // Where a message has no effect on books its time is told all the same.
    if (message.size() >= 11) step.time_ns = codecs::read<codecs::be48>(message.data() + 5);
    static_cast<void>(itch::decode(message, Visitor{*this, step}));
    return step;
}

std::vector<std::int64_t> JsonMarket::take_changed(std::uint16_t locate, Side side) {
    return std::exchange(changed_[locate][static_cast<std::size_t>(side)], {});
}

void JsonMarket::room_for(std::uint16_t locate) {
    if (locate < books_.size()) return;
    books_.resize(std::size_t{locate} + 1);
    changed_.resize(std::size_t{locate} + 1);
}

void JsonMarket::add(std::uint64_t ref, const Order& order) {
    orders_.insert_or_assign(ref, order);
    change(order, order.shares);
}

void JsonMarket::reduce(std::uint64_t ref, std::int64_t shares) {
    const auto found = orders_.find(ref);
    change(found->second, -shares);
    found->second.shares -= shares;
    if (found->second.shares == 0) orders_.erase(found);
}

void JsonMarket::change(const Order& order, std::int64_t shares) {
    const auto side = static_cast<std::size_t>(order.side);
    const std::int64_t key = ladder_key(order.side, order.price);
    Ladder& ladder = books_[order.locate][side];
    const auto level = ladder.try_emplace(key, 0).first;
    level->second += shares;
    if (level->second == 0) ladder.erase(level);
    changed_[order.locate][side].push_back(key);
}

}  // namespace tickweir::replay::simulator
