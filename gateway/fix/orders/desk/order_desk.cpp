#include "gateway/fix/orders/desk/order_desk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/fix/orders/desk/desk_core.hpp"
#include "gateway/fix/orders/desk/desk_queries.hpp"
#include "gateway/fix/orders/desk/desk_reports.hpp"
#include "gateway/fix/orders/desk/desk_requests.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

/// How often it is looked at who reads slowly, and what has half-opened.
constexpr std::chrono::milliseconds sample_every{250};

bool is_open(shield::BreakerState state) {
    return state == shield::BreakerState::open || state == shield::BreakerState::half_open ||
           state == shield::BreakerState::forced_open;
}

}  // namespace

struct OrderDesk::Impl {
    explicit Impl(OrderDeskParts parts)
        : core{std::move(parts)}, queries{core}, reports{core}, requests{core, queries} {}

    void begin(book::TimeNs now, SessionOutput& output) {
        core.now = now;
        core.output = &output;
    }
    bool take_reports();
    void sample();
    void sample(SessionId id);
    bool stop_sessions();

    DeskCore core;
    DeskQueries queries;
    DeskReports reports;
    DeskRequests requests;
    book::TimeNs sampled{};
    std::size_t here = 0;  // sessions that are logged on
    bool stopping = false;
};

OrderDesk::OrderDesk(OrderDeskParts parts) : impl_{std::make_unique<Impl>(std::move(parts))} {}

OrderDesk::~OrderDesk() = default;

bool OrderDesk::takes(std::string_view msg_type) const {
    return request_kind_of(msg_type).has_value();
}

std::optional<std::string_view> OrderDesk::refuses_logons() const {
    const shield::LoadMode mode = impl_->core.mode();
    if (mode == shield::LoadMode::stopped)
        return shield::shed_text(shield::ShedCause::stopped, mode);
    if (shield::takes_logons(mode)) return std::nullopt;
    return "shed: no logons while the load mode is L3 or above";
}

void OrderDesk::on_logon(SessionId id, book::TimeNs now, SessionOutput& output) {
    impl_->begin(now, output);
    DeskSession& session = impl_->core.session(id);
    if (!std::exchange(session.here, true)) ++impl_->here;
    session.ended = false;
    session.shield.on_logon();
    impl_->core.disconnects.on_logon(id, output.cancel_on_disconnect(id));
}

void OrderDesk::on_logout(SessionId id, book::TimeNs now) {
    DeskSession& session = impl_->core.session(id);
    if (std::exchange(session.here, false)) --impl_->here;
    impl_->queries.forget(id);
    impl_->core.disconnects.on_logout(id, now);
}

void OrderDesk::on_message(SessionId id, const codecs::fix::Message& message, book::TimeNs now,
                           SessionOutput& output) {
    impl_->begin(now, output);
    impl_->requests.take(id, message);
}

void OrderDesk::on_malformed(SessionId id, book::TimeNs now) {
    ++impl_->core.counts.garbled;
    impl_->core.session(id).shield.breaker().received(true, now);
}

bool OrderDesk::turn(book::TimeNs now, SessionOutput& output) {
    impl_->begin(now, output);
    DeskCore& core = impl_->core;
    bool worked = core.lanes.flush();
    worked |= impl_->take_reports();
    // Once it is known which orders there are: the venue executes nothing before.
    if (core.open)
        worked |= core.disconnects.run(
            now, [this](SessionId id) { return impl_->requests.cancel_all(id); });
    worked |= impl_->queries.turn();
    worked |= core.table.sweep(core.limits.swept_per_turn);
    if (now < impl_->sampled || now - impl_->sampled >= sample_every) impl_->sample();
    core.lanes.wake();
    core.counts.open_orders = core.table.open();
    core.counts.closed_orders = core.table.closed();
    core.counts.urgent_waiting = core.lanes.waiting();
    core.counts.urgent_waited = core.lanes.waited();
    return worked;
}

bool OrderDesk::Impl::take_reports() {
    std::size_t left = core.limits.reports_per_turn;
    for (; left > 0; --left) {
        const auto report = core.link.reports->try_pop();
        if (!report) break;
        reports.take(*report);
    }
    const bool drained = left != 0;
    const bool stops = drained && core.mode() == shield::LoadMode::stopped && stop_sessions();
    return stops || left != core.limits.reports_per_turn;
}

/// Everything was answered, and nothing will be executed any more. A turn later, so that sessions
/// are told of the mode before they end: who tells them looks at it once a turn.
bool OrderDesk::Impl::stop_sessions() {
    if (here == 0) return false;
    if (!std::exchange(stopping, true)) return true;
    for (DeskSession& session : core.sessions)
        core.end_session(core.id_of(session), shield::shed_text(shield::ShedCause::stopped), false);
    return false;
}

void OrderDesk::Impl::sample() {
    sampled = core.now;
    core.counts.breakers_open = 0;
    for (std::uint32_t i = 0; i < core.sessions.size(); ++i)
        sample(SessionId{i});
}

void OrderDesk::Impl::sample(SessionId id) {
    DeskSession& session = core.session(id);
    shield::CircuitBreaker& breaker = session.shield.breaker();
    if (session.here) {
        const std::uint64_t queued = core.output->queued_bytes(id);
        const std::uint64_t limit = core.output->queue_bytes_max(id);
        breaker.backlog(queued, limit, core.now);
        if (shield::cuts_slow_consumers(core.mode()) &&
            queued * 100 >= limit * core.limits.slow_percent && limit != 0)
            core.end_session(id, "shed: answers are not read", false);
    }
    breaker.tick(core.now);
    core.counts.breakers_open += is_open(breaker.state());
}

bool OrderDesk::has_work() const {
    const DeskCore& core = impl_->core;
    return core.link.reports->size_approx() != 0 || impl_->queries.has_work() ||
           (core.lanes.waiting() != 0 && core.lanes.ring_has_room());
}

std::optional<book::TimeNs> OrderDesk::next_due() const {
    std::optional<book::TimeNs> due =
        impl_->core.open ? impl_->core.disconnects.next_due() : std::optional<book::TimeNs>{};
    if (impl_->here != 0) {
        const book::TimeNs sample = impl_->sampled + sample_every;
        due = due ? std::min(*due, sample) : sample;
    }
    return due;
}

bool OrderDesk::open() const {
    return impl_->core.open;
}

bool OrderDesk::force_breaker(SessionId session, shield::BreakerForce force, book::TimeNs) {
    impl_->core.session(session).shield.breaker().force(force);
    return true;
}

void OrderDesk::set_shields(std::span<const shield::SessionShieldLimits> limits) {
    book::ensure(limits.size() == impl_->core.sessions.size());
    for (std::size_t i = 0; i < limits.size(); ++i)
        impl_->core.sessions[i].shield.set_limits(limits[i]);
}

void OrderDesk::set_entitlements(const OrderDirectory& directory) {
    book::ensure(directory.session_count() == impl_->core.sessions.size());
    for (std::uint32_t i = 0; i < directory.session_count(); ++i)
        impl_->core.session(SessionId{i}).entry = &directory.session(SessionId{i});
    impl_->requests.set_directory(directory);
}

const shield::SessionShield& OrderDesk::shield(SessionId session) const {
    return impl_->core.session(session).shield;
}

const OrderDeskCounts& OrderDesk::counts() const {
    return impl_->core.counts;
}

}  // namespace tickweir::gateway::fix::orders
