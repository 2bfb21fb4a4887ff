#include "gateway/venue/venue_intake.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <variant>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

using shield::PriorityClass;

constexpr std::uint64_t whenever = std::numeric_limits<std::uint64_t>::max();

std::size_t places_of(const shield::QueueLimits& limits) {
    return std::accumulate(limits.classes.begin(), limits.classes.end(), std::size_t{0},
                           [](std::size_t sum, const auto& one) { return sum + one.capacity; });
}

PriorityClass class_of(const VenueRequest& request) {
    return static_cast<PriorityClass>(request.command.envelope.urgency);
}

/// The session whose orders a mass cancel is of; nothing: of all. Only the operator has more than
/// its own.
std::optional<txn::SessionId> session_of(const txn::MassCancel& which, txn::SessionId from) {
    return from == txn::operator_session ? which.session : from;
}

bool matches(const VenueRequest& request, const txn::MassCancel& which, std::uint64_t arrival) {
    const auto* const order = std::get_if<txn::NewOrder>(&request.command.body);
    if (order == nullptr || request.arrival >= arrival) return false;
    if (which.account && *which.account != order->account) return false;
    if (which.instrument && *which.instrument != order->instrument) return false;
    if (which.side && *which.side != order->side) return false;
    const bool lasts = order->time_in_force == txn::TimeInForce::gtc ||
                       order->time_in_force == txn::TimeInForce::gtd;
    return !which.keep_long_lived || !lasts;
}

/// An order that a request names by its OrderID; 0: none.
txn::OrderId order_of(const txn::CommandBody& body) {
    if (const auto* const cancel = std::get_if<txn::CancelOrder>(&body))
        return cancel->order.value_or(txn::OrderId{});
    if (const auto* const replace = std::get_if<txn::ReplaceOrder>(&body))
        return replace->order.value_or(txn::OrderId{});
    return {};
}

}  // namespace

std::size_t VenueIntake::bytes_for(const IntakeSettings& settings) {
    const std::size_t places = places_of(settings.queues);
    return QueuedRequests::bytes_for(places, settings.sessions) +
           shield::ClassQueues<Place>::bytes_for(settings.queues) +
           (places + settings.answers) * sizeof(Answer);
}

VenueIntake::VenueIntake(const IntakeSettings& settings, book::Charge charge)
    : charge_{std::move(charge)},
      requests_{places_of(settings.queues), settings.sessions, settings.seed},
      queues_{settings.queues},
      urgent_places_{settings.queues.classes[0].capacity + settings.queues.classes[1].capacity},
      answers_(places_of(settings.queues) + settings.answers) {
    book::ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(settings));
    book::ensure(settings.answers != 0);
}

// ---------------------------------------------------------------------------------- from the rings

void VenueIntake::set_mode(LoadMode mode, ShedCause refused_as) {
    mode_ = mode;
    refused_as_ = refused_as;
}

bool VenueIntake::drain(const VenueInput& rings, book::TimeNs now) {
    now_ = now;
    bool worked = false;
    const std::size_t most = rings.urgent->capacity() + rings.ordinary->capacity();
    for (std::size_t i = 0; i < most; ++i) {
        look(rings);
        if (!urgent_ && !ordinary_) break;
        const bool is_urgent = urgent_ && (!ordinary_ || urgent_->arrival < ordinary_->arrival);
        std::optional<VenueRequest>& first = is_urgent ? urgent_ : ordinary_;
        if (!take(*first)) {
            ++counts_.blocked;
            break;
        }
        first.reset();
        taken_ += is_urgent ? 0 : 1;
        worked = true;
    }
    forget_kills();
    return worked;
}

/// The front of both rings. Who sees a request in one ring sees all that was pushed before it in
/// the other, but only when looking there afterwards.
void VenueIntake::look(const VenueInput& rings) {
    if (!ordinary_) ordinary_ = rings.ordinary->try_pop();
    if (urgent_) return;
    urgent_ = rings.urgent->try_pop();
    if (urgent_ && !ordinary_) ordinary_ = rings.ordinary->try_pop();
}

