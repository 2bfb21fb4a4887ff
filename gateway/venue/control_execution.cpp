#include "gateway/venue/control_execution.hpp"

#include <limits>
#include <utility>

#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway {

using book::exact::Decimal;
using control::Answer;
using control::Status;

namespace {

constexpr unsigned amount_decimals = 18;

/// Numbers of the operator's commands that order entry does not use.
constexpr std::uint64_t sequence_base = std::uint64_t{1} << 62;

template <class Id>
std::map<std::string, std::uint32_t, std::less<>> names_of(const std::vector<Id>& list,
                                                           std::string Id::*name) {
    std::map<std::string, std::uint32_t, std::less<>> names;
    for (std::size_t i = 0; i < list.size(); ++i)
        names.emplace(list[i].*name, static_cast<std::uint32_t>(i));
    return names;
}

Answer fault(Status status, std::string text) {
    Answer answer;
    answer.status = status;
    answer.text = std::move(text);
    return answer;
}

/// A number as so many decimals count it; nothing, and why, where that is not exact.
std::optional<std::int64_t> counted(std::string_view what, const Decimal& number, unsigned decimals,
                                    Answer& answer) {
    const auto scaled = rescaled(number, decimals);
    const txn::Int128 value = scaled.value.coefficient();
    if (scaled.ok() && value <= std::numeric_limits<std::int64_t>::max() &&
        value >= std::numeric_limits<std::int64_t>::min())
        return static_cast<std::int64_t>(value);
    answer =
        fault(Status::bad_request, std::string{what} + ": " + to_text(number) + " does not fit " +
                                       std::to_string(decimals) + " decimals in 64 bits");
    return std::nullopt;
}

Status status_of(txn::Refusal refusal) {
    const bool is_unknown =
        refusal == txn::Refusal::unknown_account || refusal == txn::Refusal::unknown_asset ||
        refusal == txn::Refusal::unknown_instrument || refusal == txn::Refusal::unknown_session ||
        refusal == txn::Refusal::unknown_trade;
    return is_unknown ? Status::unknown : Status::refused;
}

}  // namespace

ControlExecution::ControlExecution(VenueControl& control, ControlTarget target)
    : control_{control}, target_{target} {
    const txn::VenueSettings& settings = target.engine->shard(0).venue().settings();
    accounts_ = names_of(settings.accounts, &txn::AccountSettings::name);
    assets_ = names_of(settings.assets, &txn::AssetSettings::name);
    instruments_ = names_of(settings.instruments, &txn::InstrumentSettings::symbol);
    sessions_ = names_of(settings.sessions, &txn::SessionSettings::name);
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
    std::optional<txn::CommandBody> body = body_of(taken.command, wrong);
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
    const txn::ShardExecutor& shard = target_.engine->shard(0);
    Answer prepared;
    prepared.lsn = shard.last();
    if (look(shard.venue(), command, prepared))
        await(taken, Awaited::view, std::move(prepared));
    else
        answer(taken, std::move(prepared));
}

bool ControlExecution::look(const txn::Venue& venue, const control::ViewAccount& command,
                            Answer& answer) const {
    txn::AccountId account{};
    if (!find(accounts_, "account", command.account, account, answer)) return false;
    answer.account = account_view(venue, account, command.after, command.orders_max);
    answer.account->lsn = answer.lsn;
    return true;
}

bool ControlExecution::look(const txn::Venue& venue, const control::ViewBalance& command,
                            Answer& answer) const {
    txn::AccountId account{};
    txn::AssetId asset{};
    if (!find(accounts_, "account", command.account, account, answer)) return false;
    if (!find(assets_, "asset", command.asset, asset, answer)) return false;
    answer.balance = balance_of(venue, asset, venue.balance(account, asset));
    return true;
}

// ------------------------------------------------------------------------------ names and numbers

