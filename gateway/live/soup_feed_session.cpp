// What becomes of a SoupFeed's session: what its messages and marks tell the shards, and whether
// the feed has caught up.
#include <utility>

#include "gateway/live/soup_feed.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {

namespace soup = codecs::soup;

/// The server had nothing more at once, after something that it sent: the books are those of now.
void SoupFeed::notice_caught_up() {
    if (caught_up_ || !heard_ || !logged_in() || ended()) return;
    caught_up_ = changed_ = true;
    backoff_.reset();
    if (!lost_) health_.on_recovered(time_);
    doubted_ = false;
    marks_.push_back(FeedRecordKind::live);
}

void SoupFeed::watch_silence() {
    if (options_.stale_after.count() == 0) return;
    const FeedState before = health_.state();
    if (health_.on_tick(time_) == SyncChange::lost) {
        marks_.push_back(FeedRecordKind::stale);
        doubted_ = true;
    }
    changed_ = changed_ || health_.state() != before;
}

void SoupFeed::on_data() {
    counts_.last_data_ns = time_.time_since_epoch().count();
    if (ended()) return;
    health_.on_data(time_);
    if (caught_up_ && std::exchange(doubted_, false)) marks_.push_back(FeedRecordKind::live);
}

void SoupFeed::on_login(const soup::Session& session) {
    ++counts_.soup.logins;
    // What is asked for again from an earlier message on has to be built again from there, too.
    const bool another = !begun_ || session != session_ || login_.sequence != next_;
    if (another) begin_session(session);
    if (!another && ended()) return;  // over, as before, unless a message says otherwise
    log::module("feed").info("{}: logged in at {}, session {}, next message {}", options_.name,
                             tcp_url(options_.server), log::Quoted{session.view()}, next_);
    follow_again();
}

void SoupFeed::begin_session(const soup::Session& session) {
    begun_ = true;
    session_ = session;
    next_ = 1;
    lost_ = false;
    doubted_ = true;
    ++counts_.sessions;
    counts_.set_session(session.view());
    const book::TimeNs midnight = clock_.to_utc(clock_.date_of(time_), 0);
    output_.set_midnight(midnight.time_since_epoch().count());
    marks_.push_back(FeedRecordKind::session);
    marks_.push_back(FeedRecordKind::stale);
}

/// The feed goes on, and has to catch up with what was sent meanwhile.
void SoupFeed::follow_again() {
    health_.on_connected(time_);
    if (lost_)
        health_.on_gap(time_);
    else
        health_.on_recovering(time_);
}

void SoupFeed::on_rejected(soup::RejectReason reason) {
    ++counts_.soup.rejected;
    after_reject_ = Retry::late;
    const bool gone = reason == soup::RejectReason::session_not_available &&
                      login_.session != options_.login.session;
    if (gone) {
        // The session that was followed is over for the server: whatever it has now is another.
        login_ = options_.login;
        after_reject_ = Retry::soon;
    }
    log::module("feed").warning("{}: {} rejects the login: {}", options_.name,
                                tcp_url(options_.server), soup::to_string(reason));
}

void SoupFeed::on_missed(std::uint64_t count) {
    ++counts_.gaps;
    counts_.lost += count;
    next_ += count;
    lost_ = true;
    marks_.push_back(FeedRecordKind::lost);
    health_.on_gap(time_);
}

/// False when a ring is full: the message comes again.
bool SoupFeed::on_message(std::uint64_t sequence, codecs::Bytes message) {
    if (!marks_.empty() && !settle()) return false;
    if (ended()) {
        doubted_ = true;
        follow_again();
    }
    if (!message.empty()) {
        if (!batch_.append(message)) {
            if (!flush() || !batch_.append(message)) return false;
        }
        if (batch_.messages() == 1) {
            batch_sequence_ = sequence;
            batch_time_ = time_;
        }
    }
    heard_ = true;
    next_ = sequence + 1;
    return true;
}

void SoupFeed::on_end() {
    if (ended()) return;
    marks_.push_back(FeedRecordKind::ended);
    health_.on_ended(time_);
}

/// Sends what has been taken in; false when a ring is full: then this comes again before anything
/// else.
bool SoupFeed::settle() {
    if (!flush()) return false;
    while (!marks_.empty()) {
        if (!output_.send_mark(marks_.front(), time_)) return false;
        marks_.erase(marks_.begin());
        changed_ = true;
    }
    return true;
}

bool SoupFeed::flush() {
    if (batch_.messages() == 0) return true;
    if (!output_.send_run(batch_.frames(), batch_.messages(), batch_time_)) return false;
    changed_ = true;
    counts_.messages += batch_.messages();
    counts_.bytes += batch_.frames().size();
    if (tap_ != nullptr) {
        TapHeader header;
        header.received_ns = batch_time_.time_since_epoch().count();
        header.sequence = batch_sequence_;
        header.count = batch_.messages();
        header.session = session_;
        tap_->put(header, batch_.frames());
    }
    batch_.clear();
    return true;
}

}  // namespace tickweir::gateway
