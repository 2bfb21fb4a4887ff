#include "tests/crash/simulation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/crash/small_engine.hpp"

namespace tickweir::tests {

using txn::log::Lsn;

namespace {

constexpr std::size_t queue_most = 16;
constexpr std::string_view unreadable = "the log cannot be read";

Lies lies_of(Planted planted) {
    Lies lies;
    if (planted == Planted::disk_forgets) lies.suffix = ".log";
    if (planted == Planted::snapshots_unsynced) lies.suffix = ".snapshot";
    lies.directories = planted == Planted::names_unsynced;
    return lies;
}

txn::EngineOptions simulated_engine(const txn::VenueSettings& settings, std::uint16_t shards) {
    txn::EngineOptions options = hasty_engine(settings, shards);
    options.log.stock.segment_bytes = 384 * 1024;
    options.log.stock.step_bytes = 384 * 1024;
    options.replayer.records_per_turn = 16;
    options.replayer.snapshot_log_bytes = 16 * 1024;
    options.trims = true;
    return options;
}

std::string text_of(Lsn lsn) {
    return "LSN " + std::to_string(number(lsn));
}

}  // namespace

std::string_view to_string(Planted planted) {
    switch (planted) {
        case Planted::none:
            return "None";
        case Planted::early_release:
            return "EarlyRelease";
        case Planted::told_twice:
            return "ToldTwice";
        case Planted::never_told:
            return "NeverTold";
        case Planted::disk_forgets:
            return "DiskForgets";
        case Planted::snapshots_unsynced:
            return "SnapshotsUnsynced";
        case Planted::names_unsynced:
            return "NamesUnsynced";
        case Planted::trimmed_too_early:
            return "TrimmedTooEarly";
        case Planted::logged_twice:
            return "LoggedTwice";
        case Planted::unlogged_change:
            return "UnloggedChange";
    }
    return "Unknown";
}

Simulation::Simulation(std::uint64_t seed, std::uint16_t shards, Planted planted)
    : planted_{planted},
      random_{seed},
      settings_{VenueStream{seed}.settings()},
      options_{simulated_engine(settings_, shards)},
      files_{disk_, lies_of(planted)},
      twin_{settings_, shards,
            [this](Lsn lsn, const txn::Command& command, const txn::Outcome& outcome) {
                return listen(lsn, command, outcome);
            }} {
    options_.log.stock.direct = seed % 2 == 0;
    for (std::uint16_t shard = 0; shard < shards; ++shard)
        lanes_.push_back({VenueStream{seed}, {}, {}, {}});
}

std::string Simulation::run(std::uint64_t steps) {
    for (; counts_.steps < steps && fault_.empty(); ++counts_.steps)
        step();
    counts_.acknowledged = promises_.acknowledged();
    counts_.shed = promises_.shed();
    counts_.commands = twin_.commands();
    return fault_;
}

void Simulation::step() {
    if (engine_ == nullptr) return open();
    if (disk_.stopped() || engine_->durable().failed()) return end_of_life();
    take_turns();
    if (one_in(64)) check_money();
    if (one_in(600)) make_trouble();
}

// ----------------------------------------------------------------------------------------- turns

void Simulation::take_turns() {
    const auto shard = static_cast<std::uint16_t>(upto(lanes_.size() - 1));
    const std::uint64_t role = upto(31);
    if (role < 10) return send(shard);
    if (role < 19) return execute(shard);
    if (role < 22) return turn_log();
    if (role < 23) return turn_stock();
    if (role < 26) return turn_replayer();
    if (role < 30) return tell(shard);
    if (role < 31) return plant();
    now_ += std::chrono::microseconds{upto(20'000)};
}

void Simulation::send(std::uint16_t shard) {
    Lane& lane = lanes_[shard];
    if (lane.queue.size() >= queue_most) return;
    txn::Command command = lane.stream.next().command;
    command.envelope.shard = shard;
    command.envelope.sequence = promises_.next_sequence();
    auto* const order = std::get_if<txn::NewOrder>(&command.body);
    // No instrument is traded by two shards.
    if (lanes_.size() > 1 && order != nullptr && std::size_t(order->instrument) < lanes_.size())
        order->instrument = txn::InstrumentId{shard};
    promises_.sent(command);
    lane.queue.push_back(command);
}

void Simulation::execute(std::uint16_t shard) {
    Lane& lane = lanes_[shard];
    if (lane.queue.empty()) {
        (void)engine_->shard(shard).turn(txn::TimeNs{});
        return;
    }
    const txn::Command& command = lane.queue.front();
    const txn::Executed executed = engine_->shard(shard).execute(command);
    const std::uint64_t sequence = command.envelope.sequence;
    switch (executed.status) {
        case txn::ExecuteStatus::busy:
        case txn::ExecuteStatus::stopped:
            if (!engine_->shard(shard).fault().empty()) check(engine_->shard(shard).fault());
            return;
        case txn::ExecuteStatus::shed: {
            Answer answer;
            answer.shed = executed.why;
            answer.sequence = sequence;
            check(promises_.answered(answer));
            break;
        }
        case txn::ExecuteStatus::done:
            if (const auto* deposit = std::get_if<txn::Deposit>(&command.body))
                money_[static_cast<std::size_t>(deposit->asset)] += deposit->amount;
            if (const auto* withdraw = std::get_if<txn::Withdraw>(&command.body))
                money_[static_cast<std::size_t>(withdraw->asset)] -= withdraw->amount;
            lane.expected.push_back({executed.lsn, true, sequence});
            break;
        case txn::ExecuteStatus::refused:
            lane.expected.push_back({executed.lsn, false, sequence});
            break;
    }
    lane.queue.pop_front();
}

void Simulation::tell(std::uint16_t shard) {
    Lsn durable = engine_->durable().load();
    if (planted_ == Planted::early_release) durable = after(durable);
    engine_->outbox(shard).release(durable, [&](const txn::ReleasedOutcome& one) {
        if (planted_ == Planted::never_told && one_in(200)) return;
        hear(shard, one);
        if (planted_ == Planted::told_twice && one_in(200)) hear(shard, one);
    });
    if (engine_->outbox(shard).waiting() > options_.outbox.outcomes)
        check("more outcomes wait than may");
}

void Simulation::hear(std::uint16_t shard, const txn::ReleasedOutcome& one) {
    Lane& lane = lanes_[shard];
    if (one.lsn < lane.told) check(text_of(one.lsn) + " is told behind " + text_of(lane.told));
    lane.told = one.lsn;
    Answer answer = answer_of(one);
    const bool awaited = !lane.expected.empty() && lane.expected.front().lsn == one.lsn &&
                         lane.expected.front().logged == one.logged;
    if (awaited) {
        answer.sequence = lane.expected.front().sequence;
        lane.expected.pop_front();
    } else if (!one.logged || (!lane.expected.empty() && lane.expected.front().lsn < one.lsn)) {
        check("the answer of " + text_of(one.lsn) + " comes before, or after, that of " +
              (lane.expected.empty() ? "nothing" : text_of(lane.expected.front().lsn)));
    } else {
        answer.sequence = 0;  // a continuation, between two commands
        for (const txn::Event& event : answer.events)
            if (event.sequence != 0) check(text_of(one.lsn) + " is answered, but nobody waits");
    }
    check(promises_.answered(answer));
    lane.stream.learn({answer.events, {}});
}

void Simulation::turn_log() {
    engine_->turn_log(now_);
}

void Simulation::turn_stock() {
    engine_->turn_stock();
}

void Simulation::turn_replayer() {
    // Before anything is trimmed.
    check(look(engine_->durable().load()));
    engine_->turn_replayer(now_);
    const std::string alarm = engine_->replayer().alarm();
    if (!alarm.empty() && !((faulty() || disk_.stopped()) && alarm.starts_with(unreadable)))
        check("the replayer is alarmed: " + alarm);
    const txn::EngineState* const replayed = engine_->replayer().state();
    if (alarm.empty() && replayed != nullptr && replayed->applied() == twin_.state().applied() &&
        one_in(8) && replayed->hash() != twin_.state().hash())
        check("the replayer has another state at " + text_of(replayed->applied()));
}

/// What is planted beside the roles.
void Simulation::plant() {
    if (planted_ == Planted::trimmed_too_early && one_in(10))
        engine_->log().trim(after(engine_->durable().load()));
    if (planted_ == Planted::unlogged_change && one_in(100)) {
        txn::Teller teller{engine_->ledger()};
        const txn::Row row = engine_->ledger().row(txn::AccountId{1}, txn::AssetId{0});
        txn::log::SerialPoint nowhere;
        teller.apply(std::array{txn::BalanceDelta{.row = row, .total = 1}}, nowhere, 0);
    }
    if (planted_ != Planted::logged_twice || !one_in(100) || last_outcome_.events.empty()) return;
    auto credit = engine_->log().ring().take_credit(txn::log::RecordClass::ordinary);
    if (!credit) return;
    auto twice = engine_->log().ring().reserve(*std::move(credit), txn::log::payload_bytes_max);
    twice.commit(txn::command_record_type,
                 txn::encode_record(twice.payload(), last_command_, last_outcome_));
}

}  // namespace tickweir::tests
