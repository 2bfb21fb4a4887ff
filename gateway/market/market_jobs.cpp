#include "gateway/market/market_jobs.hpp"

#include <array>

namespace tickweir::gateway {
namespace {

constexpr std::uint8_t bit(Watch watch) {
    return static_cast<std::uint8_t>(watch);
}
constexpr std::uint8_t without(std::uint8_t watches, Watch watch) {
    return static_cast<std::uint8_t>(watches & ~bit(watch));
}

}  // namespace

MarketJobs::MarketJobs(MarketOutput& output, store::MarketStore& store, std::size_t instruments)
    : output_{output}, store_{store}, sources_(instruments), status_queued_(instruments) {}

void MarketJobs::assign(book::InstrumentId instrument, InstrumentSource& source) {
    sources_[static_cast<std::size_t>(instrument)] = &source;
}

void MarketJobs::watch(std::size_t link, const WatchRequest& request) {
    if (!assigned(request.instrument)) {
        ++unknown_watches_;
        return;
    }
    const std::uint8_t before = output_.watched(link, request.instrument);
    output_.set_watches(link, request.instrument, request.watches);
    std::uint8_t& waiting = wanted(link, request.instrument);
    // What is under way may be what nobody wants any more, or not any more from its middle on.
    if ((waiting & ~request.watches) != 0 && is_under_way(link, request.instrument)) place_ = 0;
    waiting = static_cast<std::uint8_t>(waiting & request.watches);
    const auto fresh = static_cast<std::uint8_t>(request.watches & (~before | request.again));
    want(link, request.instrument, fresh);
}

void MarketJobs::begin_again(book::InstrumentId instrument, std::uint8_t watches) {
    for (std::size_t link = 0; link < output_.link_count(); ++link)
        want(link, instrument,
             static_cast<std::uint8_t>(output_.watched(link, instrument) & watches));
}

void MarketJobs::want(std::size_t link, book::InstrumentId instrument, std::uint8_t watches) {
    if (watches == 0) return;
    std::uint8_t& waiting = wanted(link, instrument);
    const bool queued = waiting != 0;
    waiting = static_cast<std::uint8_t>(waiting | watches);
    if (!queued) queue_.push_back({instrument, static_cast<std::uint32_t>(link)});
}

void MarketJobs::status_changed(book::InstrumentId instrument) {
    std::uint8_t& queued = status_queued_[static_cast<std::size_t>(instrument)];
    if (queued != 0) return;
    queued = 1;
    queue_.push_back({instrument, all_links});
}

bool MarketJobs::run(std::int64_t now_ns) {
    bool worked = false;
    while (first_ < queue_.size() && run_one(queue_[first_], now_ns)) {
        worked = true;
        ++first_;
        place_ = 0;
        told_ = 0;
    }
    if (first_ == queue_.size()) {
        queue_.clear();
        first_ = 0;
    }
    return worked;
}

bool MarketJobs::run_one(const Job& job, std::int64_t now_ns) {
    if (job.link == all_links) return send_status(job.instrument, now_ns);
    return begin(job.link, job.instrument, wanted(job.link, job.instrument));
}

bool MarketJobs::send_status(book::InstrumentId instrument, std::int64_t now_ns) {
    if (told_ == 0) {
        const store::InstrumentStatus last = store_.latest_status(instrument);
        store::InstrumentStatus status =
            sources_[static_cast<std::size_t>(instrument)]->status(instrument);
        status.time_ns = now_ns;
        status.version = last.version + 1;
        if (last.version == 0 || status.state != last.state || status.reason != last.reason) {
            store_.put_status(instrument, status);
        } else {
            told_ = output_.link_count();
        }
    }
    const store::InstrumentStatus status = store_.latest_status(instrument);
    const MarketEventHeader header{.kind = MarketEventKind::status,
                                   .instrument = instrument,
                                   .count = 1,
                                   .exchange_ns = status.time_ns,
                                   .received_ns = now_ns};
    for (; told_ < output_.link_count(); ++told_)
        if (!output_.send(told_, header, std::span{&status, 1})) return false;
    status_queued_[static_cast<std::size_t>(instrument)] = 0;
    return true;
}

/// Sends what is wanted kind by kind, taking each off `wanted` when it is whole.
bool MarketJobs::begin(std::size_t link, book::InstrumentId instrument, std::uint8_t& wanted) {
    InstrumentSource& source = *sources_[static_cast<std::size_t>(instrument)];
    MarketEventHeader header{.instrument = instrument, .count = 1};
    if ((wanted & bit(Watch::quote)) != 0) {
        const store::Quote quote = source.quote(instrument);
        header.kind = MarketEventKind::quote;
        header.scale = quote.scale;
        header.exchange_ns = quote.times.exchange_ns;
        if (!output_.send(link, header, std::span{&quote, 1})) return false;
        wanted = without(wanted, Watch::quote);
    }
    if ((wanted & bit(Watch::trades)) != 0) {
        const store::Trade trade = store_.latest_trade(instrument);
        header.kind = MarketEventKind::trades_begin;
        header.scale = trade.scale;
        // No trades up to the last event are as true as of that time.
        header.exchange_ns =
            trade.index != 0 ? trade.times.exchange_ns : source.last_event_ns(instrument);
        if (!output_.send(link, header, std::span{&trade, 1})) return false;
        wanted = without(wanted, Watch::trades);
    }
    for (const Watch watch : {Watch::levels, Watch::orders}) {
        if ((wanted & bit(watch)) == 0) continue;
        const Begun begun = watch == Watch::levels ? source.send_levels(link, instrument, place_)
                                                   : source.send_orders(link, instrument, place_);
        place_ = begun.done ? 0 : begun.next;
        if (!begun.done) return false;
        wanted = without(wanted, watch);
    }
    return true;
}

}  // namespace tickweir::gateway
