#include "gateway/live/json/json_feed.hpp"

#include <algorithm>
#include <utility>

#include "gateway/feeds/due_time.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned wishes_per_turn = 256;
/// So often the shard is told the time, for what a book that stands still may not be for long.
constexpr std::chrono::milliseconds tick_every{200};

std::int64_t count_of(book::TimeNs time) {
    return time.time_since_epoch().count();
}

TlsContext tls_context(const JsonFeedOptions& options) {
    return TlsContext::client({.authorities = options.authorities, .protocols = {"http/1.1"}});
}

std::string label(const JsonFeedOptions& options, const VenueSession& session,
                  std::uint32_t connection) {
    if (session.connections() == 1) return options.name;
    return options.name + ", connection " + std::to_string(connection);
}

}  // namespace

JsonFeed::JsonFeed(JsonFeedOptions options, MarketInput shard, ResyncRing* wishes, Reactor& reactor,
                   std::uint64_t seed, book::TimeNs now, std::vector<RecordTap*> taps,
                   book::MemoryBudget* budget)
    : options_{std::move(options)},
      output_{shard},
      wishes_{wishes},
      tls_{tls_context(options_)},
      resolver_{reactor.waker()},
      parts_{resolver_, reactor, budget, &tls_, options_.message_bytes_max},
      session_{options_.session, seed, now},
      health_{FeedHealthSettings{.stale_after = options_.stale_after}, now},
      taps_{std::move(taps)},
      sockets_(session_.connections()),
      connected_told_(session_.connections()) {
    publish_status();
}

JsonFeed::~JsonFeed() = default;

bool JsonFeed::turn(book::TimeNs now) {
    pass_time(now);
    if (stopped_ || (look_again_ && time_ < *look_again_)) return false;
    changed_ = std::exchange(look_again_, std::nullopt).has_value();
    if (!std::exchange(begun_, true)) {
        ++counts_.sessions;
        tell_mark(JsonRecordKind::session, 0);
    }
    if (settle()) {
        changed_ = take_wishes() || changed_;
        changed_ = turn_sockets() || changed_;
        changed_ = turn_questions() || changed_;
    } else {
        session_.on_deaf(time_);
    }
    session_.on_tick(time_);
    perform_actions();
    judge_health();
    if (time_ >= tick_at_ && waiting_.empty()) {
        tick_at_ = time_ + tick_every;
        tell_mark(JsonRecordKind::tick, 0);
    }
    if (!settle()) block();
    const bool worked = changed_;
    hand_over();
    return worked;
}

/// A clock that is set back makes neither a recording go back nor anybody wait until it is where
/// it was: our time goes on from there, an eighth slower until both agree again.
void JsonFeed::pass_time(book::TimeNs now) {
    constexpr int slower = 8;
    if (now < seen_)
        ahead_ += seen_ - now;
    else
        ahead_ -= std::min(ahead_, (now - seen_) / slower);
    seen_ = now;
    time_ = now + ahead_;
}

// --------------------------------------------------------------------------------- the network

bool JsonFeed::turn_sockets() {
    bool worked = false;
    for (std::uint32_t i = 0; i < sockets_.size(); ++i) {
        if (!sockets_[i]) continue;
        worked = sockets_[i]->turn() || worked;
        if (!sockets_[i]->ended()) continue;
        worked = true;
        lose(i, sockets_[i]->why());
        session_.on_closed(i, time_);
    }
    return worked;
}

bool JsonFeed::turn_questions() {
    bool worked = false;
    for (auto at = questions_.begin(); at != questions_.end();) {
        const SnapshotGet::State state = at->second.get->turn();
        if (state == SnapshotGet::State::under_way) {
            ++at;
            continue;
        }
        worked = true;
        if (state == SnapshotGet::State::failed)
            session_.on_question_failed(at->first, at->second.get->error(), time_);
        else
            take_answer(at->first, at->second);
        at = questions_.erase(at);
    }
    return worked;
}

