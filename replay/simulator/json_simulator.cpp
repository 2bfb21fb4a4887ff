#include "replay/simulator/json_simulator.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tickweir::replay {

using book::Side;
using simulator::Ladder;
using simulator::ToldInstrument;
using simulator::ToldRows;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;
// The opening: before it there are orders and no trades, and the directory is still being told.
constexpr std::int64_t connect_ns = (9 * 3'600 + 30 * 60) * second;
// Times of answers behind the request.
constexpr std::int64_t acknowledge_ns = 40 * ms;
constexpr std::int64_t snapshot_ns = 60 * ms;
constexpr std::int64_t ask_ns = 250 * ms;
constexpr std::int64_t answer_ns = 70 * ms;
// Below that price instruments have ticks of 0.0001 on venues with fixed decimals.
constexpr std::int64_t fine_price = 10 * 10'000;

std::int64_t time_of(codecs::Bytes message) {
    constexpr std::size_t at = 5;  // of all messages
    return static_cast<std::int64_t>(
        std::uint64_t{codecs::read<codecs::be48>(message.data() + at)});
}

}  // namespace

Result<JsonSimulator> JsonSimulator::create(const JsonSimulatorOptions& options) {
    auto venue = simulator::make_json_venue(options.venue, options.market.seed);
    auto market = Simulator::create(options.market);
    if (!market) return market.error();
    return JsonSimulator{std::move(*market), std::move(venue), options};
}

JsonSimulator::JsonSimulator(Simulator market, std::unique_ptr<simulator::JsonVenue> venue,
                             const JsonSimulatorOptions& options)
    : market_{std::move(market)},
      venue_{std::move(venue)},
      traits_{venue_->traits()},
      first_id_{1'000'000'000 + options.market.seed % 1'000'000 * 1'000},
      midnight_ns_{options.midnight.time_since_epoch().count()} {}

JsonSimulator::JsonSimulator(JsonSimulator&&) noexcept = default;
JsonSimulator& JsonSimulator::operator=(JsonSimulator&&) noexcept = default;
JsonSimulator::~JsonSimulator() = default;

bool JsonSimulator::next(JsonLine& line) {
    while (lines_.empty() && !over_)
        advance();
    if (lines_.empty()) return false;
    given_ = std::move(lines_.front());
    lines_.pop_front();
    line.kind = given_.kind;
    line.time = book::TimeNs{std::chrono::nanoseconds{given_.time_ns}};
    line.target = given_.target;
    line.text = std::string_view{given_.text}.substr(0, given_.length);
    return true;
}

std::vector<std::string> JsonSimulator::symbols() const {
    std::vector<std::string> names;
    for (const ToldInstrument& told : told_)
        names.push_back(told.symbol);
    return names;
}

ToldRows JsonSimulator::book(std::string_view symbol, Side side) const {
    ToldRows rows;
    const auto found = std::ranges::find(told_, symbol, &ToldInstrument::symbol);
    if (found == told_.end()) return rows;
    for (const auto& [key, shares] : top_of(found->locate, side))
        rows.push_back({simulator::price_at(side, key), shares, false});
    return rows;
}

// ---------------------------------------------------------------------------------------- session

void JsonSimulator::advance() {
    const codecs::Bytes message = market_.next();
    if (message.empty()) return finish();
    ++messages_;
    const std::int64_t time_ns = std::max(time_of(message), now_ns_);
    if (!connected_ && time_ns >= connect_ns) connect();
    run_timers(time_ns);
    now_ns_ = time_ns;
    on_step(levels_.apply(message));
}

/// The connection stays until all that happened has been told, and books without a change have
/// given a sign of life.
void JsonSimulator::finish() {
    if (!connected_) connect();
    run_timers(now_ns_ + traits_.keep_alive_ns + 2 * second);
    for (ToldInstrument& told : told_)
        flush(told);
    over_ = true;
}

void JsonSimulator::on_step(const simulator::MarketStep& step) {
    if (step.locate == 0) return;
    if (step.listed) {
        ToldInstrument told;
        told.symbol = venue_->symbol_of(*step.listed);
        told.locate = step.locate;
        told.id = first_id_ + std::uint64_t{step.locate} * 1'000'000;
        if (by_locate_.size() <= step.locate) by_locate_.resize(std::size_t{step.locate} + 1);
        told_.push_back(std::move(told));
        by_locate_[step.locate] = told_.size();
    }
    ToldInstrument* const told = told_at(step.locate);
    if (told == nullptr) return;
    if (step.book_changed) ++told->id;
    if (!acknowledged_) return;
    if (step.trade) {
        ++trades_;
        emit(JsonLineKind::frame, venue_->trade(*told, *step.trade, now()));
    }
    if (step.book_changed) tell_touch(*told);
}

