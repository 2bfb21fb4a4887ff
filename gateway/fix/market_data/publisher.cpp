#include "gateway/fix/market_data/publisher.hpp"

#include <algorithm>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/status_desk.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

using replica::bit;

constexpr std::uint32_t all_levels = 65'536;  // a replica has no more
constexpr std::size_t remembered_levels = 1'024;

bool shows(const View& view, book::Side side) {
    return side == book::Side::buy ? view.bids : view.offers;
}

book::DepthWindow window_of(const View& view) {
    return {view.depth == 0 ? all_levels : view.depth};
}

}  // namespace

Publisher::Publisher(const DeskParts& parts, StatusDesk& statuses)
    : parts_{parts}, statuses_{statuses}, trades_(parts.store.limits().trades_per_instrument) {}

/// Whether there is something to show at all.
bool Publisher::known(std::uint32_t instrument, const View& view) const {
    const replica::InstrumentState& state = parts_.instruments[instrument];
    return !view.has_book() || (state.has_begun(Watch::levels) && !state.is_loading(Watch::levels));
}

bool Publisher::trusted(std::uint32_t instrument, const View& view) const {
    return !view.has_book() || parts_.instruments[instrument].status.in_sync();
}

/// From now on until it is published its changes are gathered.
Stream& Publisher::touch(std::uint32_t id) {
    Stream& stream = parts_.subscriptions.stream(id);
    if (!stream.due) {
        stream.due = true;
        due_.push_back(id);
        stream.changes.begin_event();
    }
    return stream;
}

// --------------------------------------------------------------------------- what the markets say

bool Publisher::change_levels(std::uint32_t instrument, std::span<const LevelItem> items) {
    book::LevelBook& levels = *parts_.instruments[instrument].levels;
    const Listing& listing = parts_.subscriptions.listing(instrument);
    for (const std::uint32_t id : listing.streams)
        if (parts_.subscriptions.stream(id).view.has_book()) touch(id);
    for (const LevelItem& item : items) {
        const auto change = levels.set(item.side, item.price, item.open, item.order_count);
        if (change.status == book::LevelApplied::over_limit) return false;
        for (const std::uint32_t id : listing.streams) {
            Stream& stream = parts_.subscriptions.stream(id);
            if (!stream.view.whole && shows(stream.view, item.side))
                stream.changes.note(window_of(stream.view), levels, change);
        }
    }
    return true;
}

void Publisher::levels_lost(std::uint32_t instrument) {
    std::vector<std::uint32_t> requests;
    for (const std::uint32_t id : parts_.subscriptions.listing(instrument).streams) {
        const Stream& stream = parts_.subscriptions.stream(id);
        if (!stream.view.has_book()) continue;
        for (const std::uint32_t member : stream.members)
            requests.push_back(parts_.subscriptions.subscription(member).request);
    }
    for (const std::uint32_t waiting : parts_.subscriptions.waiting()) {
        const Subscription& subscription = parts_.subscriptions.subscription(waiting);
        if (subscription.instrument == instrument) requests.push_back(subscription.request);
    }
    // A request has an instrument once, but several views may share a session.
    std::ranges::sort(requests);
    requests.erase(std::unique(requests.begin(), requests.end()), requests.end());
    for (const std::uint32_t request : requests) {
        ++parts_.counts.over_limit;
        end(request, '2', "no memory for the book of an instrument");
    }
}

void Publisher::traded(std::uint32_t instrument, const store::Trade& trade) {
    Listing& listing = parts_.subscriptions.listing(instrument);
    for (const std::uint32_t id : listing.streams)
        if (parts_.subscriptions.stream(id).view.last_trade) touch(id);
    if (listing.tape.empty()) return;
    if (!std::exchange(listing.traded_due, true)) traded_.push_back(instrument);
    listing.traded.push_back(trade);
}

void Publisher::status_changed(std::uint32_t instrument) {
    statuses_.changed(instrument);
}

void Publisher::sync_changed(std::uint32_t instrument) {
    for (const std::uint32_t id : parts_.subscriptions.listing(instrument).streams)
        if (parts_.subscriptions.stream(id).view.has_book()) touch(id);
}

void Publisher::replaced(std::uint32_t instrument, Watch watch) {
    if (watch == Watch::trades) return replay_trades(instrument);
    if (watch != Watch::levels) return;
    for (const std::uint32_t id : parts_.subscriptions.listing(instrument).streams)
        if (parts_.subscriptions.stream(id).view.has_book()) touch(id).replaced = true;
    begun_.push_back(instrument);
}

// ------------------------------------------------------------------------------- what a turn
// brought

void Publisher::publish() {
    for (std::size_t i = 0; i < traded_.size(); ++i)
        publish_trades(traded_[i]);
    traded_.clear();
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < due_.size(); ++i)
        if (!publish(due_[i])) due_[waiting++] = due_[i];
    due_.resize(waiting);
    for (const std::uint32_t instrument : begun_)
        answer_waiting(instrument);
    begun_.clear();
}

