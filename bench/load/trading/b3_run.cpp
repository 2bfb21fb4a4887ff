#include "bench/load/trading/b3_run.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::seconds;

unsigned long long printed(std::uint64_t value) {
    return value;
}

}  // namespace

bool B3Result::sustained(double p99_us) const {
    const auto fast = [&](RequestKind kind) {
        return quantiles(orders.of(kind).latency()).p99 < p99_us;
    };
    return unsent == 0 && unanswered == 0 && failed_reads == 0 && orders.refused_for_load() == 0 &&
           fast(RequestKind::order) && fast(RequestKind::cancel);
}

void B3Result::print() const {
    const double orders_done = static_cast<double>(orders.of(RequestKind::order).served());
    char title[160];
    std::snprintf(title, sizeof title,
                  "%.0f %%: %.0f requests/s, %.0f orders/s and %.0f cancels/s served", percent,
                  static_cast<double>(requests) / seconds, orders_done / seconds,
                  static_cast<double>(orders.of(RequestKind::cancel).served()) / seconds);
    orders.print(title);
    print_quantiles("read of a book", quantiles(book));
    print_quantiles("read of a price", quantiles(price));
    print_quantiles("read of a balance", quantiles(balance));
    print_quantiles("written late by", quantiles(late));
    std::printf("  %22s unsent %llu, unanswered %llu, failed reads %llu, nothing to cancel %llu\n",
                "", printed(unsent), printed(unanswered), printed(failed_reads),
                printed(nothing_to_cancel));
    if (failed_reads > 0) std::printf("  %22s a failed read: %s\n", "", failed_read.c_str());
    std::printf("  %22s CPU: gateway %.1f us an order, %.0f %% of a core; these clients %.0f %%\n",
                "", orders_done > 0 ? gateway_cpu_s * 1e6 / orders_done : 0,
                100 * gateway_cpu_s / seconds, 100 * own_cpu_s / seconds);
    std::fflush(stdout);
}

B3Run::B3Run(Setup setup)
    : setup_{std::move(setup)},
      flow_{setup_.seed, setup_.profile},
      arrivals_{setup_.seed + 1},
      random_{setup_.seed + 2},
      crowd_{reactor_,
             {.address = setup_.fix,
              .traders = setup_.profile.brokers,
              .instruments = setup_.instruments,
              .orders_max = 16'384,
              .on_outcome =
                  [this](std::size_t, const Outcome& outcome, TimeNs now) {
                      if (result_ != nullptr && outcome.intended_ns >= begin_ns_)
                          result_->orders.add(outcome, now);
                  }}},
      reads_{reactor_, setup_.http, setup_.http_connections} {}

void B3Run::request(TimeNs due) {
    const B3Request request = flow_.next(due);
    if (result_ != nullptr) ++result_->requests;
    switch (request.kind) {
        case B3Kind::order: {
            Trader& broker = crowd_[request.broker];
            const bool sent =
                broker.orders.place(broker.session, request.wish, wall_now(), ns_of(due));
            if (!sent && result_ != nullptr) ++result_->unsent;
            return crowd_.touch(request.broker);
        }
        case B3Kind::cancel:
            return cancel(request.broker, due);
        case B3Kind::book:
        case B3Kind::price:
        case B3Kind::balance:
            return read(request, due);
    }
}

void B3Run::cancel(std::uint32_t broker, TimeNs due) {
    Trader& trader = crowd_[broker];
    const auto idle = trader.orders.idle();
    if (idle.empty()) {
        if (result_ != nullptr) ++result_->nothing_to_cancel;
        return;
    }
    const std::uint32_t slot = idle[random_() % idle.size()];
    if (!trader.orders.cancel(trader.session, slot, wall_now(), ns_of(due)) && result_ != nullptr)
        ++result_->unsent;
    crowd_.touch(broker);
}

void B3Run::read(const B3Request& request, TimeNs due) {
    const std::string& symbol = setup_.instruments[request.instrument].symbol;
    gateway::LatencyHistogram B3Result::*const place =
        request.kind == B3Kind::book    ? &B3Result::book
        : request.kind == B3Kind::price ? &B3Result::price
                                        : &B3Result::balance;
    const auto done = [this, due, place](unsigned status, std::string_view body) {
        if (result_ == nullptr || ns_of(due) < begin_ns_) return;
        (result_->*place).record(ns_of(wall_now()) - ns_of(due));
        if (status == 200) return;
        if (result_->failed_reads++ == 0)
            result_->failed_read = std::to_string(status) + " " + std::string{body.substr(0, 200)};
    };
    if (request.kind == B3Kind::balance)
        return reads_.ask("/v1/accounts/" + account_name(request.broker) + "/balances/USD",
                          account_key(request.broker), done);
    const char* const what = request.kind == B3Kind::book ? "/v1/books/" : "/v1/quotes/";
    reads_.ask(what + ("tickweir:" + symbol), {}, done);
}

void B3Run::loop(double percent, seconds how_long) {
    const TimeNs begin = wall_now();
    const TimeNs end = begin + how_long;
    TimeNs tick = begin;
    arrivals_.begin(ns_of(begin), B3Profile::per_second * percent / 100);
    open_loop(
        reactor_, arrivals_, end,
        [this](TimeNs due) {
            if (result_ != nullptr) result_->late.record(ns_of(wall_now()) - ns_of(due));
            request(due);
        },
        [&] {
            crowd_.flush();
            if (wall_now() < tick) return;
            tick += seconds{1};
            crowd_.tick(wall_now());
        });
}

std::unique_ptr<B3Result> B3Run::run(double percent, seconds how_long) {
    auto result = std::make_unique<B3Result>();
    result->percent = percent;
    result->seconds = static_cast<double>(how_long.count());
    loop(percent / 2, seconds{1});
    const ProcessUse before = use_of(setup_.gateway);
    const ProcessUse own_before = use_of(::getpid());
    result_ = result.get();
    begin_ns_ = ns_of(wall_now());
    loop(percent, how_long);
    result->gateway_cpu_s = use_of(setup_.gateway).cpu_seconds - before.cpu_seconds;
    result->own_cpu_s = use_of(::getpid()).cpu_seconds - own_before.cpu_seconds;
    (void)read_until(reactor_, seconds{5},
                     [this] { return crowd_.waiting() == 0 && reads_.waiting() == 0; });
    result->unanswered = crowd_.waiting() + reads_.waiting();
    result_ = nullptr;
    return result;
}

}  // namespace tickweir::bench
