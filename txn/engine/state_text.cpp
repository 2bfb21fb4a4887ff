#include "txn/engine/state_text.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "book/exact/decimal.hpp"

namespace tickweir::txn {
namespace {

/// No number of the state has more than 38 digits.
std::string number_text(Int128 coefficient, unsigned decimals) {
    return book::exact::to_text(book::exact::Decimal::of(coefficient, decimals).value);
}

std::string amount_text(Int128 amount) {
    return number_text(amount, 18);
}

std::string_view name_of(MarketState state) {
    switch (state) {
        case MarketState::trading:
            return "trading";
        case MarketState::halted:
            return "halted";
        case MarketState::paused:
            return "paused";
    }
    return "unknown";
}

std::string_view name_of(OrderType type) {
    switch (type) {
        case OrderType::market:
            return "market";
        case OrderType::limit:
            return "limit";
        case OrderType::stop:
            return "stop";
        case OrderType::stop_limit:
            return "stop_limit";
    }
    return "unknown";
}

std::string hex_text(Uint128 value) {
    std::ostringstream text;
    text << std::hex << static_cast<std::uint64_t>(value >> 64) << ':'
         << static_cast<std::uint64_t>(value);
    return text.str();
}

class Writer {
public:
    explicit Writer(const EngineState& state) : state_{state}, settings_{state.settings()} {}

    std::string text() {
        out_ << "lsn " << number(state_.applied()) << " hash " << hex_text(state_.hash()) << '\n';
        balances();
        for (std::uint16_t shard = 0; shard < state_.shards(); ++shard) {
            out_ << "shard " << shard << " records " << state_.sum(shard).records << " sum "
                 << hex_text(state_.sum(shard).sum)
                 << (state_.venue(shard).continuation_pending() ? " pending" : "") << '\n';
            instruments(state_.venue(shard));
            positions(state_.venue(shard));
            orders(state_.venue(shard));
        }
        return out_.str();
    }

private:
    void instruments(const Venue& venue) {
        for (std::uint32_t i = 0; i < settings_.instruments.size(); ++i)
            out_ << "instrument " << settings_.instruments[i].symbol << ' '
                 << name_of(venue.market_state(InstrumentId{i})) << '\n';
    }

    void balances() {
        for (std::uint32_t a = 0; a < settings_.accounts.size(); ++a)
            for (std::uint32_t i = 0; i < settings_.assets.size(); ++i)
                balance(AccountId{a}, AssetId{i});
    }

    void balance(AccountId account, AssetId asset) {
        const Balance balance = state_.ledger().balance(account, asset);
        if (balance == Balance{}) return;
        out_ << "balance " << account_name(account) << ' '
             << settings_.assets[static_cast<std::size_t>(asset)].name << " total "
             << amount_text(balance.total) << " held " << amount_text(balance.held) << '\n';
    }

    void positions(const Venue& venue) {
        for (std::uint32_t a = 0; a < settings_.accounts.size(); ++a)
            for (std::uint32_t i = 0; i < settings_.instruments.size(); ++i)
                position(venue, AccountId{a}, InstrumentId{i});
    }

    void position(const Venue& venue, AccountId account, InstrumentId id) {
        const Position own = venue.position(account, id);
        const auto none = Quantity{};
        if (own.quantity == none && own.open_buy == none && own.open_sell == none &&
            own.cost == 0 && own.realized == 0)
            return;
        out_ << "position " << account_name(account) << ' ' << of(id).symbol << " quantity "
             << quantity(id, own.quantity) << " cost " << amount_text(own.cost) << " realized "
             << amount_text(own.realized) << " open_buy " << quantity(id, own.open_buy)
             << " open_sell " << quantity(id, own.open_sell) << '\n';
    }

    void orders(const Venue& venue) {
        std::vector<OrderView> open;
        venue.for_each_open([&open](const OrderView& order) { open.push_back(order); });
        std::ranges::sort(open, {}, &OrderView::order);
        for (const OrderView& order : open)
            write(order);
    }

    void write(const OrderView& order) {
        const InstrumentId id = order.instrument;
        out_ << "order " << static_cast<std::uint64_t>(order.order) << ' '
             << settings_.sessions[static_cast<std::size_t>(order.session)].name << ' '
             << order.client_id.view() << ' ' << account_name(order.account) << ' ' << of(id).symbol
             << (order.side == Side::buy ? " buy " : " sell ") << name_of(order.type) << ' '
             << number_text(order.price.ticks, of(id).price_decimals) << " stop "
             << number_text(order.stop_price.ticks, of(id).price_decimals) << " quantity "
             << quantity(id, order.quantity) << " filled " << quantity(id, order.filled)
             << " leaves " << quantity(id, order.leaves) << (order.triggered ? " triggered" : "")
             << '\n';
    }

    const std::string& account_name(AccountId id) const {
        return settings_.accounts[static_cast<std::size_t>(id)].name;
    }
    const InstrumentSettings& of(InstrumentId id) const {
        return settings_.instruments[static_cast<std::size_t>(id)];
    }
    std::string quantity(InstrumentId id, Quantity quantity) const {
        return number_text(quantity.lots, of(id).quantity_decimals);
    }

    const EngineState& state_;
    const VenueSettings& settings_;
    std::ostringstream out_;
};

}  // namespace

std::string state_text(const EngineState& state) {
    return Writer{state}.text();
}

std::string first_different_line(const std::string& first, const std::string& second) {
    std::istringstream one{first};
    std::istringstream other{second};
    for (std::size_t line = 1;; ++line) {
        std::string a;
        std::string b;
        const bool has_a = static_cast<bool>(std::getline(one, a));
        const bool has_b = static_cast<bool>(std::getline(other, b));
        if (!has_a && !has_b) return {};
        if (has_a != has_b || a != b)
            return "line " + std::to_string(line) + ": " + (has_a ? a : "(none)") + " | " +
                   (has_b ? b : "(none)");
    }
}

}  // namespace tickweir::txn
