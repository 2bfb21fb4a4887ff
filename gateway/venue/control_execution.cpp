#include "gateway/venue/control_execution.hpp"

#include <utility>

#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway {

using control::Answer;
using control::fault;
using control::Status;

namespace {

/// Numbers of the operator's commands that order entry does not use.
constexpr std::uint64_t sequence_base = std::uint64_t{1} << 62;

Status status_of(txn::Refusal refusal) {
    const bool is_unknown =
        refusal == txn::Refusal::unknown_account || refusal == txn::Refusal::unknown_asset ||
        refusal == txn::Refusal::unknown_instrument || refusal == txn::Refusal::unknown_session ||
        refusal == txn::Refusal::unknown_trade;
    return is_unknown ? Status::unknown : Status::refused;
}

}  // namespace

ControlExecution::ControlExecution(VenueControl& control, ControlTarget target)
    : control_{control}, target_{target}, reading_{target.engine->shard(0).venue()} {
    pending_.reserve(pending_max);
}

bool ControlExecution::turn(book::TimeNs now, std::optional<shield::LoadChange>& change) {
    bool worked = false;
    for (std::size_t i = 0; i < commands_per_turn && pending_.size() < pending_max; ++i) {
        if (!held_) held_ = control_.take_command();
        if (!held_ || !carry_out(*held_, now, change)) return worked;
        held_.reset();
        worked = true;
    }
    return worked;
}

bool ControlExecution::carry_out(const VenueControl::Taken& taken, book::TimeNs now,
                                 std::optional<shield::LoadChange>& change) {
    if (const auto* const mode = std::get_if<control::SetMode>(&taken.command)) {
        answer(taken, set_mode(*mode, now, change));
        return true;
    }
    if (const auto* const account = std::get_if<control::ViewAccount>(&taken.command)) {
        view(taken, *account);
        return true;
    }
    if (const auto* const balance = std::get_if<control::ViewBalance>(&taken.command)) {
        view(taken, *balance);
        return true;
    }
    Answer wrong;
    std::optional<txn::CommandBody> body = reading_.body_of(taken.command, wrong);
    if (body) return execute(taken, *std::move(body), now);
    answer(taken, std::move(wrong));
    return true;
}

bool ControlExecution::execute(const VenueControl::Taken& taken, txn::CommandBody body,
                               book::TimeNs now) {
    txn::Command command;
    command.envelope.session = txn::operator_session;
    command.envelope.urgency = txn::CommandClass::control;
    command.envelope.sequence = sequence_base | ++sequence_;
    command.envelope.arrived = command.envelope.time = now;
    command.body = std::move(body);
    const auto* const kill = std::get_if<txn::MassCancel>(&command.body);
    // What waits of those it kills goes first, however long its own record has to wait for room.
    if (kill != nullptr && !kill_ && !begin_kill(*kill)) return false;
    return tried(taken, target_.engine->shard(0).execute(command), kill);
}

/// False where it has to be tried again.
bool ControlExecution::tried(const VenueControl::Taken& taken, const txn::Executed& executed,
                             const txn::MassCancel* kill) {
    Answer prepared;
    prepared.lsn = executed.lsn;
    switch (executed.status) {
        case txn::ExecuteStatus::done:
            await(taken, kill != nullptr ? Awaited::kill : Awaited::record, std::move(prepared));
            return true;
        case txn::ExecuteStatus::refused:
            await(taken, Awaited::refusal, std::move(prepared));
            return true;
        case txn::ExecuteStatus::busy:
            return false;
        case txn::ExecuteStatus::shed:
            // A kill is meant for just such a moment: it waits for room.
            if (kill != nullptr && executed.why != txn::ShedReason::closing) return false;
            prepared =
                fault(Status::shed, "the log has no room: " + std::string{to_string(executed.why)});
            break;
        case txn::ExecuteStatus::stopped:
            prepared = fault(Status::stopped, "nothing is executed any more");
            break;
    }
    prepared.withdrawn = end_kill(kill_);
    answer(taken, std::move(prepared));
    return true;
}

/// False where too many are under way.
bool ControlExecution::begin_kill(const txn::MassCancel& which) {
    if (target_.intake == nullptr) return true;
    kill_ = target_.intake->begin_kill(which);
    return kill_.has_value();
}

std::size_t ControlExecution::end_kill(std::optional<VenueIntake::Kill>& kill) {
    if (!kill) return 0;
    return target_.intake->end_kill(*std::exchange(kill, std::nullopt),
                                    target_.ordinary->size_approx());
}