ToldInstrument* JsonSimulator::told_at(std::uint16_t locate) {
    if (locate >= by_locate_.size() || by_locate_[locate] == 0) return nullptr;
    return &told_[by_locate_[locate] - 1];
}

void JsonSimulator::tell_touch(ToldInstrument& told) {
    std::array<std::int64_t, 4> touch{};
    for (const Side side : {Side::buy, Side::sell}) {
        const Ladder& ladder = levels_.ladder(told.locate, side);
        if (ladder.empty()) continue;
        const std::size_t at = side == Side::buy ? 0 : 2;
        touch[at] = simulator::price_at(side, ladder.begin()->first);
        touch[at + 1] = ladder.begin()->second;
    }
    if (touch == told.touch) return;
    told.touch = touch;
    std::string text = venue_->touch(told, now());
    if (!text.empty()) emit(JsonLineKind::frame, std::move(text));
}

void JsonSimulator::emit(JsonLineKind kind, std::string text, std::string target) {
    Line line{kind, now(), std::move(target), std::move(text), 0};
    line.length = line.text.size();
    line.text.append(JsonCapture::padding, ' ');
    lines_.push_back(std::move(line));
}

// ----------------------------------------------------------------------------------------- timers

void JsonSimulator::run_timers(std::int64_t until_ns) {
    while (!timers_.empty() && timers_.begin()->first <= until_ns) {
        const auto [due_ns, timer] = *timers_.begin();
        timers_.erase(timers_.begin());
        now_ns_ = std::max(now_ns_, due_ns);
        on_timer(timer);
        if (timer == Timer::batch) timers_.emplace(due_ns + traits_.batch_ns, Timer::batch);
        if (timer == Timer::heartbeat)
            timers_.emplace(due_ns + traits_.heartbeat_ns, Timer::heartbeat);
    }
}

void JsonSimulator::on_timer(Timer timer) {
    switch (timer) {
        case Timer::acknowledge:
            return acknowledge();
        case Timer::snapshot:
            return send_snapshots();
        case Timer::ask:
            return keep_answers();
        case Timer::answer:
            return send_answers();
        case Timer::batch:
            for (ToldInstrument& told : told_)
                flush(told);
            return;
        case Timer::heartbeat:
            return emit(JsonLineKind::frame, venue_->heartbeat(now()));
    }
}

void JsonSimulator::connect() {
    connected_ = true;
    now_ns_ = std::max(now_ns_, connect_ns);
    for (ToldInstrument& told : told_) {
        const Ladder& bids = levels_.ladder(told.locate, Side::buy);
        const Ladder& asks = levels_.ladder(told.locate, Side::sell);
        const bool is_fine =
            (!bids.empty() && simulator::price_at(Side::buy, bids.begin()->first) < fine_price) ||
            (!asks.empty() && asks.begin()->first < fine_price);
        if (is_fine) told.written_price_decimals = simulator::price_decimals;
    }
    for (std::string& request : venue_->requests(told_))
        emit(JsonLineKind::sent, std::move(request));
    timers_.emplace(now_ns_ + acknowledge_ns, Timer::acknowledge);
    if (traits_.snapshot_over_http) {
        timers_.emplace(now_ns_ + ask_ns, Timer::ask);
    } else {
        timers_.emplace(now_ns_ + snapshot_ns, Timer::snapshot);
    }
    timers_.emplace(now_ns_ + acknowledge_ns + traits_.batch_ns, Timer::batch);
    if (traits_.heartbeat_ns != 0)
        timers_.emplace(now_ns_ + acknowledge_ns + traits_.heartbeat_ns, Timer::heartbeat);
}

void JsonSimulator::acknowledge() {
    acknowledged_ = true;
    for (std::string& answer : venue_->answers(told_, now()))
        emit(JsonLineKind::frame, std::move(answer));
    if (!traits_.snapshot_over_http) return;
    // Changes come from now on, to a book that nobody has yet.
    for (ToldInstrument& told : told_) {
        told.subscribed = true;
        static_cast<void>(changes(told, Side::buy));
        static_cast<void>(changes(told, Side::sell));
        told.sent_id = told.id;
    }
}

