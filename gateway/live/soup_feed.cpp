#include "gateway/live/soup_feed.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "gateway/feeds/due_time.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

namespace soup = codecs::soup;

/// A packet of the longest kind and much that follows it.
constexpr std::size_t receive_bytes = 256U << 10;
constexpr unsigned reads_per_turn = 4;
static_assert(receive_bytes > soup::longest_packet + sizeof(codecs::be16));

std::string text_of(int error) {
    return std::error_code{error, std::generic_category()}.message();
}

SessionClock clock_of(const SoupFeedOptions& options) {
    auto clock = SessionClock::make(options.timezone, std::nullopt, {});
    if (!clock) throw std::runtime_error{"feed " + options.name + ": " + clock.error()};
    return std::move(*clock);
}

}  // namespace

/// What the client tells while it goes over the bytes.
struct SoupFeed::Events {
    SoupFeed& self;

    void on_login_accepted(const soup::Session& session, std::uint64_t) { self.on_login(session); }
    void on_missed(std::uint64_t, std::uint64_t count) { self.on_missed(count); }
    void on_login_rejected(soup::RejectReason reason) { self.on_rejected(reason); }
    bool on_sequenced(std::uint64_t sequence, codecs::Bytes message) {
        return self.on_message(sequence, message);
    }
    void on_unsequenced(codecs::Bytes) { ++self.counts_.soup.unsequenced; }
    void on_debug(codecs::Bytes text) {
        log::module("feed").debug(
            "{}: the server says {}", self.options_.name,
            log::Quoted{{reinterpret_cast<const char*>(text.data()), text.size()}});
    }
    void on_end_of_session() { self.on_end(); }
};

SoupFeed::SoupFeed(SoupFeedOptions options, std::vector<MarketInput> shards, Reactor& reactor,
                   std::uint64_t seed, book::TimeNs now, RecordTap* tap)
    : options_{std::move(options)},
      output_{std::move(shards)},
      clock_{clock_of(options_)},
      health_{FeedHealthSettings{.stale_after = options_.stale_after}, now},
      reactor_{reactor},
      tap_{tap},
      backoff_{options_.reconnect, options_.reconnect_max, seed},
      login_{options_.login},
      attempt_{now},
      bytes_{std::make_unique_for_overwrite<std::byte[]>(receive_bytes)} {
    publish_status();
}

bool SoupFeed::turn(book::TimeNs now) {
    if (stopped_ || (look_again_ && now < *look_again_)) return false;
    const bool waited = std::exchange(look_again_, std::nullopt).has_value();
    time_ = now;
    if (!settle() || !work(now)) wait(now);
    // The server hears of us while a shard has no room.
    if (client_) keep_alive();
    set_interest();
    return hand_over() || waited;
}

/// False when a ring is full.
bool SoupFeed::work(book::TimeNs now) {
    if (client_) {
        if (!follow()) return false;
    } else if (connection_) {
        if (writable_ || readable_)
            finish_connecting();
        else if (now >= attempt_)
            lose("no answer");
    } else if (now >= attempt_) {
        connect();
    }
    return settle();
}

void SoupFeed::connect() {
    changed_ = true;
    ++counts_.soup.connects;
    auto connection = TcpConnection::begin(options_.server);
    if (!connection) return drop(connection.error(), Retry::soon);
    interest_ = {.readable = false, .writable = true};
    if (!reactor_.add(connection->fd(), *this, interest_))
        return lose("cannot watch the connection: " + text_of(errno));
    connection_.emplace(std::move(*connection));
    readable_ = writable_ = false;
    attempt_ = time_ + options_.login.limits.login;
}

void SoupFeed::finish_connecting() {
    changed_ = true;
    if (const int error = connection_->outcome(); error != 0) return lose(text_of(error));
    begin_ = end_ = 0;
    look_ = heard_ = caught_up_ = false;
    client_.emplace(login_, time_);
    write();
}

/// Takes what the server sent; false when a ring is full.
bool SoupFeed::follow() {
    if (!consume()) return false;
    for (unsigned i = 0; i < reads_per_turn && client_ && receive(); ++i)
        if (!consume()) return false;
    if (client_ && !readable_) {
        notice_caught_up();
        watch_silence();
    }
    return true;
}