void ControlExecution::await(const VenueControl::Taken& taken, Awaited awaited, Answer answer) {
    pending_.push_back({.awaited = awaited,
                        .ticket = taken.ticket,
                        .asker = taken.asker,
                        .lsn = answer.lsn,
                        .sequence = sequence_base | sequence_,
                        .kill = std::exchange(kill_, std::nullopt),
                        .answer = std::move(answer)});
}

Answer ControlExecution::set_mode(const control::SetMode& command, book::TimeNs now,
                                  std::optional<shield::LoadChange>& change) {
    if (target_.load == nullptr) return fault(Status::refused, "nothing measures the load");
    if (command.floor == LoadMode::stopped || command.ceiling == LoadMode::stopped)
        return fault(Status::bad_request, "mode: L5 cannot be set");
    if (const auto changed = target_.load->set_bounds(command.floor, command.ceiling, now))
        change = changed;
    Answer answer;
    answer.text = to_string(target_.load->mode());
    return answer;
}

/// What is not durable yet is in it, too, so it is kept back until that is.
template <class View>
void ControlExecution::view(const VenueControl::Taken& taken, const View& command) {
    const LoadMode mode = target_.load == nullptr ? LoadMode::normal : target_.load->mode();
    const ShedCause cause = shield::shed_by(mode, shield::PriorityClass::query);
    if (cause != ShedCause::none) {
        answer(taken, fault(Status::shed, std::string{shield::shed_text(cause, mode)}));
        return;
    }
    Answer prepared;
    prepared.lsn = target_.engine->shard(0).last();
    if (reading_.look(command, prepared))
        await(taken, Awaited::view, std::move(prepared));
    else
        answer(taken, std::move(prepared));
}

// ------------------------------------------------------------------------------------- answers

void ControlExecution::on_released(const txn::ReleasedOutcome& outcome) {
    answer_those([&](Pending& pending) { return take(pending, outcome); });
}

void ControlExecution::on_durable(txn::log::Lsn durable) {
    answer_those([durable](const Pending& pending) {
        return pending.awaited == Awaited::view && pending.lsn <= durable;
    });
}

/// Whose answer is complete.
template <class IsOver>
void ControlExecution::answer_those(IsOver&& is_over) {
    for (auto pending = pending_.begin(); pending != pending_.end();) {
        if (!is_over(*pending)) {
            ++pending;
            continue;
        }
        pending->answer.withdrawn = end_kill(pending->kill);
        control_.answer(pending->ticket, pending->asker, std::move(pending->answer));
        pending = pending_.erase(pending);
    }
}

bool ControlExecution::take(Pending& pending, const txn::ReleasedOutcome& outcome) {
    if (pending.awaited == Awaited::view) return false;  // on_durable() answers those
    bool is_over = false;
    for (const txn::Event& event : outcome.events) {
        const bool is_operators = event.session == txn::operator_session;
        switch (pending.awaited) {
            case Awaited::refusal:
                if (outcome.logged || !is_operators || event.sequence != pending.sequence) break;
                pending.answer.status = status_of(event.refusal);
                pending.answer.text = to_string(event.refusal);
                is_over = true;
                break;
            case Awaited::kill:
                // Its continuations come before any other command.
                if (!outcome.logged || outcome.lsn < pending.lsn || !is_operators) break;
                if (event.kind != txn::EventKind::mass_cancelled) break;
                pending.answer.cancelled = event.affected;
                is_over = event.complete;
                break;
            case Awaited::record:
                if (!outcome.logged || outcome.lsn != pending.lsn) break;
                take_event(pending, event);
                is_over = true;
                break;
            case Awaited::view:
                break;
        }
    }
    return is_over;
}

void ControlExecution::take_event(Pending& pending, const txn::Event& event) const {
    if (event.kind != txn::EventKind::balance) return;
    pending.answer.balance = balance_of(target_.engine->shard(0).venue(), event.asset,
                                        {.total = event.total, .held = event.held});
}

void ControlExecution::stop(std::string_view why) {
    for (Pending& pending : pending_) {
        (void)end_kill(pending.kill);
        control_.answer(
            pending.ticket, pending.asker,
            fault(Status::stopped, std::string{why} + "; whether it was carried out is not known"));
    }
    pending_.clear();
    (void)end_kill(kill_);
    if (held_) answer(*held_, fault(Status::stopped, std::string{why}));
    held_.reset();
    while (control_.has_commands()) {
        const auto taken = control_.take_command();
        if (!taken) return;
        answer(*taken, fault(Status::stopped, std::string{why}));
    }
}

}  // namespace tickweir::gateway
