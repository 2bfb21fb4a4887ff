// All of a venue's saved state but its open orders.
#include <algorithm>
#include <string>

#include "txn/venue/venue_loader.hpp"

namespace tickweir::txn {
namespace {

constexpr std::uint64_t trades_max = std::uint64_t{1} << 40;

}  // namespace

void VenueLoader::run() {
    if (venue_.order_count_ != 0 || venue_.positions_.size() != 0)
        return in_.fail("a state is loaded into a venue that was in use");
    expect(StatePart::head, "no venue begins here");
    if (const auto version = in_.get<std::uint32_t>(); version != venue_state_version)
        in_.fail("the state's version is " + std::to_string(version) + ", known is " +
                 std::to_string(venue_state_version));
    saved_ = check_settings(venue_.settings_, in_);
    get_counters();
    get_instruments();
    get_positions();
    get_orders();
    get_queues();
    get_lines();
    get_rest();
    get_client_ids();
    get_trades();
    expect(StatePart::end, "the state's end is missing");
    in_.expect_end();
}

void VenueLoader::get_counters() {
    expect(StatePart::counters, "no counters begin here");
    venue_.order_count_ = in_.below<std::uint64_t>(ClientIds::no_order, "the count of orders");
    venue_.day_begin_ = in_.below<std::uint64_t>(venue_.order_count_ + 1, "the day's begin");
    venue_.now_ = in_.time();
}

void VenueLoader::get_instruments() {
    expect(StatePart::instruments, "no instruments begin here");
    for (std::size_t i = 0; i < saved_.instruments && in_.ok(); ++i) {
        InstrumentState& its = venue_.instruments_[i];
        its.state = in_.up_to(MarketState::paused, "an instrument's state");
        its.last = in_.price();
        its.band_reference = in_.price();
        const bool has_begun = in_.flag("whether a band has begun");
        const TimeNs begin = in_.time();
        if (has_begun) its.band_begin = begin;
        its.pause_end = in_.time();
        if (in_.flag("whether fees have a row"))
            its.fee_row = row_of(venue_.settings_.fees.account, its.settings.quote);
    }
}

/// The row of a balance that the ledger had.
Row VenueLoader::row_of(AccountId account, AssetId asset) {
    const Row row = venue_.ledger_.row(account, asset);
    if (row == 0) in_.fail("the ledger has no room for a balance that was in use");
    return row;
}

void VenueLoader::get_positions() {
    expect(StatePart::positions, "no positions begin here");
    const std::size_t count = in_.count(venue_.positions_.limit(), "positions");
    for (std::size_t i = 0; i < count && in_.ok(); ++i) {
        const auto account = get_account();
        const auto instrument = get_instrument();
        const auto rows = in_.below<std::uint8_t>(4, "a position's rows");
        const Row row = venue_.positions_.find_or_add(static_cast<std::uint32_t>(account),
                                                      static_cast<std::uint32_t>(instrument));
        if (row != i + 1) return in_.fail("a position is there twice");
        Position& own = venue_.positions_[row];
        own.cost = in_.wide();
        own.realized = in_.wide();
        own.quantity = in_.quantity();
        const InstrumentSettings& its = venue_.of(instrument).settings;
        if ((rows & base_row_bit) != 0) own.base_row = row_of(account, its.base);
        if ((rows & quote_row_bit) != 0) own.quote_row = row_of(account, its.quote);
    }
}

void VenueLoader::get_lines() {
    expect(StatePart::lines, "no lines begin here");
    for (std::size_t i = 0; i < saved_.instruments && in_.ok(); ++i)
        get_line(InstrumentId{static_cast<std::uint32_t>(i)});
    std::ranges::sort(in_lines_);
    if (std::ranges::adjacent_find(in_lines_) != in_lines_.end())
        in_.fail("an order stands in line twice");
    const std::size_t count = in_.count(saved_.instruments, "instruments to be run");
    for (std::size_t i = 0; i < count && in_.ok(); ++i) {
        const InstrumentId instrument = get_instrument();
        if (!in_.ok()) return;
        const InstrumentState& its = venue_.of(instrument);
        if (its.waiting.empty() || its.state != MarketState::trading ||
            std::ranges::find(venue_.runnable_, instrument) != venue_.runnable_.end())
            return in_.fail("an instrument is to be run that has no line, or twice");
        venue_.runnable_.push_back(instrument);
    }
}

void VenueLoader::get_line(InstrumentId instrument) {
    InstrumentState& its = venue_.of(instrument);
    for (OrderId id = in_.get<OrderId>(); id != OrderId{0}; id = in_.get<OrderId>()) {
        const OrderIndex index = venue_.waiting_.find(id);
        if (index == 0 || venue_.orders_[index].instrument != instrument ||
            its.waiting.size() == venue_.orders_.live())
            return in_.fail("an order stands in line that does not wait there");
        its.waiting.push_back(index);
        in_lines_.push_back(index);
    }
}

void VenueLoader::get_rest() {
    expect(StatePart::rest, "nothing that is pending begins here");
    Venue::Rest& rest = venue_.rest_;
    rest.affected = in_.get<std::uint64_t>();
    using Kind = Venue::Rest::Kind;
    const Kind kind = in_.up_to(Kind::expiry, "what is pending");
    if (kind != Kind::none) get_rest(kind);
    const std::size_t half_done = kind == Kind::incoming ? 1 : 0;
    if (in_.ok() && venue_.waiting_.size() != in_lines_.size() + half_done)
        in_.fail("an order waits for nothing");
}

void VenueLoader::get_rest(Venue::Rest::Kind kind) {
    using Kind = Venue::Rest::Kind;
    Venue::Rest& rest = venue_.rest_;
    rest.kind = kind;
    const auto order = in_.get<OrderId>();
    rest.order = order == OrderId{0} ? 0 : venue_.find(order);
    rest.session = get_session();
    rest.time = in_.time();
    rest.ends_day = in_.flag("whether the day ends");
    rest.list = get_session();
    rest.terms.limit = in_.price();
    rest.terms.min_quantity = in_.quantity();
    rest.terms.whole = in_.flag("whether an order is fill or kill");
    rest.terms.immediate = in_.flag("whether an order is immediate");
    rest.terms.rest_reason = in_.up_to(CancelReason::collar, "a reason");
    MassCancel& filter = rest.filter;
    filter.client_id = in_.client_id();
    get_optional(filter.session, venue_.settings_.sessions.size(), "a session");
    get_optional(filter.account, venue_.settings_.accounts.size(), "an account");
    get_optional(filter.instrument, venue_.settings_.instruments.size(), "an instrument");
    get_optional(filter.side, 2, "a side");
    filter.keep_long_lived = in_.flag("whether long-lived orders stay");
    const bool waits = std::ranges::binary_search(in_lines_, rest.order);
    if (kind == Kind::incoming && (rest.order == 0 || waits || !venue_.orders_[rest.order].waiting))
        in_.fail("the order that is half done is not there");
    if (kind == Kind::cancels && rest.order == 0)
        in_.fail("the order that is to be cancelled next is not there");
}

void VenueLoader::get_client_ids() {
    expect(StatePart::client_ids, "no client ids begin here");
    const std::size_t count = in_.count(venue_.client_ids_.limit(), "client ids");
    for (std::size_t i = 0; i < count && in_.ok(); ++i) {
        const auto first = in_.get<std::uint64_t>();
        const auto rest = in_.get<std::uint64_t>();
        const std::uint64_t number = ClientIds::number_of(rest);
        const bool known = number <= venue_.order_count_ || number == ClientIds::no_order;
        if (in_.ok() && (!known || !venue_.client_ids_.restore(first, rest)))
            in_.fail("a client's id is there twice, or of an order that never was");
    }
}

void VenueLoader::get_trades() {
    expect(StatePart::trades, "no trades begin here");
    const auto count = in_.below<std::uint64_t>(trades_max, "the count of trades");
    const auto forgotten = in_.below<std::uint64_t>(count + 1, "the count of trades forgotten");
    const std::size_t known =
        in_.count(std::min<std::uint64_t>(count - forgotten, venue_.trades_.limit()), "trades");
    if (!in_.ok()) return;
    venue_.trades_.restore(count, forgotten);
    for (std::uint64_t number = count - known + 1; number <= count && in_.ok(); ++number) {
        TradeRecord trade{};
        trade.instrument = get_instrument();
        trade.busted = in_.flag("whether a trade was busted");
        trade.price = in_.price();
        trade.quantity = in_.quantity();
        get_side(trade.buyer, trade.instrument);
        get_side(trade.seller, trade.instrument);
        if (in_.ok()) venue_.trades_.set(number, trade);
    }
}

void VenueLoader::get_side(TradeSide& side, InstrumentId instrument) {
    side.order = in_.get<OrderId>();
    side.due = in_.wide();
    side.fee = in_.wide();
    side.account = get_account();
    side.session = get_session();
    side.is_maker = in_.flag("whether a side was the maker");
    side.position_row = venue_.positions_.find(static_cast<std::uint32_t>(side.account),
                                               static_cast<std::uint32_t>(instrument));
    if (in_.ok() && side.position_row == 0)
        in_.fail("a trade's account has no position that it changed");
}

std::string Venue::load(StateReader& reader) {
    VenueLoader{*this, reader}.run();
    return reader.fault();
}

}  // namespace tickweir::txn