/// False, with nothing lost, if it has to wait in its ring.
bool VenueIntake::take(VenueRequest& request) {
    txn::CommandBody& body = request.command.body;
    if (const auto* const replace = std::get_if<txn::ReplaceOrder>(&body))
        stay_behind(request, *replace);
    const PriorityClass urgency = class_of(request);
    if (!has_room(urgency)) return false;
    if (is_killed(request)) {
        answer_withdrawn(request.command, {});
        return true;
    }
    if (const ShedCause cause = shield::shed_by(mode_, urgency); cause != ShedCause::none) {
        answer_shed(request, as_refused(cause));
        return true;
    }
    if (auto* const cancel = std::get_if<txn::CancelOrder>(&body)) {
        if (take_out_named(request, *cancel)) return true;
    } else if (const auto* const which = std::get_if<txn::MassCancel>(&body)) {
        (void)withdraw(*which, session_of(*which, request.command.envelope.session),
                       request.arrival);
    }
    return put(request);
}

/// Room for an answer to everything that waits, and to one more; the last of it is for what is
/// urgent.
bool VenueIntake::has_room(PriorityClass urgency) const {
    const std::size_t taken = requests_.size() + (current_ ? 1 : 0) + answered_;
    if (shield::is_urgent(urgency))
        return taken < answers_.size() && queues_.free_places(urgency) != 0;
    const std::size_t reserved = urgent_places_ - queues_.depth(PriorityClass::control) -
                                 queues_.depth(PriorityClass::risk_reducing);
    return taken + reserved < answers_.size();
}

/// A cancel of what still waits takes it out, and has done its work with a new order; behind a
/// replace it is for the order that was to be replaced. True if nothing is left to do.
bool VenueIntake::take_out_named(VenueRequest& request, txn::CancelOrder& cancel) {
    const txn::SessionId session = request.command.envelope.session;
    while (!cancel.original.empty()) {
        const Place place = requests_.find(session, cancel.original, request.arrival);
        if (place == 0) return false;
        const auto* const replace = std::get_if<txn::ReplaceOrder>(&requests_[place].command.body);
        const bool is_order = replace == nullptr;
        if (!is_order) {
            cancel.order = replace->order;
            cancel.original = replace->original;
        }
        take_out(place, cancel.client_id);
        if (is_order) return true;
    }
    return false;
}

/// A replace never overtakes the order, or the replace, that it names and that still waits.
void VenueIntake::stay_behind(VenueRequest& request, const txn::ReplaceOrder& replace) const {
    if (replace.original.empty()) return;
    txn::Envelope& envelope = request.command.envelope;
    const Place place = requests_.find(envelope.session, replace.original, request.arrival);
    if (place == 0) return;
    envelope.urgency = std::max(envelope.urgency, requests_[place].command.envelope.urgency);
}

bool VenueIntake::put(const VenueRequest& request) {
    const PriorityClass urgency = class_of(request);
    if (queues_.free_places(urgency) == 0) {
        if (shield::is_urgent(urgency)) return false;
        answer_shed(request, ShedCause::queue_full);
        return true;
    }
    const Place place = requests_.add(request);
    const auto handle = queues_.push(urgency, request.command.envelope.arrived, place);
    requests_.set_handle(place, *handle);
    return true;
}

// ------------------------------------------------------------------------------ out of the queues

VenueRequest* VenueIntake::next(book::TimeNs now) {
    if (!current_) {
        const auto taken = queues_.pop(now, mode_);
        if (!taken) return nullptr;
        waited_ = taken->waited;
        current_ = requests_[taken->value];
        requests_.remove(taken->value);
    }
    return &*current_;
}

void VenueIntake::shed(ShedCause cause) {
    const std::optional<VenueRequest> request = std::exchange(current_, std::nullopt);
    answer_shed(*request, cause);
}

VenueIntake::PriorityClass VenueIntake::urgency() const {
    return class_of(*current_);
}

std::optional<VenueIntake::Kill> VenueIntake::begin_kill(const txn::MassCancel& which) {
    const auto place = std::ranges::find(kills_, false, &KillUnderWay::used);
    if (place == kills_.end()) return std::nullopt;
    *place = {.used = true, .which = which, .until = whenever, .withdrawn = withdraw_now(which)};
    ++kills_under_way_;
    return static_cast<Kill>(place - kills_.begin());
}

