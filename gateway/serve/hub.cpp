#include "gateway/serve/hub.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/replica/market_input.hpp"
#include "gateway/replica/watches.hpp"
#include "gateway/serve/hub/book_questions.hpp"
#include "gateway/serve/hub/market_listener.hpp"
#include "gateway/serve/hub/outbox.hpp"
#include "gateway/serve/hub/publisher.hpp"
#include "gateway/serve/hub/requests.hpp"
#include "gateway/serve/hub/streams.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::chrono::seconds heartbeat_interval{1};

/// Half of each limit is where warnings begin, so that state has to give way there at the latest.
hub::OutboxLimits outbox_limits(const HubLimits& limits) {
    return {.clients = limits.connections,
            .bytes = limits.queue_bytes,
            .frames = limits.queue_messages,
            .slow_bytes = std::min(limits.conflate_after_bytes, limits.queue_bytes / 2),
            .slow_frames = limits.queue_messages / 4,
            .client_bytes = sizeof(hub::ClientQueue) + 256 + sizeof(hub::Subscriber)};
}

}  // namespace

struct Hub::Impl {
    Impl(const HubLimits& given, const store::MarketStore& used_store,
         std::vector<MarketLink> links, book::MemoryBudget* budget)
        : limits{given},
          store{used_store},
          markets{std::move(links)},
          orders{given.watched_orders, 0},
          outbox{outbox_limits(given), budget},
          streams{budget},
          watches{markets, instruments},
          parts{limits, store, instruments, outbox, streams, watches, counts, mode, budget},
          publisher{parts},
          listener{parts, publisher},
          input{{instruments, watches, markets, orders, budget}, listener, given.events_per_turn},
          requests{parts, publisher},
          questions{parts} {
        learn_instruments();
    }

    void learn_instruments();
    bool beat(book::TimeNs now);
    bool answer_questions(book::TimeNs now);
    /// After anything that may have queued frames: warnings, the end of those who were shut, and
    /// what is to be asked of the markets.
    void settle(book::TimeNs now);

    HubLimits limits;
    const store::MarketStore& store;
    std::vector<MarketLink> markets;
    replica::OrderAllowance orders;
    std::vector<replica::InstrumentState> instruments;
    HubCounts counts;
    std::string mode = "L0";
    hub::Outbox outbox;
    hub::Streams streams;
    replica::Watches watches;
    hub::HubParts parts;
    hub::Publisher publisher;
    hub::MarketListener listener;
    replica::MarketInput<hub::MarketListener> input;
    hub::Requests requests;
    hub::BookQuestions questions;
    std::optional<book::TimeNs> next_beat;
    std::uint64_t beats = 0;
};

void Hub::Impl::learn_instruments() {
    if (!replica::learn_instruments(instruments, store, markets)) return;
    streams.make_room_for_instruments(instruments.size());
    requests.add_instruments();
}

bool Hub::Impl::beat(book::TimeNs now) {
    if (!next_beat) next_beat = now + heartbeat_interval;
    if (now < *next_beat) return false;
    publisher.heartbeat(++beats);
    // On time again after a pause, without making up for it.
    *next_beat += heartbeat_interval * ((now - *next_beat) / heartbeat_interval + 1);
    return true;
}

bool Hub::Impl::answer_questions(book::TimeNs now) {
    const bool any = !input.levels_begun().empty();
    for (const std::uint32_t instrument : input.levels_begun())
        questions.answer(instrument);
    input.levels_begun().clear();
    return questions.expire(now) || any;
}

void Hub::Impl::settle(book::TimeNs now) {
    outbox.send_warnings();
    std::vector<std::uint32_t>& shut = outbox.newly_shut();
    for (std::size_t i = 0; i < shut.size(); ++i)
        requests.drop_subscriptions(shut[i]);
    shut.clear();
    watches.send_requests(now);
    counts.clients = outbox.open_count();
    counts.subscriptions = streams.subscription_count();
    counts.slow_closed = outbox.slow_closed();
}

// -------------------------------------------------------------------------------------------- Hub

Hub::Hub(const HubLimits& limits, const store::MarketStore& store, std::vector<MarketLink> markets,
         book::MemoryBudget* clients_budget)
    : impl_{std::make_unique<Impl>(limits, store, std::move(markets), clients_budget)} {}
Hub::~Hub() = default;

bool Hub::streams_at(std::string_view target) const {
    return target.substr(0, target.find('?')) == "/v1/stream";
}

std::optional<ClientId> Hub::open(book::TimeNs now) {
    impl_->publisher.set_now(now);
    const auto client = impl_->outbox.open();
    if (!client) return std::nullopt;
    impl_->streams.make_room_for_clients(*client + 1);
    impl_->requests.open(*client);
    impl_->settle(now);
    return impl_->outbox.id(*client);
}

