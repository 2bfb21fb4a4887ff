// The publisher's messages: W and X to the recipients at hand, in as many pieces as they need.
#include <algorithm>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/publisher.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;
namespace msg_type = codecs::fix::msg_type;
using book::Side;

bool shows(const View& view, Side side) {
    return side == Side::buy ? view.bids : view.offers;
}

std::size_t levels_of(const View& view) {
    return view.depth == 0 ? SIZE_MAX : view.depth;
}

}  // namespace

/// Gives what stands in the body to all recipients: only the id of their request differs.
void Publisher::send_body(std::string_view type) {
    const std::size_t front = body_.front();
    for (const std::uint32_t id : recipients_) {
        const Subscription& subscription = parts_.subscriptions.subscription(id);
        const Request& request = parts_.subscriptions.request_of(subscription);
        body_.prepend(tag::md_req_id, request.id);
        if (!parts_.sender.send(request.session, type, body_.view()))
            lost_.push_back(subscription.request);
        body_.back_to_front(front);
    }
    ++parts_.counts.encoded;
    parts_.counts.entries += entries_;
    (type == msg_type::market_data_snapshot ? parts_.counts.snapshots
                                            : parts_.counts.incrementals) += recipients_.size();
    body_.clear();
    entries_ = 0;
}

void Publisher::flush_snapshot(std::uint32_t instrument) {
    body_.prepend(tag::no_md_entries, entries_);
    body_.prepend_fields(fields_of(instrument));
    send_body(msg_type::market_data_snapshot);
}

void Publisher::flush_incremental() {
    if (entries_ == 0) return;
    body_.prepend(tag::no_md_entries, entries_);
    send_body(msg_type::market_data_incremental);
}

/// An entry of X; in the next X where this one is full.
template <class Write>
void Publisher::put(Write&& write) {
    const std::size_t mark = body_.mark();
    write();
    if (body_.overflowed() || entries_ == Body::entries_max) {
        body_.back_to(mark);
        flush_incremental();
        write();
    }
    ++entries_;
}

void Publisher::write_nothing(std::uint32_t instrument) {
    body_.clear();
    entries_ = 0;
    flush_snapshot(instrument);
    parts_.counts.blanks += recipients_.size();
}

bool Publisher::write_book(std::uint32_t instrument, const View& view,
                           const std::optional<store::Trade>& trade) {
    const replica::InstrumentState& state = parts_.instruments[instrument];
    const EntryTime time{state.levels_ns};
    EntryShape shape{.positions = view.depth != 0,
                     .scale = state.levels_scale,
                     .instrument = fields_of(instrument),
                     .time = time.fields()};
    body_.clear();
    entries_ = 0;
    if (trade) {
        append_trade(body_, /*incremental=*/false, shape.instrument, *trade);
        ++entries_;
    }
    bool timed = false;  // the first level tells the time of all
    for (const Side side : {Side::buy, Side::sell}) {
        if (!view.has_book() || !shows(view, side)) continue;
        const book::LevelRows rows = state.levels->levels(side);
        const std::size_t count = std::min(levels_of(view), rows.size());
        auto row = rows.rbegin();
        for (std::size_t rank = 0; rank < count; ++rank, ++row) {
            const book::Level level = *row;
            const auto write = [&] {
                append_level(body_, shape, Action::add, side, level, rank,
                             shape.incremental || !timed);
            };
            if (shape.incremental) {
                put(write);
                continue;
            }
            const std::size_t mark = body_.mark();
            write();
            timed = true;
            if (!body_.overflowed() && entries_ < Body::entries_max) {
                ++entries_;
                continue;
            }
            if (view.whole) return false;
            body_.back_to(mark);
            flush_snapshot(instrument);
            shape.incremental = true;
            put(write);
        }
    }
    if (shape.incremental)
        flush_incremental();
    else
        flush_snapshot(instrument);
    return true;
}

bool Publisher::write_rows(const Stream& stream, std::span<const replica::TouchedRow> touched) {
    const replica::InstrumentState& state = state_of(stream);
    const std::size_t depth = levels_of(stream.view);
    const EntryTime time{state.levels_ns};
    const EntryShape shape{.incremental = true,
                           .positions = stream.view.depth != 0,
                           .scale = state.levels_scale,
                           .instrument = fields_of(stream.instrument),
                           .time = time.fields()};
    body_.clear();
    entries_ = 0;
    bool any = false;
    // What goes comes first, so that nobody ever holds more than the depth.
    for (const Side side : {Side::buy, Side::sell}) {
        for (const bool removals : {true, false}) {
            for (const replica::TouchedRow& row : touched) {
                if (row.side != side || !shows(stream.view, side)) continue;
                const auto rank = state.levels->rank(side, row.price);
                const bool stands = rank && *rank < depth;
                if (stands == removals) continue;
                if (!stands && row.was_absent) continue;
                // Pushed out of the depth: such a client drops it without a word.
                if (!stands && rank && stream.view.implicit_delete) continue;
                const book::Level level =
                    stands ? *state.levels->level(side, *rank) : book::Level{row.price, {0}, 0};
                const Action action = !stands          ? Action::remove
                                      : row.was_absent ? Action::add
                                                       : Action::change;
                put([&] {
                    append_level(body_, shape, action, side, level, rank.value_or(0),
                                 /*with_time=*/true);
                });
                any = true;
            }
        }
    }
    flush_incremental();
    return any;
}

void Publisher::write_trades(std::uint32_t instrument, std::span<const store::Trade> trades) {
    const std::string_view fields = fields_of(instrument);
    body_.clear();
    entries_ = 0;
    for (const store::Trade& trade : trades)
        put([&] { append_trade(body_, /*incremental=*/true, fields, trade); });
    flush_incremental();
}

}  // namespace tickweir::gateway::fix::market_data
