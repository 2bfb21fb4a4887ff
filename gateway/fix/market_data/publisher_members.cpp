// The publisher's care for single subscriptions: their first message, what they missed, snapshots
// that wait for a book, and their end.
#include <algorithm>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/publisher.hpp"
#include "gateway/fix/market_data/status_desk.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;
namespace msg_type = codecs::fix::msg_type;

constexpr char unsupported_depth = '5';
constexpr std::string_view too_deep =
    "the book does not fit one message: ask for fewer levels (264), or for 263=1 with 265=1";
constexpr std::string_view too_late = "its market has not sent the book";
constexpr std::chrono::milliseconds look_again{5};  // at queues, of which nobody tells

}  // namespace

// ---------------------------------------------------------------------------------- subscriptions

void Publisher::start(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    const Request& request = parts_.subscriptions.request_of(subscription);
    if (request.tape) {
        subscription.last_trade = last_trade(subscription.instrument);
        parts_.subscriptions.listing(subscription.instrument).tape.push_back(id);
    }
    if (subscription.stream == nobody) return first_of_tape(id);
    if (parts_.sender.slow(request.session)) return fall_behind(subscription, 0);
    bring(id);
}

/// Of one who wants trades alone: W with the last one there was.
void Publisher::first_of_tape(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    recipients_.assign(1, id);
    subscription.holds = Holds::book;
    write_book(subscription.instrument, {},
               trade_of(subscription.instrument, subscription.last_trade));
}

/// To the newest state, by what changed where that is known, else by all of it.
void Publisher::bring(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    Stream& stream = parts_.subscriptions.stream(subscription.stream);
    const std::uint64_t missed = subscription.behind && subscription.holds == Holds::book
                                     ? stream.seq - subscription.last_seq
                                     : 0;
    parts_.subscriptions.set_behind(subscription, false);
    if (!known(stream.instrument, stream.view)) return;  // its beginning is for all
    recipients_.assign(1, id);
    if (subscription.waits_for_book() && parts_.subscriptions.request_of(subscription).tape)
        tapes_.push_back(id);
    if (!trusted(stream.instrument, stream.view)) {
        if (subscription.holds == Holds::blank) return;
        now_holds(subscription, Holds::blank);
        return write_nothing(stream.instrument);
    }
    if (missed != 0) parts_.counts.conflated += missed - 1;
    if (subscription.holds == Holds::book && !stream.view.whole &&
        (missed == 0 || stream.changes.covers(subscription.last_seq))) {
        if (missed != 0) {
            stream.changes.collect(subscription.last_seq, rows_);
            write_rows(stream, rows_);
        }
        subscription.last_seq = stream.seq;
        return;
    }
    bring_book(id);
}

void Publisher::bring_book(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    Stream& stream = parts_.subscriptions.stream(subscription.stream);
    const Request& request = parts_.subscriptions.request_of(subscription);
    std::optional<store::Trade> trade;
    if (stream.view.last_trade)
        trade = trade_of(stream.instrument, last_trade(stream.instrument));
    else if (request.tape && subscription.holds == Holds::nothing)
        trade = trade_of(stream.instrument, subscription.last_trade);
    stream.shown = true;
    if (!write_book(stream.instrument, stream.view, trade)) return too_long({id});
    now_holds(subscription, Holds::book);
    subscription.last_seq = stream.seq;
}

bool Publisher::catch_up() {
    bool any = false;
    std::size_t left = 0;
    for (std::size_t i = 0; i < behind_.size(); ++i) {
        const SessionId id = behind_[i];
        const bool reached = parts_.sender.reaches(id);
        if (reached && !parts_.sender.caught_up(id)) {
            behind_[left++] = id;
            continue;
        }
        any = true;
        if (reached && !catch_up(id))
            behind_[left++] = id;
        else
            parts_.subscriptions.session(id).behind = false;
    }
    behind_.resize(left);
    return expire_waiting() || any;
}

/// False where it became slow before all was told.
bool Publisher::catch_up(SessionId id) {
    const Session& session = parts_.subscriptions.session(id);
    // From the end, for a request that ends is replaced by the last one.
    for (std::size_t r = session.requests.size(); r-- > 0;) {
        if (r >= session.requests.size()) continue;
        const Request& request = parts_.subscriptions.request(session.requests[r]);
        for (std::size_t s = request.subscriptions.size(); s-- > 0;) {
            if (s >= request.subscriptions.size()) continue;
            const std::uint32_t subscription = request.subscriptions[s];
            if (!parts_.subscriptions.subscription(subscription).behind) continue;
            if (parts_.sender.slow(id)) return false;
            bring(subscription);
        }
    }
    return true;
}

