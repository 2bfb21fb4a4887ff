#include "bench/load/trading/abuse_flow.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tickweir::bench {
namespace {

namespace tag = wire::tag;

constexpr std::int64_t depth = 400;  // ticks below the middle that orders rest within

// A wrong checksum, a length that no message has, and a stretch that never begins one.
constexpr std::string_view wrong_sum =
    "8=FIX.4.4\x01"
    "9=5\x01"
    "35=D\x01"
    "10=000\x01";
constexpr std::string_view huge_length =
    "8=FIX.4.4\x01"
    "9=999999999\x01"
    "35=D\x01";
constexpr std::string_view noise = "8=FIX.4.4 9=5 35=D 10=000 ";

}  // namespace

AbuseFlow::AbuseFlow(std::uint64_t seed, std::string run,
                     std::span<const TradedInstrument> instruments, std::int64_t reference_ticks)
    : random_{seed},
      run_{std::move(run)},
      instruments_{instruments},
      reference_ticks_{reference_ticks},
      largest_(largest_text, 'x') {}

std::string AbuseFlow::unique(std::string_view prefix) {
    return std::string{prefix} + run_ + "." + std::to_string(++names_);
}

const TradedInstrument& AbuseFlow::any() {
    return instruments_[random_() % instruments_.size()];
}

void AbuseFlow::order(ClientSession& session, TimeNs now, std::string_view symbol,
                      std::string_view text) {
    const auto away = static_cast<std::int64_t>(random_() % depth);
    const std::string id = unique("x");
    count(session.send("D", now, [&](wire::Writer& to) {
        to.field(tag::cl_ord_id, std::string_view{id});
        to.field(tag::symbol, symbol);
        to.field(tag::side, '1');
        to.field(tag::transact_time, wire::UtcTime{now.time_since_epoch()});
        to.field(tag::order_qty, 1);
        to.field(tag::ord_type, '2');
        // Below where others trade.
        to.field(tag::price, wire::Decimal{reference_ticks_ - 100 - away, 2});
        to.field(tag::time_in_force, '1');
        if (!text.empty()) to.field(tag::text, text);
    }));
}

void AbuseFlow::ask_market_data(ClientSession& session, TimeNs now,
                                std::span<const std::string> symbols) {
    const std::string id = unique("v");
    count(session.send("V", now, [&](wire::Writer& to) {
        to.field(tag::md_req_id, std::string_view{id});
        to.field(tag::subscription_request_type, '1');
        to.field(tag::market_depth, 0);
        to.field(tag::md_update_type, 1);
        to.field(tag::no_md_entry_types, 3);
        for (const char type : {'0', '1', '2'})
            to.field(tag::md_entry_type, type);
        to.field(tag::no_related_sym, static_cast<std::int64_t>(symbols.size()));
        for (const std::string& symbol : symbols)
            to.field(tag::symbol, std::string_view{symbol});
    }));
}

void AbuseFlow::cancel_nothing(ClientSession& session, TimeNs now) {
    const std::string id = unique("c");
    const std::string original = unique("o");
    count(session.send("F", now, [&](wire::Writer& to) {
        to.field(tag::orig_cl_ord_id, std::string_view{original});
        to.field(tag::cl_ord_id, std::string_view{id});
        to.field(tag::symbol, std::string_view{any().symbol});
        to.field(tag::side, '1');
        to.field(tag::transact_time, wire::UtcTime{now.time_since_epoch()});
    }));
}

void AbuseFlow::subscribe(ClientSession& session, TimeNs now) {
    std::vector<std::string> symbols;
    for (const TradedInstrument& instrument : instruments_)
        symbols.push_back(instrument.symbol);
    ask_market_data(session, now, symbols);
}

void AbuseFlow::rest(ClientSession& session, TimeNs now) {
    order(session, now, any().symbol);
}

void AbuseFlow::ask_again(ClientSession& session, TimeNs now) {
    count(session.send("2", now, [](wire::Writer& to) {
        to.field(tag::begin_seq_no, 1);
        to.field(tag::end_seq_no, 0);
    }));
    const std::string id = unique("a");
    count(session.send("AF", now, [&](wire::Writer& to) {
        to.field(tag::mass_status_req_id, std::string_view{id});
        to.field(tag::mass_status_req_type, 7);
    }));
}

void AbuseFlow::trouble(ClientSession& session, TimeNs now) {
    switch (turns_++ % troubles) {
        case 0:
            return order(session, now, unique("NO"));
        case 1:
            return ask_market_data(session, now, std::vector<std::string>{unique("NO")});
        case 2:
            return order(session, now, any().symbol, largest_);
        case 3:
            return count(session.send_raw(wrong_sum));
        case 4:
            return count(session.send_raw(huge_length));
        case 5:
            return count(session.send_raw(noise));
        case 6:
            return cancel_nothing(session, now);
        default:
            return rest(session, now);
    }
}

}  // namespace tickweir::bench