/// False where it has to wait: for the rest of a book, or because full refreshes are not for every
/// change.
bool Publisher::publish(std::uint32_t id) {
    Stream& stream = parts_.subscriptions.stream(id);
    if (stream.members.empty()) {
        parts_.subscriptions.release(id);
        return true;
    }
    if (stream.view.has_book() && state_of(stream).is_loading(Watch::levels)) return false;
    const bool is_trusted = trusted(stream.instrument, stream.view);
    if (stream.view.whole && stream.shown && is_trusted &&
        now_.time_since_epoch().count() < stream.not_before_ns)
        return false;
    stream.due = false;
    if (!known(stream.instrument, stream.view)) return true;  // its beginning will tell
    if (!is_trusted)
        blank(stream);
    else if (!stream.shown || stream.replaced || stream.view.whole)
        refresh(id);
    else
        update(stream);
    return true;
}

/// Everyone is told, slow or not, that there is no book to be trusted; once.
void Publisher::blank(Stream& stream) {
    stream.shown = false;
    stream.replaced = false;
    stream.changes.forget();
    recipients_.clear();
    for (const std::uint32_t member : stream.members) {
        Subscription& subscription = parts_.subscriptions.subscription(member);
        parts_.subscriptions.set_behind(subscription, false);
        if (subscription.waits_for_book() && parts_.subscriptions.request_of(subscription).tape)
            tapes_.push_back(member);
        if (subscription.holds != Holds::blank) recipients_.push_back(member);
        now_holds(subscription, Holds::blank);
    }
    if (recipients_.empty()) return;
    ++stream.seq;
    write_nothing(stream.instrument);
}

/// Those in step that keep up; the others are behind from here on, having been sent `prev`.
void Publisher::choose_recipients(Stream& stream, std::uint64_t prev) {
    recipients_.clear();
    firsts_.clear();
    for (const std::uint32_t member : stream.members) {
        Subscription& subscription = parts_.subscriptions.subscription(member);
        if (subscription.behind) continue;
        const Request& request = parts_.subscriptions.request_of(subscription);
        if (!parts_.sender.reaches(request.session)) continue;
        if (parts_.sender.slow(request.session))
            fall_behind(subscription, prev);
        else if (subscription.holds == Holds::nothing && request.tape)
            firsts_.push_back(member);
        else
            recipients_.push_back(member);
    }
}

void Publisher::fall_behind(Subscription& subscription, std::uint64_t prev) {
    ++parts_.counts.left_behind;
    parts_.subscriptions.set_behind(subscription, true);
    subscription.last_seq = prev;
    const SessionId id = parts_.subscriptions.request_of(subscription).session;
    if (!std::exchange(parts_.subscriptions.session(id).behind, true)) behind_.push_back(id);
}

/// The whole book, in W.
void Publisher::refresh(std::uint32_t id) {
    Stream& stream = parts_.subscriptions.stream(id);
    const std::uint64_t prev = stream.seq++;
    stream.replaced = false;
    stream.shown = true;
    stream.not_before_ns = (now_ + parts_.limits.refresh_interval).time_since_epoch().count();
    choose_recipients(stream, prev);
    // Nobody's way from an older book leads to this one.
    if (stream.behind != 0)
        stream.changes.restart(stream.seq);
    else
        stream.changes.forget();
    if (!recipients_.empty()) {
        const auto trade = stream.view.last_trade
                               ? trade_of(stream.instrument, last_trade(stream.instrument))
                               : std::nullopt;
        if (!write_book(stream.instrument, stream.view, trade)) return too_long(recipients_);
    }
    for (const std::uint32_t member : recipients_) {
        now_holds(parts_.subscriptions.subscription(member), Holds::book);
        parts_.subscriptions.subscription(member).last_seq = stream.seq;
    }
    for (std::size_t i = 0; i < firsts_.size(); ++i)
        bring(firsts_[i]);
}

/// What changed since the last one, in X.
void Publisher::update(Stream& stream) {
    const std::span<const replica::TouchedRow> rows = stream.changes.event();
    if (rows.empty()) return;
    const std::uint64_t prev = stream.seq++;
    choose_recipients(stream, prev);
    if (!recipients_.empty() && !write_rows(stream, rows)) --stream.seq;  // it came to nothing
    if (stream.behind != 0)
        stream.changes.record(stream.seq,
                              {std::min(window_of(stream.view).levels, remembered_levels)},
                              parts_.budget);
    else
        stream.changes.forget();
}

// ------------------------------------------------------------------------------------------- sync

/// Whoever is told that its book is gone, or gets one again, hears why as well.
void Publisher::now_holds(Subscription& subscription, Holds holds) {
    const Holds before = std::exchange(subscription.holds, holds);
    if (before != holds && (before == Holds::blank || holds == Holds::blank))
        told_.push_back(
            {parts_.subscriptions.request_of(subscription).session, subscription.instrument});
}

void Publisher::settle() {
    for (const std::uint32_t id : tapes_)
        if (parts_.subscriptions.subscription(id).request != nobody) replay_trades_to(id);
    tapes_.clear();
    std::ranges::sort(told_);
    const auto repeated = std::ranges::unique(told_);
    told_.erase(repeated.begin(), repeated.end());
    for (const SyncTold& told : told_)
        statuses_.tell_unasked(told.session, told.instrument);
    told_.clear();
    while (!lost_.empty())  // end() takes it from the list
        end(lost_.back(), '2', "a message was too long for the session");
}

}  // namespace tickweir::gateway::fix::market_data