// -------------------------------------------------------------------------------------- snapshots

void Publisher::answer(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    const std::uint32_t instrument = subscription.instrument;
    const std::uint32_t request_id = subscription.request;
    const View view = parts_.subscriptions.request_of(subscription).view;
    if (!known(instrument, view)) {
        if (subscription.until_ns != 0) return;
        parts_.watches.ask(instrument, Watch::levels, now_);
        subscription.until_ns = (now_ + parts_.limits.book_patience).time_since_epoch().count();
        parts_.subscriptions.waiting().push_back(id);
        return;
    }
    recipients_.assign(1, id);
    if (!trusted(instrument, view)) {
        now_holds(subscription, Holds::blank);
        write_nothing(instrument);
    } else if (!write_book(
                   instrument, view,
                   view.last_trade ? trade_of(instrument, last_trade(instrument)) : std::nullopt)) {
        return end(request_id, unsupported_depth, too_deep);
    }
    if (std::ranges::find(lost_, request_id) != lost_.end()) return;  // settle() ends it
    parts_.subscriptions.remove(id);
    if (parts_.subscriptions.request(request_id).subscriptions.empty())
        parts_.subscriptions.close(request_id);
}

void Publisher::answer_waiting(std::uint32_t instrument) {
    const std::vector<std::uint32_t>& waiting = parts_.subscriptions.waiting();
    for (std::size_t i = waiting.size(); i-- > 0;) {
        if (i >= waiting.size()) continue;  // one that ended took others with it
        if (parts_.subscriptions.subscription(waiting[i]).instrument == instrument)
            answer(waiting[i]);
    }
}

bool Publisher::expire_waiting() {
    const std::vector<std::uint32_t>& waiting = parts_.subscriptions.waiting();
    const std::int64_t now_ns = now_.time_since_epoch().count();
    bool any = false;
    for (std::size_t i = waiting.size(); i-- > 0;) {
        if (i >= waiting.size()) continue;
        const Subscription& subscription = parts_.subscriptions.subscription(waiting[i]);
        if (subscription.until_ns > now_ns) continue;
        any = true;
        end(subscription.request, 0, too_late);
    }
    return any;
}

std::optional<book::TimeNs> Publisher::next_due() const {
    std::optional<book::TimeNs> due;
    const auto sooner = [&](book::TimeNs time) {
        if (!due || time < *due) due = time;
    };
    if (!behind_.empty()) sooner(now_ + look_again);
    for (const std::uint32_t id : due_) {
        const std::int64_t ns = parts_.subscriptions.stream(id).not_before_ns;
        if (ns > now_.time_since_epoch().count())
            sooner(book::TimeNs{std::chrono::nanoseconds{ns}});
    }
    for (const std::uint32_t id : parts_.subscriptions.waiting())
        sooner(
            book::TimeNs{std::chrono::nanoseconds{parts_.subscriptions.subscription(id).until_ns}});
    return due;
}

// -------------------------------------------------------------------------------------------- ends

void Publisher::too_long(std::vector<std::uint32_t> subscriptions) {
    std::ranges::transform(subscriptions, subscriptions.begin(), [&](std::uint32_t id) {
        return parts_.subscriptions.subscription(id).request;
    });
    for (const std::uint32_t request : subscriptions)
        end(request, unsupported_depth, too_deep);
}

void Publisher::end(std::uint32_t id) {
    Request& request = parts_.subscriptions.request(id);
    while (!request.subscriptions.empty()) {
        const std::uint32_t last = request.subscriptions.back();
        const std::uint32_t instrument = parts_.subscriptions.subscription(last).instrument;
        if (!request.once) {
            if (request.view.has_book())
                parts_.watches.leave(instrument, replica::bit(Watch::levels), now_);
            if (request.tape || request.view.last_trade)
                parts_.watches.leave(instrument, replica::bit(Watch::trades), now_);
        }
        parts_.subscriptions.remove(last);
    }
    parts_.subscriptions.close(id);
    std::erase(lost_, id);
}

void Publisher::end(std::uint32_t id, char reason, std::string_view text) {
    const Request& request = parts_.subscriptions.request(id);
    reject(request.session, request.id, reason, text);
    end(id);
}

void Publisher::reject(SessionId session, std::string_view id, char reason, std::string_view text) {
    ++parts_.counts.refused;
    body_.clear();
    body_.text(tag::md_req_id, id);
    if (reason != 0) body_.text(tag::md_req_rej_reason, {&reason, 1});
    body_.text(tag::text, text);
    parts_.sender.send(session, msg_type::market_data_request_reject, body_.view());
    body_.clear();
}

}  // namespace tickweir::gateway::fix::market_data