/// Whether there are more bytes than before.
bool SoupFeed::receive() {
    if (!readable_) return false;
    if (begin_ != 0) {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    const std::span<std::byte> room{bytes_.get() + end_, receive_bytes - end_};
    const TcpConnection::Moved got = connection_->receive(room);
    switch (got.io) {
        case TcpConnection::Io::done:
            end_ += got.bytes;
            look_ = changed_ = true;
            // Less than there was room for: what comes later makes the reactor tell again.
            readable_ = got.bytes == room.size();
            return true;
        case TcpConnection::Io::blocked:
            readable_ = false;
            return false;
        case TcpConnection::Io::closed:
            lose("the server closed the connection");
            return false;
        case TcpConnection::Io::failed:
            lose(text_of(got.error));
            return false;
    }
    return false;
}

/// Gives the client what was received; false when a ring is full.
bool SoupFeed::consume() {
    if (!look_) return true;
    const bool followed = logged_in();
    const soup::Consumed done =
        client_->on_bytes({bytes_.get() + begin_, end_ - begin_}, time_, Events{*this});
    begin_ += done.bytes;
    look_ = done.held;
    if (done.bytes != 0 && followed) heard_ = true;
    if (logged_in()) on_data();
    const soup::ClientState state = client_->state();
    if (!done.status.ok())
        fail(done.status);
    else if (state == soup::ClientState::rejected)
        drop(tcp_url(options_.server) + ": the login was rejected", after_reject_);
    else if (state == soup::ClientState::ended)
        drop(tcp_url(options_.server) + ": the session is over", Retry::late);
    return settle() && !done.held;
}

void SoupFeed::fail(const soup::Status& status) {
    ++counts_.soup.faults;
    lose(std::string{soup::to_string(status.fault)} + " (" + std::to_string(status.value) +
         ") at byte " + std::to_string(status.offset));
}

void SoupFeed::keep_alive() {
    if (const soup::Status status = client_->on_tick(time_); !status.ok()) return fail(status);
    write();
}

void SoupFeed::write() {
    while (client_ && !client_->pending_output().empty()) {
        const TcpConnection::Moved sent = connection_->send(client_->pending_output());
        if (sent.io == TcpConnection::Io::blocked) return;
        if (sent.io == TcpConnection::Io::done)
            client_->drained(sent.bytes);
        else
            lose(text_of(sent.error));
    }
}

void SoupFeed::lose(const std::string& why) {
    drop(tcp_url(options_.server) + ": " + why, Retry::soon);
}

/// The connection is over, or never came about. The books stay as they are, and grow old.
void SoupFeed::drop(const std::string& why, Retry retry) {
    changed_ = true;
    const bool over = ended();
    if (client_ && client_->state() != soup::ClientState::awaiting &&
        client_->state() != soup::ClientState::rejected) {
        login_ = client_->resumed();
        if (!over) ++counts_.soup.disconnects;
    }
    close();
    if (health_.on_disconnected(time_) == SyncChange::lost) {
        marks_.push_back(FeedRecordKind::stale);
        doubted_ = true;
    }
    const auto pause = retry == Retry::soon ? backoff_.next() : backoff_.longest();
    attempt_ = time_ + pause;
    if (over) return;
    log::module("feed").warning("{}: {}; again in {} ms", options_.name, why,
                                std::chrono::ceil<std::chrono::milliseconds>(pause).count());
}

void SoupFeed::close() {
    if (client_) repeated_ += client_->counts().repeated;
    client_.reset();
    if (connection_) reactor_.remove(connection_->fd(), *this);
    connection_.reset();
    readable_ = writable_ = look_ = false;
}

void SoupFeed::on_ready(bool readable, bool writable) {
    readable_ = readable_ || readable;
    writable_ = writable_ || writable;
}

/// A shard has no room: until it has, nothing is read.
void SoupFeed::wait(book::TimeNs now) {
    ++counts_.waits;
    look_again_ = now + full_ring_pause;
    changed_ = true;
}

void SoupFeed::set_interest() {
    if (!connection_) return;
    Reactor::Interest wanted{.readable = false, .writable = true};
    if (client_)
        wanted = {.readable = !look_again_, .writable = !client_->pending_output().empty()};
    if (wanted.readable == interest_.readable && wanted.writable == interest_.writable) return;
    interest_ = wanted;
    reactor_.change(connection_->fd(), *this, wanted);
}

bool SoupFeed::has_work() const {
    if (stopped_ || look_again_ || !connection_) return false;
    return readable_ || look_ || (!client_ && writable_);
}

std::optional<book::TimeNs> SoupFeed::next_due() const {
    if (stopped_) return std::nullopt;
    if (look_again_) return look_again_;
    if (!client_) return attempt_;
    const auto due = client_->next_due();
    const auto silent = options_.stale_after.count() == 0 ? std::nullopt : health_.next_due();
    return earlier(due, silent);
}

void SoupFeed::stop(book::TimeNs now) {
    stopped_ = true;
    look_again_.reset();
    if (client_ && client_->logout(now)) write();
    close();
}

/// Shows everybody what was done in this turn; whether anything was.
bool SoupFeed::hand_over() {
    if (!std::exchange(changed_, false)) return false;
    output_.hand_over();
    if (tap_ != nullptr) tap_->publish();
    publish_status();
    return true;
}

void SoupFeed::publish_status() {
    counts_.soup.repeated = repeated_ + (client_ ? client_->counts().repeated : 0);
    counts_.next_sequence = begun_ ? next_ : 0;
    counts_.tell(health_);
    status_.store(counts_);
}

}  // namespace tickweir::gateway