void JsonFeed::take_answer(std::uint64_t id, Question& question) {
    const HttpAnswerReader& answer = question.get->answer();
    const auto connection = session_.connection_of(id);
    if (session_.on_answer(id, answer.status(), answer.retry_after(), time_) !=
            SnapshotOutcome::taken ||
        !connection)
        return;
    ++counts_.messages;
    counts_.bytes += answer.body().size();
    counts_.last_data_ns = count_of(time_);
    tap(*connection, TapKind::answer, question.get->target(), answer.body());
    RecordTimes times = RecordTimes::at(time_);
    times.asked = question.asked;
    waiting_.push_back({.kind = JsonRecordKind::answer,
                        .connection = static_cast<std::uint16_t>(*connection),
                        .target = question.get->target(),
                        .text = question.get->take_body(),
                        .times = times,
                        .sent = {},
                        .charge = question.get->take_charge()});
    settle();
}

void JsonFeed::on_exchange_open(std::uint32_t connection) {
    changed_ = true;
    session_.on_open(connection, time_);
    log::module("feed").info("{}: connected to {}", label(options_, session_, connection),
                             options_.stream.host);
    connected_told_[connection] = true;
    const auto number = static_cast<std::uint16_t>(connection);
    tell_mark(JsonRecordKind::connected, number);
    for (const std::string& symbol : session_.symbols_of(connection))
        tell_mark(JsonRecordKind::expected, number, symbol);
}

void JsonFeed::on_exchange_text(std::uint32_t connection, std::string_view text) {
    changed_ = true;
    ++counts_.messages;
    counts_.bytes += text.size();
    counts_.last_data_ns = count_of(time_);
    tap(connection, TapKind::frame, text);
    const auto number = static_cast<std::uint16_t>(connection);
    TextSent sent;
    const RecordTimes times = RecordTimes::at(time_);
    if (!waiting_.empty() || !output_.send_frame(number, text, times, sent)) {
        waiting_.push_back({JsonRecordKind::frame, number, {}, std::string{text}, times, sent, {}});
        block();
    }
    if (begins_like_market(options_.session.venue, text))
        return session_.on_alive(connection, time_);
    padded_.assign(text);
    padded_.append(codecs::json::text_padding, '\0');
    session_.on_text(connection, std::string_view{padded_}.substr(0, text.size()), time_);
}

void JsonFeed::on_exchange_pong(std::uint32_t connection) {
    session_.on_alive(connection, time_);
}

void JsonFeed::open(std::uint32_t connection) {
    ExchangeSocketEvents& events = *this;
    sockets_[connection].reset();
    sockets_[connection] =
        std::make_unique<ExchangeSocket>(options_.stream, connection, attempts_++, parts_, events);
    if (blocked_) sockets_[connection]->pause();
}

/// The connection is over, or never came about.
void JsonFeed::lose(std::uint32_t connection, const std::string& why) {
    changed_ = true;
    log::module("feed").warning("{}: {}", label(options_, session_, connection),
                                log::Quoted{why, 400});
    sockets_[connection].reset();
    if (!connected_told_[connection]) return;
    connected_told_[connection] = false;
    tell_mark(JsonRecordKind::connection_lost, static_cast<std::uint16_t>(connection));
    tap(connection, TapKind::lost, {});
}

// --------------------------------------------------------------------------------- the session

bool JsonFeed::take_wishes() {
    if (wishes_ == nullptr) return false;
    unsigned taken = 0;
    for (; taken < wishes_per_turn; ++taken) {
        const std::optional<ResyncWish> wish = wishes_->try_pop();
        if (!wish) break;
        switch (wish->kind) {
            case ResyncKind::http_snapshot:
                session_.on_snapshot_wanted(wish->symbol(), time_);
                break;
            case ResyncKind::resubscribe:
                session_.on_resubscribe_wanted(wish->symbol(), time_);
                break;
            case ResyncKind::reconnect:
                session_.on_reconnect_wanted(wish->connection, time_);
                break;
        }
    }
    return taken != 0;
}

void JsonFeed::perform_actions() {
    while (session_.has_actions()) {
        changed_ = true;
        for (SessionAction& action : session_.take_actions())
            perform(action);
    }
}