template <class Id>
bool ControlExecution::find(const Names& names, std::string_view kind, const std::string& name,
                            Id& id, Answer& answer) const {
    const auto found = names.find(name);
    if (found == names.end()) {
        answer = fault(Status::unknown,
                       "unknown " + std::string{kind} + " \"" + name.substr(0, 64) + '"');
        return false;
    }
    id = Id{found->second};
    return true;
}

std::optional<txn::CommandBody> ControlExecution::body_of(const control::Command& command,
                                                          Answer& answer) const {
    if (const auto* const deposit = std::get_if<control::Deposit>(&command))
        return move<txn::Deposit>(deposit->account, deposit->asset, deposit->amount, answer);
    if (const auto* const withdraw = std::get_if<control::Withdraw>(&command))
        return move<txn::Withdraw>(withdraw->account, withdraw->asset, withdraw->amount, answer);
    txn::InstrumentId instrument{};
    if (const auto* const halt = std::get_if<control::Halt>(&command)) {
        if (!find(instruments_, "instrument", halt->instrument, instrument, answer)) return {};
        return txn::Halt{instrument};
    }
    if (const auto* const resume = std::get_if<control::Resume>(&command)) {
        if (!find(instruments_, "instrument", resume->instrument, instrument, answer)) return {};
        return txn::Resume{instrument};
    }
    if (const auto* const bust = std::get_if<control::Bust>(&command))
        return txn::BustTrade{txn::TradeId{bust->trade}};
    if (const auto* const corrected = std::get_if<control::Correct>(&command))
        return correct(*corrected, answer);
    if (const auto* const killed = std::get_if<control::Kill>(&command))
        return kill(*killed, answer);
    return std::nullopt;
}

template <class Body>
std::optional<txn::CommandBody> ControlExecution::move(const std::string& account,
                                                       const std::string& asset,
                                                       const Decimal& amount,
                                                       Answer& answer) const {
    Body body;
    if (!find(accounts_, "account", account, body.account, answer)) return std::nullopt;
    if (!find(assets_, "asset", asset, body.asset, answer)) return std::nullopt;
    const auto scaled = rescaled(amount, amount_decimals);
    if (!scaled.ok() || scaled.value.coefficient() <= 0) {
        answer = fault(Status::bad_request,
                       "amount: expected a number above zero of at most 20 "
                       "digits before the point, got " +
                           to_text(amount));
        return std::nullopt;
    }
    body.amount = scaled.value.coefficient();
    return body;
}

std::optional<txn::CommandBody> ControlExecution::correct(const control::Correct& command,
                                                          Answer& answer) const {
    const txn::Venue& venue = target_.engine->shard(0).venue();
    const auto instrument = venue.traded_in(txn::TradeId{command.trade});
    if (!instrument) {
        answer = fault(Status::unknown, "unknown trade " + std::to_string(command.trade));
        return std::nullopt;
    }
    const txn::InstrumentSettings& settings =
        venue.settings().instruments[static_cast<std::size_t>(*instrument)];
    const auto price = counted("price", command.price, settings.price_decimals, answer);
    if (!price) return std::nullopt;
    const auto quantity = counted("quantity", command.quantity, settings.quantity_decimals, answer);
    if (!quantity) return std::nullopt;
    return txn::CorrectTrade{txn::TradeId{command.trade}, {*price}, {*quantity}};
}

std::optional<txn::CommandBody> ControlExecution::kill(const control::Kill& command,
                                                       Answer& answer) const {
    if (!command.session && !command.account && !command.instrument && !command.all) {
        answer = fault(Status::bad_request,
                       "kill: expected a session, an account, an instrument, or all");
        return std::nullopt;
    }
    txn::MassCancel body;
    if (command.session &&
        !find(sessions_, "session", *command.session, body.session.emplace(), answer))
        return std::nullopt;
    if (command.account &&
        !find(accounts_, "account", *command.account, body.account.emplace(), answer))
        return std::nullopt;
    if (command.instrument &&
        !find(instruments_, "instrument", *command.instrument, body.instrument.emplace(), answer))
        return std::nullopt;
    return body;
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
