#include "gateway/market/market_shard.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <type_traits>
#include <utility>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/framing.hpp"

namespace tickweir::gateway {
namespace {

/// A record of ITCH has up to some hundreds of messages, one of JSON has one frame.
constexpr unsigned itch_records_per_turn = 64;
constexpr unsigned json_records_per_turn = 256;  // of the venue, likewise
constexpr unsigned requests_per_turn = 1024;
constexpr std::uint32_t decode_sampling = 64;  // one record of so many
/// How soon full serving rings are looked at again: a serving thread of its own does not wake us.
constexpr std::chrono::microseconds full_ring_pause{100};
/// How old the store's depths may get while there is more to take up than a turn does: in a burst
/// most books change again and again, and copying each each time would cost more than the books.
constexpr std::chrono::milliseconds depth_age_max{10};

template <class Header>
Header header_of(std::span<const std::byte> record) {
    Header header;
    std::memcpy(&header, record.data(), sizeof header);
    return header;
}

}  // namespace

MarketCells::MarketCells(Metrics& metrics)
    : messages{metrics.counter(
          {"tickweir_market_messages_total", "Messages of feeds applied or refused"})},
      refused{
          metrics.counter({"tickweir_market_refused_total", "Messages that no book could take"})},
      output_waits{metrics.counter({"tickweir_market_output_waits_total",
                                    "Turns that ended because a serving ring was full"})},
      open_orders{metrics.gauge({"tickweir_market_open_orders", "Orders in the books of feeds"})},
      open_levels{
          metrics.gauge({"tickweir_market_open_levels", "Price levels in the books of feeds"})},
      snapshots{metrics.counter(
          {"tickweir_market_snapshots_total", "Books that a snapshot of a venue replaced"})},
      losses{metrics.counter({"tickweir_market_sync_losses_total",
                              "Times that a book went out of sync with its venue"})},
      wishes{metrics.counter({"tickweir_market_resync_wishes_total",
                              "Times that a feed was asked to have a book sent again"})},
      wishes_dropped{metrics.counter({"tickweir_market_resync_wishes_dropped_total",
                                      "Of them, those that the feed could do nothing about"})},
      queue{metrics.latency({"tickweir_market_queue_seconds",
                             "From receipt by a feed until a market shard takes the record up"})},
      decode{stage_latency(metrics, Stage::decode)},
      book{stage_latency(metrics, Stage::book)},
      store{stage_latency(metrics, Stage::store)} {
    for (std::size_t status = 1; status < frames_refused.size(); ++status)
        frames_refused[status] = &metrics.counter(
            {"tickweir_market_frames_refused_total", "Frames of JSON that were not understood"},
            {{"reason", std::string{to_string(static_cast<codecs::json::FrameStatus>(status))}}});
}

MarketShard::MarketShard(std::string name, std::vector<MarketFeed> feeds,
                         std::vector<ServingLink> links, store::MarketStore& store,
                         book::MemoryBudget* books_budget, Metrics& metrics, const TscClock& clock)
    : name_{std::move(name)},
      output_{std::move(links), store.instruments().limit()},
      jobs_{output_, store, store.instruments().limit()},
      cells_{metrics},
      clock_{clock} {
    const auto make = [&]<class Market>(std::type_identity<Market>, auto& options) {
        return std::make_unique<Market>(std::move(options), store, output_, jobs_, books_budget);
    };
    for (MarketFeed& feed : feeds) {
        if (auto* const itch = std::get_if<ItchMarketOptions>(&feed.options))
            itch_feeds_.push_back({make(std::type_identity<ItchMarket>{}, *itch), feed.records});
        else if (auto* const json = std::get_if<JsonMarketOptions>(&feed.options))
            json_feeds_.push_back({make(std::type_identity<JsonMarket>{}, *json), feed.records});
        else if (auto* const venue = std::get_if<VenueMarketOptions>(&feed.options))
            venue_feeds_.push_back({make(std::type_identity<VenueMarket>{}, *venue), feed.records});
    }
}

bool MarketShard::turn(book::TimeNs now) {
    if (stopped_) return false;
    waiting_ = false;
    bool worked = take_requests();
    worked |= jobs_.run(now.time_since_epoch().count());
    for_each_feed([&](auto& feed) { worked |= take_records(feed, now); });
    worked |= jobs_.run(now.time_since_epoch().count());
    if (!jobs_.empty()) waiting_ = true;
    worked |= output_.unpublished();  // pieces of a beginning that is not whole yet, too
    if (worked || depths_wait_) flush_depths(now);
    if (worked) {
        count();
        output_.publish();
    }
    if (waiting_) {
        cells_.output_waits.add();
        look_again_ = now + full_ring_pause;
    }
    return worked;
}

bool MarketShard::has_work() const {
    if (waiting_) return false;  // until look_again_
    if (any_records()) return true;
    for (std::size_t i = 0; i < output_.link_count(); ++i)
        if (output_.link(i).requests->size_approx() != 0) return true;
    return false;
}

std::optional<book::TimeNs> MarketShard::next_due() const {
    return waiting_ ? std::optional{look_again_} : std::nullopt;
}

bool MarketShard::take_requests() {
    bool worked = false;
    for (std::size_t i = 0; i < output_.link_count(); ++i)
        for (unsigned n = 0; n < requests_per_turn; ++n) {
            const auto request = output_.link(i).requests->try_pop();
            if (!request) break;
            jobs_.watch(i, *request);
            worked = true;
        }
    return worked;
}

bool MarketShard::any_records() const {
    const auto waits = [](const auto& feed) { return !feed.records->empty_approx(); };
    return std::ranges::any_of(itch_feeds_, waits) || std::ranges::any_of(json_feeds_, waits) ||
           std::ranges::any_of(venue_feeds_, waits);
}

template <class AnyFeed>
bool MarketShard::take_records(AnyFeed& feed, book::TimeNs now) {
    constexpr unsigned most =
        std::is_same_v<AnyFeed, ItchFeed> ? itch_records_per_turn : json_records_per_turn;
    bool worked = false;
    for (unsigned n = 0; n < most; ++n) {
        const std::span<const std::byte> record = feed.records->front();
        if (record.data() == nullptr) break;
        jobs_.run(now.time_since_epoch().count());  // what the record before gave rise to
        if (!jobs_.empty() || !has_room(feed, record)) {
            waiting_ = true;
            break;
        }
        apply(feed, record, now);
        feed.records->advance();
        worked = true;
    }
    feed.records->release();
    return worked;
}

bool MarketShard::has_room(const ItchFeed&, std::span<const std::byte> record) {
    return output_.room_for_messages(header_of<FeedRecordHeader>(record).messages);
}

/// The parts of a text cause nothing before the last one is there.
bool MarketShard::has_room(const JsonFeed&, std::span<const std::byte> record) {
    const auto header = header_of<JsonRecordHeader>(record);
    return !header.last() || output_.room_for_text(header.whole_bytes);
}

bool MarketShard::has_room(const VenueFeed&, std::span<const std::byte> record) {
    return output_.room_for_messages(header_of<VenueRecordHeader>(record).count);
}

void MarketShard::apply(ItchFeed& feed, std::span<const std::byte> record, book::TimeNs now) {
    const auto header = header_of<FeedRecordHeader>(record);
    cells_.queue.record(now.time_since_epoch().count() - header.received_ns);
    const codecs::Bytes frames =
        record.subspan(sizeof header, record.size() - sizeof header - feed_record_padding);
    if (header.messages != 0 && records_++ % decode_sampling == 0)
        time_decoding(frames, header.messages);
    const std::uint64_t begun = clock_.ticks();
    feed.market->apply(header, frames);
    if (header.messages != 0)
        cells_.book.record(clock_.elapsed_ns(begun, clock_.ticks()) /
                           static_cast<std::int64_t>(header.messages));
    cells_.messages.add(header.messages);
}

void MarketShard::apply(JsonFeed& feed, std::span<const std::byte> record, book::TimeNs now) {
    const auto header = header_of<JsonRecordHeader>(record);
    cells_.queue.record(now.time_since_epoch().count() - header.received_ns);
    const std::uint64_t texts = feed.market->counts().texts;
    const std::uint64_t begun = clock_.ticks();
    feed.market->apply(header, record);
    if (feed.market->counts().texts == texts) return;
    cells_.book.record(clock_.elapsed_ns(begun, clock_.ticks()));
    cells_.messages.add(1);
}

void MarketShard::apply(VenueFeed& feed, std::span<const std::byte> record, book::TimeNs now) {
    const auto header = header_of<VenueRecordHeader>(record);
    cells_.queue.record(now.time_since_epoch().count() - header.ready_ns);
    const std::uint64_t begun = clock_.ticks();
    feed.market->apply(record);
    if (header.count != 0)
        cells_.book.record(clock_.elapsed_ns(begun, clock_.ticks()) / std::int64_t{header.count});
    cells_.messages.add(header.count);
}

/// Decoding cannot be told apart while books are built, so some records are decoded once more.
void MarketShard::time_decoding(codecs::Bytes frames, std::uint32_t messages) {
    const std::uint64_t begun = clock_.ticks();
    codecs::itch::FrameCursor cursor{frames};
    codecs::Bytes message;
    unsigned fine = 0;
    while (cursor.next(message) == codecs::itch::FrameStatus::message)
        fine += codecs::itch::decode(message, [](const auto&) {}) == codecs::itch::DecodeStatus::ok;
    asm volatile("" : : "r"(fine));  // else the loop has no effect and goes
    cells_.decode.record(clock_.elapsed_ns(begun, clock_.ticks()) / std::int64_t{messages});
}

void MarketShard::flush_depths(book::TimeNs now) {
    depths_wait_ = any_records() && now - flushed_ < depth_age_max;
    if (depths_wait_) return;
    flushed_ = now;
    for_each_feed([&](auto& feed) {
        const std::uint64_t begun = clock_.ticks();
        const auto written = static_cast<std::int64_t>(feed.market->flush_depths());
        if (written != 0) cells_.store.record(clock_.elapsed_ns(begun, clock_.ticks()) / written);
    });
}

void MarketShard::count() {
    std::int64_t orders = 0;
    std::int64_t levels = 0;
    for (ItchFeed& feed : itch_feeds_) {
        const ItchBooks& books = feed.market->books();
        orders += static_cast<std::int64_t>(books.books().open_orders());
        levels += static_cast<std::int64_t>(books.books().open_levels());
        const std::uint64_t refused = books.counts().rejected_total();
        cells_.refused.add(refused - feed.counted);
        feed.counted = refused;
    }
    for (JsonFeed& feed : json_feeds_) {
        levels += feed.market->counts().levels;
        count(feed);
    }
    for (VenueFeed& feed : venue_feeds_) {
        levels += feed.market->counts().levels;
        count(feed);
    }
    cells_.open_orders.set(orders);
    cells_.open_levels.set(levels);
}

void MarketShard::count(JsonFeed& feed) {
    const JsonMarketCounts& now = feed.market->counts();
    for (std::size_t status = 1; status < now.refused.size(); ++status) {
        const std::uint64_t refused = now.refused[status] - feed.counted.refused[status];
        cells_.refused.add(refused);
        cells_.frames_refused[status]->add(refused);
    }
    cells_.snapshots.add(now.snapshots - feed.counted.snapshots);
    cells_.losses.add(now.losses - feed.counted.losses);
    cells_.wishes.add(now.wishes - feed.counted.wishes);
    cells_.wishes_dropped.add(now.wishes_dropped - feed.counted.wishes_dropped);
    feed.counted = now;
}

void MarketShard::count(VenueFeed& feed) {
    const VenueMarketCounts& now = feed.market->counts();
    cells_.refused.add(now.refused - feed.counted.refused);
    cells_.losses.add(now.losses - feed.counted.losses);
    feed.counted = now;
}

}  // namespace tickweir::gateway
