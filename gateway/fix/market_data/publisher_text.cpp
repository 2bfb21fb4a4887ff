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
    bool timed = false;
    for (const Side side : {Side::buy, Side::sell}) {
        if (!shows(view, side)) continue;
        const book::LevelRows rows = state.levels->levels(side);
        const std::size_t count = std::min(levels_of(view), rows.size());
        auto row = rows.rbegin();
        for (std::size_t rank = 0; rank < count; ++rank, ++row) {
            if (!shape.incremental && !put_in_snapshot(shape, side, *row, rank, timed)) {
                if (view.whole) return false;
                flush_snapshot(instrument);
                shape.incremental = true;
            }
            if (!shape.incremental) continue;
            const book::Level level = *row;
            put([&] { append_level(body_, shape, Action::add, side, level, rank, true); });
        }
    }
    if (shape.incremental)
        flush_incremental();
    else
        flush_snapshot(instrument);
    return true;
}

/// The first level tells the time of all. False, and nothing added, where W is full.
bool Publisher::put_in_snapshot(const EntryShape& shape, Side side, const book::Level& level,
                                std::size_t rank, bool& timed) {
    const std::size_t mark = body_.mark();
    append_level(body_, shape, Action::add, side, level, rank, !timed);
    if (body_.overflowed() || entries_ == Body::entries_max) {
        body_.back_to(mark);
        return false;
    }
    ++entries_;
    timed = true;
    return true;
}

/// What a holder of the window has to be told of a price at which it changed.
std::optional<Publisher::Told> Publisher::told_of(const Stream& stream,
                                                  const replica::TouchedRow& row) const {
    const book::LevelBook& levels = *state_of(stream).levels;
    const auto rank = levels.rank(row.side, row.price);
    if (rank && *rank < levels_of(stream.view))
        return Told{row.was_absent ? Action::add : Action::change, *levels.level(row.side, *rank),
                    *rank};
    if (row.was_absent) return std::nullopt;
    // Pushed out of the depth: such a client drops it without a word.
    if (rank && stream.view.implicit_delete) return std::nullopt;
    return Told{Action::remove, {row.price, {0}, 0}, 0};
}

bool Publisher::write_rows(const Stream& stream, std::span<const replica::TouchedRow> touched) {
    const replica::InstrumentState& state = state_of(stream);
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
        if (!shows(stream.view, side)) continue;
        for (const bool removals : {true, false}) {
            for (const replica::TouchedRow& row : touched) {
                if (row.side != side) continue;
                const auto told = told_of(stream, row);
                if (!told || (told->action == Action::remove) != removals) continue;
                put([&] {
                    append_level(body_, shape, told->action, side, told->level, told->rank, true);
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
