// Quotes both sides of a venue's instruments around prices that wander, and trades a little against
// its own quotes from a second session, so that there is a market to look at. Also an example of a
// client: log on with cancel on disconnect, quote, replace, cancel, log out; log on again when cut.
//
//     market_maker --port 9878 [--host 127.0.0.1] [--maker MAKER] [--taker TAKER] [--seed N]
//                  [--interval-ms 250] [--seconds 0]
//
// Ends on SIGINT or SIGTERM, with its orders cancelled, and after --seconds where that is not 0.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/trader.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

volatile std::sig_atomic_t stop_asked = 0;

/// What is quoted: prices in ticks, quantities in lots.
struct Quoted {
    TradedInstrument instrument;
    std::int64_t price;     // at the beginning
    std::int64_t step;      // the price wanders by so much at a time
    std::int64_t spread;    // between a side's best quote and the middle
    std::int64_t quantity;  // of one quote
};

const std::vector<Quoted> market{{{"ACME", 2, 0}, 10'000, 2, 3, 100},
                                 {{"GLOBEX", 2, 0}, 4'250, 1, 2, 250},
                                 {{"BTC-USD", 2, 8}, 6'000'000, 900, 1'500, 25'000'000}};
constexpr std::size_t levels = 5;
constexpr std::size_t orders_most = 256;

std::vector<TradedInstrument> instruments() {
    std::vector<TradedInstrument> all;
    for (const Quoted& quoted : market)
        all.push_back(quoted.instrument);
    return all;
}

/// One instrument's quotes: a row of prices a side, and an order at each.
class Quotes {
public:
    Quotes(std::uint32_t instrument, std::uint64_t seed)
        : instrument_{instrument}, random_{seed}, middle_{market[instrument].price} {}

    void move(Trader& trader, TimeNs now) {
        const Quoted& quoted = market[instrument_];
        middle_ += quoted.step * (static_cast<std::int64_t>(random_() % 5) - 2);
        // It does not wander off, and an inventory that grows makes its own price worse.
        middle_ += (quoted.price - middle_) / 64;
        const std::int64_t held = trader.orders.bought()[instrument_].quantity / quoted.quantity;
        const std::int64_t middle = middle_ - held * quoted.step / 4;
        for (const OrderSide side : {OrderSide::buy, OrderSide::sell})
            quote(trader, side, middle, now);
    }

private:
    /// Orders that stand at one of the prices stay; the others move to the prices that have none.
    void quote(Trader& trader, OrderSide side, std::int64_t middle, TimeNs now) {
        const Quoted& quoted = market[instrument_];
        std::vector<std::int64_t> prices;
        for (std::size_t level = 0; level < levels; ++level) {
            const auto away = quoted.spread + static_cast<std::int64_t>(level) * quoted.step * 2;
            prices.push_back(side == OrderSide::buy ? middle - away : middle + away);
        }
        std::vector<std::uint32_t> others;
        for (const std::uint32_t slot : trader.orders.idle()) {
            const OwnOrders::Order& order = trader.orders.order(slot);
            if (order.instrument != instrument_ || order.side != side) continue;
            const auto stands = std::ranges::find(prices, order.price);
            if (stands == prices.end()) {
                others.push_back(slot);
            } else {
                prices.erase(stands);
            }
        }
        for (const std::int64_t price : prices)
            if (price > 0) quote(trader, side, price, others, now);
    }

    /// Moves one of these orders to the price, or places one where there are too few.
    void quote(Trader& trader, OrderSide side, std::int64_t price, std::vector<std::uint32_t>& own,
               TimeNs now) {
        if (own.empty()) {
            if (open_of(trader, side) >= levels) return;  // some are under way
            const OrderWish wish{.instrument = instrument_,
                                 .side = side,
                                 .quantity = market[instrument_].quantity,
                                 .price = price};
            (void)trader.orders.place(trader.session, wish, now, ns_of(now));
            return;
        }
        const std::uint32_t slot = own.back();
        own.pop_back();
        const OwnOrders::Order& order = trader.orders.order(slot);
        // What was executed counts in the new quantity, too: a quote that is partly used goes.
        if (order.leaves < market[instrument_].quantity) {
            (void)trader.orders.cancel(trader.session, slot, now, ns_of(now));
        } else {
            (void)trader.orders.replace(trader.session, slot, price, order.leaves + order.filled,
                                        now, ns_of(now));
        }
    }

    std::size_t open_of(const Trader& trader, OrderSide side) const {
        std::size_t count = 0;
        for (std::uint32_t slot = 0; slot < orders_most; ++slot) {
            const OwnOrders::Order& order = trader.orders.order(slot);
            if (order.first != 0 && order.instrument == instrument_ && order.side == side) ++count;
        }
        return count;
    }

    std::uint32_t instrument_;
    std::mt19937_64 random_;
    std::int64_t middle_;
};

class MarketMaker {
public:
    explicit MarketMaker(const Arguments& arguments)
        : address_{arguments.text("host"), arguments.port("port")},
          instruments_{instruments()},
          random_{arguments.number("seed")},
          interval_{arguments.number("interval-ms", 1)} {
        for (const char* const role : {"maker", "taker"})
            names_.push_back(arguments.text(role));
        for (std::uint32_t i = 0; i < market.size(); ++i)
            quotes_.emplace_back(i, arguments.number("seed") + i);
    }

    /// Until it is told to stop, or for so long.
    void run(seconds at_most) {
        const TimeNs end = at_most.count() == 0 ? TimeNs::max() : wall_now() + at_most;
        while (stop_asked == 0 && wall_now() < end) {
            try {
                begin();
                trade(end);
            } catch (const std::exception& error) {
                std::fprintf(stderr, "market_maker: %s; trying again\n", error.what());
                wait(seconds{1}, end);
            }
        }
        leave();
    }

private:
    /// A new connection each; what was open is cancelled with the old one.
    void begin() {
        traders_.clear();
        const std::string run = run_name(static_cast<std::uint64_t>(ns_of(wall_now()) / 1'000'000));
        for (const std::string& name : names_) {
            if (name.empty()) continue;
            ClientSettings settings;
            settings.comp_id = name;
            settings.logon_fields = "8013=Y\x01";
            settings.heartbeat = seconds{10};
            traders_.push_back(std::make_unique<Trader>(
                reactor_, settings, run, instruments_, orders_most,
                [this](const Outcome& outcome, TimeNs) { refused_ += refused(outcome); }));
            insist(reactor_, *traders_.back(), address_, seconds{10});
        }
        std::printf("market_maker: quoting %zu instruments as %s\n", market.size(),
                    names_[0].c_str());
        std::fflush(stdout);
    }

    static std::uint64_t refused(const Outcome& outcome) {
        return outcome.kind == RequestKind::order && outcome.answer != Answer::done ? 1 : 0;
    }

    void trade(TimeNs end) {
        while (stop_asked == 0 && wall_now() < end) {
            const TimeNs now = wall_now();
            for (Quotes& quotes : quotes_)
                quotes.move(*traders_[0], now);
            if (traders_.size() > 1) take(*traders_[1], now);
            for (const auto& trader : traders_) {
                trader->session.on_tick(now);
                trader->socket.flush();
            }
            wait(interval_, end);
            for (const auto& trader : traders_)
                if (trader->session.state() == ClientState::ended)
                    throw std::runtime_error{trader->session.comp_id() +
                                             " was cut: " + std::string{trader->session.ending()}};
        }
    }

    /// A part of a quote now and then, at any price.
    void take(Trader& taker, TimeNs now) {
        const auto i = static_cast<std::uint32_t>(random_() % market.size());
        const std::int64_t held = taker.orders.bought()[i].quantity;
        const bool sell = held > 0 ? random_() % 3 != 0 : random_() % 3 == 0;
        const auto part = static_cast<std::int64_t>(1 + random_() % 10);
        const OrderWish wish{.instrument = i,
                             .side = sell ? OrderSide::sell : OrderSide::buy,
                             .quantity = market[i].quantity * part / 10,
                             .price = std::nullopt,
                             .time_in_force = '3'};
        (void)taker.orders.place(taker.session, wish, now, ns_of(now));
    }

    void wait(milliseconds how_long, TimeNs end) {
        const TimeNs until = std::min(wall_now() + how_long, end);
        for (TimeNs now = wall_now(); now < until && stop_asked == 0; now = wall_now())
            (void)reactor_.wait(std::min<std::int64_t>((until - now).count(), 50'000'000),
                                [] { return false; });
    }

    void leave() {
        std::uint64_t fills = 0;
        for (const auto& trader : traders_) {
            const TimeNs now = wall_now();
            const std::vector<std::uint32_t> open{trader->orders.idle().begin(),
                                                  trader->orders.idle().end()};
            for (const std::uint32_t slot : open)
                (void)trader->orders.cancel(trader->session, slot, now, ns_of(now));
            trader->socket.flush();
            fills += trader->orders.fills();
        }
        const TimeNs patience = wall_now() + seconds{2};
        while (wall_now() < patience && waiting())
            (void)reactor_.wait(10'000'000, [] { return false; });
        log_out(reactor_, traders_, seconds{2});
        std::printf("market_maker: %llu fills, %llu orders refused\n",
                    static_cast<unsigned long long>(fills),
                    static_cast<unsigned long long>(refused_));
    }

    bool waiting() const {
        for (const auto& trader : traders_)
            if (trader->socket.connected() && trader->orders.waiting() > 0) return true;
        return false;
    }

    gateway::Reactor reactor_;
    FixAddress address_;
    std::vector<TradedInstrument> instruments_;
    std::vector<std::string> names_;
    std::vector<Quotes> quotes_;
    std::vector<std::unique_ptr<Trader>> traders_;
    std::mt19937_64 random_;
    milliseconds interval_;
    std::uint64_t refused_ = 0;
};

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    using namespace tickweir::bench;
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int) { stop_asked = 1; });
    try {
        const Arguments arguments{count,
                                  values,
                                  {{"host", "127.0.0.1"},
                                   {"port", "9878"},
                                   {"maker", "MAKER"},
                                   {"taker", "TAKER"},
                                   {"seed", "1"},
                                   {"interval-ms", "250"},
                                   {"seconds", "0"}}};
        MarketMaker{arguments}.run(std::chrono::seconds{arguments.number("seconds")});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "market_maker: %s\n", error.what());
        return 2;
    }
    return 0;
}