void JsonSimulator::send_snapshots() {
    for (ToldInstrument& told : told_) {
        told.subscribed = true;
        static_cast<void>(changes(told, Side::buy));
        static_cast<void>(changes(told, Side::sell));
        told.sent_id = told.id;
        told.sent_ns = now();
        emit(JsonLineKind::frame, venue_->snapshot(told, now()));
    }
}

/// What was asked for over HTTP is the book of this moment; the answers come later.
void JsonSimulator::keep_answers() {
    for (const ToldInstrument& told : told_) {
        ToldInstrument current = told;
        for (const Side side : {Side::buy, Side::sell})
            current.sent[static_cast<std::size_t>(side)] = levels_.ladder(told.locate, side);
        answers_.emplace_back(venue_->target(told), venue_->snapshot(current, now()));
    }
    timers_.emplace(now_ns_ + answer_ns, Timer::answer);
}

void JsonSimulator::send_answers() {
    for (auto& [target, body] : std::exchange(answers_, {}))
        emit(JsonLineKind::answer, std::move(body), std::move(target));
}

// ---------------------------------------------------------------------------------------- changes

void JsonSimulator::flush(ToldInstrument& told) {
    if (!told.subscribed) return;
    const ToldRows bids = changes(told, Side::buy);
    const ToldRows asks = changes(told, Side::sell);
    if (!bids.empty() || !asks.empty()) {
        for (std::string& text : venue_->update(told, bids, asks, now()))
            emit(JsonLineKind::frame, std::move(text));
        told.sent_id = told.id;
        told.sent_ns = now();
    } else if (traits_.keep_alive_ns != 0 && now() - told.sent_ns >= traits_.keep_alive_ns) {
        emit(JsonLineKind::frame, venue_->keep_alive(told, now()));
        told.sent_ns = now();
    }
}

Ladder JsonSimulator::top_of(std::uint16_t locate, Side side) const {
    const Ladder& ladder = levels_.ladder(locate, side);
    if (traits_.depth == 0 || ladder.size() <= traits_.depth) return ladder;
    return {ladder.begin(), std::next(ladder.begin(), static_cast<std::ptrdiff_t>(traits_.depth))};
}

/// What changed on a side since it was sent; it counts as sent then.
ToldRows JsonSimulator::changes(ToldInstrument& told, Side side) {
    std::vector<std::int64_t> keys = levels_.take_changed(told.locate, side);
    if (keys.empty()) return {};
    if (traits_.depth != 0) return changes_in_depth(told, side);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    const Ladder& ladder = levels_.ladder(told.locate, side);
    Ladder& sent = told.sent[static_cast<std::size_t>(side)];
    ToldRows rows;
    for (const std::int64_t key : keys) {
        const auto level = ladder.find(key);
        const std::int64_t shares = level == ladder.end() ? 0 : level->second;
        const auto before = sent.find(key);
        // What changed and changed back is told, too, where a snapshot may be of the time between.
        const bool same = shares == (before == sent.end() ? 0 : before->second);
        if (same && !traits_.snapshot_over_http) continue;
        rows.push_back({simulator::price_at(side, key), shares, before != sent.end()});
        if (shares == 0) {
            sent.erase(key);
        } else {
            sent.insert_or_assign(key, shares);
        }
    }
    return rows;
}

ToldRows JsonSimulator::changes_in_depth(ToldInstrument& told, Side side) {
    const Ladder& ladder = levels_.ladder(told.locate, side);
    Ladder& sent = told.sent[static_cast<std::size_t>(side)];
    Ladder top = top_of(told.locate, side);
    ToldRows rows;
    for (const auto& [key, shares] : sent)
        if (!top.contains(key) && (traits_.tells_pushed_out || !ladder.contains(key)))
            rows.push_back({simulator::price_at(side, key), 0, true});
    for (const auto& [key, shares] : top) {
        const auto before = sent.find(key);
        if (before == sent.end() || before->second != shares)
            rows.push_back({simulator::price_at(side, key), shares, before != sent.end()});
    }
    sent = std::move(top);
    return rows;
}

}  // namespace tickweir::replay
