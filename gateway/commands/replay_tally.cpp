#include "gateway/commands/replay_tally.hpp"

#include "book/order_book.hpp"

namespace tickweir::gateway {
namespace {

InstrumentTotals& of_symbol(ReplayTally::Totals& totals, std::string_view symbol) {
    const auto known = totals.find(symbol);
    if (known != totals.end()) return known->second;
    return totals[std::string{symbol}];
}

}  // namespace

void InstrumentTotals::add(const InstrumentTotals& later) {
    book_updates += later.book_updates;
    unapplied += later.unapplied;
    gaps += later.gaps;
    trades += later.trades;
    trade_volume = trade_volume + later.trade_volume;
    cross_volume = cross_volume + later.cross_volume;
    if (later.last_trade_price) last_trade_price = later.last_trade_price;
    if (!first_time) first_time = later.first_time;
    if (later.last_time) last_time = later.last_time;
}

void ReplayTally::add(InstrumentTotals& totals, const ItchInstrument& now, std::uint64_t version,
                      const Seen& before, book::TimeNs midnight) {
    InstrumentTotals news;
    news.book_updates = version - before.version;
    news.unapplied = now.refused - before.refused;
    news.trades = now.trades - before.trades;
    news.trade_volume = now.trade_volume - before.trade_volume;
    news.cross_volume = now.cross_volume - before.cross_volume;
    if (news.trades != 0) news.last_trade_price = now.last_trade_price;
    if (news.book_updates != 0 || news.trades != 0) {
        // An instrument that had data before has its first time already.
        news.first_time = midnight + std::chrono::nanoseconds{now.first_time_ns};
        news.last_time = midnight + std::chrono::nanoseconds{now.last_time_ns};
        if (!last_time_ || *news.last_time > *last_time_) last_time_ = news.last_time;
    }
    totals.add(news);
}

void ReplayTally::take(const ItchBooks& books, book::TimeNs midnight) {
    books.instruments().for_each([&](std::uint16_t locate, const ItchInstrument& now) {
        Seen& seen = seen_[locate];
        if (seen.name != now.name) seen = {now.name, 0, 0, 0, {}, {}};
        const book::OrderBook book{books.books(), instrument_id(locate)};
        add(of_symbol(totals_, now.symbol()), now, book.version(), seen, midnight);
        seen = {now.name,    book.version(),   now.trades,
                now.refused, now.trade_volume, now.cross_volume};
    });
}

void ReplayTally::on_books_reset() {
    for (Seen& seen : seen_)
        seen.version = 0;
}

void ReplayTally::on_lost(const ItchBooks& books) {
    books.instruments().for_each([&](std::uint16_t, const ItchInstrument& instrument) {
        if (!instrument.lost_sync) ++of_symbol(totals_, instrument.symbol()).gaps;
    });
}

}  // namespace tickweir::gateway
