#include "gateway/feeds/venue_session/venue_session.hpp"

#include <algorithm>
#include <utility>

#include "gateway/feeds/due_time.hpp"

namespace tickweir::gateway {
namespace {

using Kind = SessionAction::Kind;

/// A book that is wanted again sooner after it was asked for waits longer each time.
constexpr std::chrono::nanoseconds resubscribe_first{500'000'000};
constexpr std::chrono::nanoseconds resubscribe_most{60'000'000'000};
constexpr std::chrono::nanoseconds resubscribe_calm{10'000'000'000};
constexpr std::uint32_t connects_per_second = 1;
constexpr std::uint32_t connects_at_once = 5;
constexpr std::size_t why_bytes_max = 200;

std::size_t symbols_per_connection(const VenueSessionSettings& settings) {
    const std::uint32_t limit = dialect_of(settings.venue).streams_per_connection;
    const std::uint32_t streams = settings.streams_per_connection == 0
                                      ? limit
                                      : std::min(limit, settings.streams_per_connection);
    return std::max<std::size_t>(streams / std::max<std::size_t>(settings.channels.size(), 1), 1);
}

SnapshotLimits limits_of(const VenueSessionSettings& settings) {
    SnapshotLimits limits = settings.snapshots;
    const std::uint32_t most = dialect_of(settings.venue).snapshots_per_second;
    if (most != 0) limits.per_second = std::min(limits.per_second, most);
    // Binance takes 24 of its deepest in a minute, and many more of others.
    if (settings.depth > 1000) limits.weight = 3;
    return limits;
}

VenueRates rates_of(VenueId venue) {
    const std::uint32_t messages = dialect_of(venue).messages_per_second;
    return {{messages, messages}, {connects_per_second, connects_at_once}};
}

}  // namespace

std::size_t connections_of(const VenueSessionSettings& settings) {
    const std::size_t each = symbols_per_connection(settings);
    return std::max<std::size_t>((settings.symbols.size() + each - 1) / each, 1);
}

VenueSession::VenueSession(VenueSessionSettings settings, std::uint64_t seed, book::TimeNs now)
    : settings_{std::move(settings)},
      rates_{rates_of(settings_.venue)},
      groups_(connections_of(settings_)),
      snapshots_{limits_of(settings_), settings_.symbols.size(), seed},
      ticked_{now},
      accepted_(groups_.size()),
      decoder_{settings_.venue} {
    const std::size_t each = symbols_per_connection(settings_);
    for (std::uint32_t i = 0; i < settings_.symbols.size(); ++i) {
        const std::string& name = settings_.symbols[i];
        const auto connection = static_cast<std::uint32_t>(i / each);
        groups_[connection].push_back(name);
        index_.emplace(name, i);
        names_.push_back(name);
        symbols_.push_back(
            {connection, Backoff{resubscribe_first, resubscribe_most, seed + i}, {}, {}});
    }
    for (std::uint32_t i = 0; i < groups_.size(); ++i)
        connections_.emplace_back(i,
                                  SubscriptionSettings{.venue = settings_.venue,
                                                       .symbols = groups_[i],
                                                       .channels = settings_.channels,
                                                       .depth = settings_.depth,
                                                       .answer_timeout = settings_.answer_timeout},
                                  settings_.times, rates_, seed + i, now);
}

std::optional<std::uint32_t> VenueSession::index_of_symbol(std::string_view symbol) const {
    const auto found = index_.find(symbol);
    return found == index_.end() ? std::nullopt : std::optional{found->second};
}

void VenueSession::warn(std::uint32_t connection, std::string text) {
    actions_.push_back({Kind::warn, connection, 0, std::move(text)});
}

// ------------------------------------------------------------------------------- connections

void VenueSession::on_open(std::uint32_t connection, book::TimeNs now) {
    accepted_[connection] = 0;
    connections_[connection].on_open(now);
}

void VenueSession::on_closed(std::uint32_t connection, book::TimeNs now) {
    connections_[connection].on_closed(now);
    drop_snapshots(connection);
}

void VenueSession::on_deaf(book::TimeNs now) {
    const std::chrono::nanoseconds deaf = now - ticked_;
    ticked_ = now;
    for (ConnectionSession& connection : connections_)
        connection.on_deaf(now, deaf);
    snapshots_.on_deaf(deaf);
}

/// What is under way was asked for to be joined with what came over the connection before.
void VenueSession::drop_snapshots(std::uint32_t connection) {
    accepted_[connection] = 0;
    for (std::uint32_t i = 0; i < symbols_.size(); ++i) {
        if (symbols_[i].connection != connection) continue;
        symbols_[i].again_at.reset();
        if (const auto question = snapshots_.drop(i))
            actions_.push_back({Kind::cancel, connection, *question, {}});
    }
}

void VenueSession::on_text(std::uint32_t connection, std::string_view text, book::TimeNs now) {
    ConnectionSession& session = connections_[connection];
    session.on_heard(now);
    if (begins_like_market(settings_.venue, text)) return;
    // What cannot be read is told by those who keep the books.
    if (decoder_.decode_frame(text, frame_) != codecs::json::FrameStatus::ok) return;
    if (frame_.controls.empty()) return;
    session.on_controls(frame_.controls, now, actions_);
    if (!session.is_open()) drop_snapshots(connection);
    tell_refused(connection);
}

void VenueSession::tell_refused(std::uint32_t connection) {
    for (const RefusedStream& stream : connections_[connection].subscriptions().take_refused())
        warn(connection, std::string{names_of(stream.channel)[index_of(stream.channel)]} + " of " +
                             stream.symbol + " was refused: " + stream.why);
}

void VenueSession::on_reconnect_wanted(std::uint32_t connection, book::TimeNs now) {
    if (connection >= connections_.size()) return;
    connections_[connection].reconnect(now, actions_);
    if (!connections_[connection].is_open()) drop_snapshots(connection);
}

void VenueSession::on_resubscribe_wanted(std::string_view name, book::TimeNs now) {
    const auto index = index_of_symbol(name);
    if (!index) return;
    Symbol& symbol = symbols_[*index];
    if (symbol.again_at || !connections_[symbol.connection].is_open()) return;
    const bool is_calm = !symbol.subscribed_at || now >= *symbol.subscribed_at + resubscribe_calm;
    if (is_calm) symbol.backoff.reset();
    symbol.again_at = is_calm ? now : now + symbol.backoff.next();
    again_due_ = earlier(again_due_, symbol.again_at);
}

void VenueSession::resubscribe_due(book::TimeNs now) {
    if (!again_due_ || now < *again_due_) return;
    again_due_.reset();
    for (std::uint32_t i = 0; i < symbols_.size(); ++i) {
        Symbol& symbol = symbols_[i];
        if (!symbol.again_at) continue;
        if (now < *symbol.again_at) {
            again_due_ = earlier(again_due_, symbol.again_at);
            continue;
        }
        symbol.again_at.reset();
        symbol.subscribed_at = now;
        connections_[symbol.connection].resubscribe(names_[i]);
    }
}

// ------------------------------------------------------------------------------- snapshots

void VenueSession::on_snapshot_wanted(std::string_view name, book::TimeNs now) {
    if (dialect_of(settings_.venue).rest_url.empty()) return;
    const auto index = index_of_symbol(name);
    // Without its changes a book would be right for a moment only.
    if (index && connections_[symbols_[*index].connection].subscriptions().has_book(name))
        snapshots_.want(*index, now);
}

/// Of what is subscribed to now: a market that stands still would send nothing to ask for it.
void VenueSession::want_snapshots(std::uint32_t connection, book::TimeNs now) {
    if (dialect_of(settings_.venue).rest_url.empty()) return;
    const Subscriptions& subscriptions = connections_[connection].subscriptions();
    for (std::uint32_t i = 0; i < symbols_.size(); ++i)
        if (symbols_[i].connection == connection && subscriptions.has_book(names_[i]))
            snapshots_.want_first(i, now);
}

void VenueSession::ask(book::TimeNs now) {
    const std::uint32_t depth =
        settings_.depth != 0 ? settings_.depth : dialect_of(settings_.venue).depth;
    while (const auto late = snapshots_.take_overdue(now)) {
        const std::uint32_t connection = symbols_[late->symbol].connection;
        actions_.push_back({Kind::cancel, connection, late->id, {}});
        warn(connection, "no snapshot of " + std::string{names_[late->symbol]} + " in time");
    }
    while (const auto question = snapshots_.next(now)) {
        std::string target;
        write_snapshot_target(settings_.venue, names_[question->symbol], depth, target);
        actions_.push_back(
            {Kind::ask, symbols_[question->symbol].connection, question->id, std::move(target)});
    }
}

std::optional<std::uint32_t> VenueSession::connection_of(std::uint64_t question) const {
    const auto symbol = snapshots_.symbol_of(question);
    return symbol ? std::optional{symbols_[*symbol].connection} : std::nullopt;
}

SnapshotOutcome VenueSession::on_answer(std::uint64_t question, unsigned http_status,
                                        std::optional<std::uint32_t> retry_after,
                                        book::TimeNs now) {
    const auto symbol = snapshots_.symbol_of(question);
    const SnapshotOutcome outcome = snapshots_.on_answer(question, http_status, retry_after, now);
    if (symbol && outcome != SnapshotOutcome::taken)
        warn(symbols_[*symbol].connection, "no snapshot of " + std::string{names_[*symbol]} +
                                               ": the answer has HTTP status " +
                                               std::to_string(http_status));
    return outcome;
}

void VenueSession::on_question_failed(std::uint64_t question, std::string_view why,
                                      book::TimeNs now) {
    const auto symbol = snapshots_.symbol_of(question);
    if (snapshots_.on_failed(question, now) == SnapshotOutcome::foreign) return;
    warn(symbols_[*symbol].connection, "no snapshot of " + std::string{names_[*symbol]} + ": " +
                                           std::string{why.substr(0, why_bytes_max)});
}

// ------------------------------------------------------------------------------- time

void VenueSession::on_tick(book::TimeNs now) {
    ticked_ = now;
    resubscribe_due(now);
    for (std::uint32_t i = 0; i < connections_.size(); ++i) {
        ConnectionSession& connection = connections_[i];
        const bool was_open = connection.is_open();
        connection.on_tick(now, actions_);
        if (was_open && !connection.is_open()) drop_snapshots(i);
        tell_refused(i);
        const std::size_t accepted = connection.subscriptions().accepted();
        if (accepted == accepted_[i] || !connection.subscriptions().settled()) continue;
        accepted_[i] = accepted;
        want_snapshots(i, now);
    }
    ask(now);
}

std::optional<book::TimeNs> VenueSession::next_due() const {
    std::optional<book::TimeNs> due = again_due_;
    for (const ConnectionSession& connection : connections_)
        due = earlier(due, connection.next_due());
    due = earlier(due, snapshots_.next_due());
    return due;
}

bool VenueSession::is_following() const {
    return std::ranges::all_of(connections_, &ConnectionSession::is_following);
}

std::optional<book::TimeNs> VenueSession::heard() const {
    book::TimeNs oldest = book::TimeNs::max();
    for (const ConnectionSession& connection : connections_) {
        if (!connection.is_open()) return std::nullopt;
        oldest = std::min(oldest, connection.heard());
    }
    return oldest;
}

VenueSessionCounts VenueSession::counts() const {
    VenueSessionCounts counts;
    counts.snapshots = snapshots_.counts();
    for (const ConnectionSession& connection : connections_) {
        const ConnectionCounts one = connection.counts();
        counts.connections.connects += one.connects;
        counts.connections.disconnects += one.disconnects;
        counts.connections.planned += one.planned;
        counts.connections.silences += one.silences;
        counts.connections.pings += one.pings;
        counts.connections.resubscribes += one.resubscribes;
        counts.streams += connection.subscriptions().accepted();
        counts.refused += connection.subscriptions().refused();
        counts.open += connection.is_open() ? 1U : 0U;
    }
    return counts;
}

}  // namespace tickweir::gateway