void Hub::close(ClientId id) {
    const auto client = impl_->outbox.find(id);
    if (!client) return;
    impl_->requests.drop_subscriptions(*client);
    impl_->outbox.close(*client);
    impl_->settle(impl_->publisher.now());
}

void Hub::on_message(ClientId id, std::string_view text, book::TimeNs now) {
    const auto client = impl_->outbox.find(id);
    if (!client || impl_->outbox.closing(*client)) return;
    impl_->publisher.set_now(now);
    impl_->learn_instruments();
    impl_->requests.on_message(*client, text);
    impl_->settle(now);
}

bool Hub::turn(book::TimeNs now) {
    Impl& impl = *impl_;
    impl.publisher.set_now(now);
    impl.learn_instruments();
    const std::size_t taken = impl.input.take(impl.limits.events_per_turn);
    impl.counts.market_events += taken;
    bool worked = taken != 0;
    worked |= impl.publisher.run_ticks();
    worked |= impl.beat(now);
    worked |= impl.watches.end_lingering(now);
    worked |= impl.answer_questions(now);
    impl.settle(now);
    impl.outbox.tidy();
    return worked;
}

bool Hub::has_work() const {
    return impl_->input.has_work() || impl_->questions.has_answers() ||
           impl_->instruments.size() != impl_->store.instruments().count();
}

std::optional<book::TimeNs> Hub::next_due() const {
    std::optional<book::TimeNs> due = impl_->next_beat;
    for (const auto& other :
         {impl_->publisher.next_due(), impl_->watches.next_due(), impl_->questions.next_due()})
        if (other && (!due || *other < *due)) due = other;
    // A market whose ring of requests is full gives no sign when there is room again.
    if (impl_->watches.has_unsent()) {
        const book::TimeNs soon = impl_->publisher.now() + std::chrono::milliseconds{1};
        if (!due || soon < *due) due = soon;
    }
    return due;
}

std::span<const ClientId> Hub::due() {
    return impl_->outbox.take_due();
}

std::size_t Hub::gather(ClientId id, std::span<iovec> into) const {
    const auto client = impl_->outbox.find(id);
    return client ? impl_->outbox.gather(*client, into) : 0;
}

void Hub::sent(ClientId id, std::size_t bytes, book::TimeNs now) {
    const auto client = impl_->outbox.find(id);
    if (!client) return;
    impl_->outbox.sent(*client, bytes);
    if (impl_->streams.subscriber(*client).first_waiting == hub::nobody) [[likely]]
        return;
    impl_->publisher.set_now(now);
    impl_->publisher.catch_up(*client);
    impl_->settle(now);
}

std::optional<ClientClose> Hub::closing(ClientId id) const {
    const auto client = impl_->outbox.find(id);
    return client ? impl_->outbox.closing(*client) : std::nullopt;
}

std::size_t Hub::unsent_bytes(ClientId id) const {
    const auto client = impl_->outbox.find(id);
    return client ? impl_->outbox.queue(*client).bytes() : 0;
}

std::optional<std::string> Hub::book(book::InstrumentId instrument, unsigned depth,
                                     PendingAnswer pending, book::TimeNs now) {
    impl_->publisher.set_now(now);
    impl_->learn_instruments();
    const auto id = static_cast<std::uint32_t>(instrument);
    book::ensure(id < impl_->instruments.size());
    auto answer = impl_->questions.ask(id, depth, pending, now);
    impl_->settle(now);
    return answer;
}

std::vector<Hub::Answer> Hub::take_answers() {
    return impl_->questions.take_answers();
}

std::span<const std::int64_t> Hub::received_this_turn() const {
    return impl_->input.received();
}

std::span<const ConflationTick> Hub::ticks_this_turn() const {
    return impl_->publisher.ticks();
}

void Hub::set_mode(std::string_view mode, book::TimeNs now) {
    if (impl_->mode == mode) return;
    impl_->mode = mode;
    impl_->publisher.set_now(now);
    for (std::uint32_t id = 0; id < impl_->instruments.size(); ++id)
        impl_->publisher.status_changed(id);
    impl_->settle(now);
}

void Hub::set_limits(const HubLimits& limits) {
    HubLimits taken = limits;
    taken.events_per_turn = impl_->limits.events_per_turn;
    taken.watched_orders = impl_->limits.watched_orders;
    impl_->limits = taken;
    impl_->outbox.set_limits(outbox_limits(taken));
}

const HubCounts& Hub::counts() const {
    return impl_->counts;
}

}  // namespace tickweir::gateway