void JsonFeed::perform(SessionAction& action) {
    const std::unique_ptr<ExchangeSocket>& socket = sockets_[action.connection];
    switch (action.kind) {
        case SessionAction::Kind::open:
            return open(action.connection);
        case SessionAction::Kind::close:
            if (socket) socket->close();
            return lose(action.connection, action.text);
        case SessionAction::Kind::send:
            ++counts_.json.sent;
            tap(action.connection, TapKind::sent, action.text);
            if (socket) socket->send(action.text);
            return;
        case SessionAction::Kind::ping:
            ++counts_.json.sent;
            if (socket) socket->ping();
            return;
        case SessionAction::Kind::ask:
            questions_[action.question] = {
                std::make_unique<SnapshotGet>(options_.rest, std::move(action.text), attempts_++,
                                              parts_),
                time_};
            return;
        case SessionAction::Kind::cancel:
            questions_.erase(action.question);
            return;
        case SessionAction::Kind::warn:
            log::module("feed").warning("{}: {}", label(options_, session_, action.connection),
                                        log::Quoted{action.text, 400});
            return;
    }
}

/// Whether the feed as a whole can be trusted: all connections, as far as they were heard of.
void JsonFeed::judge_health() {
    const FeedState before = health_.state();
    const bool following = session_.is_following();
    const auto heard = session_.heard();
    if (following && !followed_) health_.on_connected(time_);
    if (!following && followed_) health_.on_disconnected(time_);
    followed_ = following;
    if (following && heard && *heard > heard_told_) {
        heard_told_ = *heard;
        health_.on_data(*heard);
    }
    if (options_.stale_after.count() != 0) health_.on_tick(time_);
    const bool is_stale = health_.state() == FeedState::stale;
    const bool is_live = health_.state() == FeedState::live;
    if (is_stale && !std::exchange(stale_told_, true)) tell_mark(JsonRecordKind::stale, 0);
    if (is_live && std::exchange(stale_told_, false)) tell_mark(JsonRecordKind::live, 0);
    changed_ = changed_ || health_.state() != before;
}

// --------------------------------------------------------------------------------- the role

bool JsonFeed::has_work() const {
    if (stopped_ || look_again_) return false;
    if (!begun_ || session_.has_actions() || resolver_.has_done()) return true;
    if (wishes_ != nullptr && wishes_->size_approx() != 0) return true;
    const bool any_socket =
        std::ranges::any_of(sockets_, [](const auto& one) { return one && one->has_work(); });
    return any_socket || std::ranges::any_of(questions_, [](const auto& one) {
               return one.second.get->has_work();
           });
}

std::optional<book::TimeNs> JsonFeed::next_due() const {
    if (stopped_) return std::nullopt;
    if (look_again_) return *look_again_ - ahead_;
    const auto silent = options_.stale_after.count() == 0 ? std::nullopt : health_.next_due();
    return *earlier(tick_at_, earlier(session_.next_due(), silent)) - ahead_;
}

void JsonFeed::stop(book::TimeNs) {
    stopped_ = true;
    look_again_.reset();
    for (const auto& socket : sockets_)
        if (socket) socket->close();
    questions_.clear();
    sockets_.clear();
}

/// Shows everybody what was done in this turn.
void JsonFeed::hand_over() {
    if (!std::exchange(changed_, false)) return;
    output_.hand_over();
    for (RecordTap* const one : taps_)
        if (one != nullptr) one->publish();
    publish_status();
}

void JsonFeed::publish_status() {
    const VenueSessionCounts told = session_.counts();
    JsonReport& json = counts_.json;
    json.connections = told.open;
    json.connects = told.connections.connects;
    json.disconnects = told.connections.disconnects;
    json.planned = told.connections.planned;
    json.silences = told.connections.silences;
    json.streams = told.streams;
    json.refused = told.refused;
    json.resubscribes = told.connections.resubscribes;
    json.pings = told.connections.pings;
    json.snapshots_asked = told.snapshots.asked;
    json.snapshots_taken = told.snapshots.taken;
    json.snapshots_failed = told.snapshots.failed;
    json.snapshots_throttled = told.snapshots.throttled;
    counts_.tell(health_);
    status_.store(counts_);
}

}  // namespace tickweir::gateway