std::size_t VenueIntake::end_kill(Kill kill, std::size_t in_ring) {
    KillUnderWay& which = kills_[static_cast<std::size_t>(kill)];
    which.until = taken_ + (ordinary_ ? 1 : 0) + in_ring;
    const std::size_t withdrawn = which.withdrawn;
    forget_kills();
    return withdrawn;
}

/// Of one that comes out of its ring. New orders come by the ordinary one.
bool VenueIntake::is_killed(const VenueRequest& request) {
    if (kills_under_way_ == 0) return false;
    for (KillUnderWay& kill : kills_) {
        if (!kill.used || taken_ >= kill.until || !matches(request, kill.which, whenever)) continue;
        if (kill.which.session && *kill.which.session != request.command.envelope.session) continue;
        ++kill.withdrawn;
        return true;
    }
    return false;
}

/// Those whose last request has come out of its ring.
void VenueIntake::forget_kills() {
    if (kills_under_way_ == 0) return;
    for (KillUnderWay& kill : kills_) {
        if (!kill.used || taken_ < kill.until) continue;
        kill.used = false;
        --kills_under_way_;
    }
}

std::size_t VenueIntake::withdraw_now(const txn::MassCancel& which) {
    const std::size_t queued = withdraw(which, which.session, whenever);
    if (!current_ || !matches(*current_, which, whenever)) return queued;
    const txn::Command& command = current_->command;
    if (which.session && *which.session != command.envelope.session) return queued;
    answer_withdrawn(command, which.client_id);
    current_.reset();
    return queued + 1;
}

std::size_t VenueIntake::withdraw(const txn::MassCancel& which,
                                  std::optional<txn::SessionId> session, std::uint64_t arrival) {
    const std::uint64_t before = counts_.withdrawn;
    const auto look_at = [&](Place place) {
        if (matches(requests_[place], which, arrival)) take_out(place, which.client_id);
    };
    if (session && static_cast<std::size_t>(*session) < requests_.sessions()) {
        requests_.for_each_of(*session, look_at);
    } else if (!session) {
        for (std::size_t i = 0; i < requests_.sessions(); ++i)
            requests_.for_each_of(txn::SessionId{static_cast<std::uint32_t>(i)}, look_at);
    }
    return static_cast<std::size_t>(counts_.withdrawn - before);
}

void VenueIntake::take_out(Place place, const txn::ClientOrderId& request_id) {
    answer_withdrawn(requests_[place].command, request_id);
    (void)queues_.take(requests_.handle(place));
    requests_.remove(place);
}

void VenueIntake::answer_withdrawn(const txn::Command& command,
                                   const txn::ClientOrderId& request_id) {
    add_answer() = {.kind = VenueReportKind::withdrawn,
                    .cause = ShedCause::none,
                    .session = command.envelope.session,
                    .sequence = command.envelope.sequence,
                    .request_id = request_id,
                    .original = request_id_of(command.body),
                    .order = {}};
    ++counts_.withdrawn;
}

// --------------------------------------------------------------------------------------- answers

void VenueIntake::answer_shed(const VenueRequest& request, ShedCause cause) {
    const txn::Command& command = request.command;
    add_answer() = {.kind = VenueReportKind::shed,
                    .cause = cause,
                    .session = command.envelope.session,
                    .sequence = command.envelope.sequence,
                    .request_id = request_id_of(command.body),
                    .original = original_of(command.body),
                    .order = order_of(command.body)};
    ++counts_.shed[shield::class_index(class_of(request))][static_cast<std::size_t>(cause)];
}

VenueIntake::Answer& VenueIntake::add_answer() {
    book::ensure(answered_ < answers_.size());
    return answers_[(first_answer_ + answered_++) % answers_.size()];
}

bool VenueIntake::tell(book::SpscRing<VenueReport>& reports) {
    while (answered_ != 0) {
        const Answer& answer = answers_[first_answer_];
        VenueReport report;
        report.kind = answer.kind;
        report.shed = answer.cause;
        report.event.session = answer.session;
        report.event.sequence = answer.sequence;
        report.event.request_id = answer.request_id;
        report.event.original = answer.original;
        report.event.order.order = answer.order;
        report.event.time = now_;
        if (!reports.try_push(report)) return false;
        first_answer_ = first_answer_ + 1 == answers_.size() ? 0 : first_answer_ + 1;
        --answered_;
    }
    return true;
}

}  // namespace tickweir::gateway
