// A simulation's disk and lives: what goes wrong, how lives end, and what has to hold when the next
// one begins.
#include <algorithm>
#include <cerrno>

#include "tests/crash/simulation.hpp"

namespace tickweir::tests {

using txn::log::Lsn;

namespace {

std::string text_of(Lsn lsn) {
    return "LSN " + std::to_string(number(lsn));
}

}  // namespace

// --------------------------------------------------------------------------------------- trouble

void Simulation::make_trouble() {
    const std::uint64_t kind = upto(15);
    if (kind < 5) {
        power_ = true;
        disk_.stop_at(disk_.operations() + upto(60));
    } else if (kind < 10) {
        fail_some_operation();
    } else if (kind < 11) {
        disk_.limit_transfer((1 + upto(3)) * txn::io::direct_alignment);
    } else if (kind < 12) {
        disk_.interrupt_every(2 + upto(9));
    } else if (kind < 13) {
        disk_.set_capacity(std::uint64_t{1} << (18 + upto(4)));
    } else if (kind < 14) {
        disk_.set_capacity(std::uint64_t{256} << 20);
    } else {
        end_well();
    }
}

void Simulation::fail_some_operation() {
    ++counts_.errors;
    const std::uint64_t at = disk_.operations() + upto(60);
    error_at_ = std::max(at, error_at_.value_or(0));
    disk_.fail_at(at, one_in(2) ? EIO : ENOSPC);
}

void Simulation::end_well() {
    const bool closed = engine_->close(now_);
    for (std::uint16_t shard = 0; shard < lanes_.size(); ++shard)
        tell(shard);
    if (closed && !disk_.stopped()) {
        ++counts_.ends;
        for (const Lane& lane : lanes_)
            if (!lane.expected.empty())
                check("closed, but " + text_of(lane.expected.front().lsn) + " is never answered");
    }
    if (!closed) distrust_page_cache();
    engine_.reset();
}

/// A failed sync leaves there what no later one writes: a disk would not show it.
void Simulation::distrust_page_cache() {
    if (!options_.log.stock.direct) power_ = true;
}

/// The log has failed or power is gone: whatever was not told is forgotten.
void Simulation::end_of_life() {
    if (!disk_.stopped()) ++counts_.log_failures;
    distrust_page_cache();
    for (std::uint16_t shard = 0; shard < lanes_.size(); ++shard)
        tell(shard);  // what is durable may be told even then
    engine_.reset();
}

void Simulation::open() {
    for (Lane& lane : lanes_) {
        lane.queue.clear();
        lane.expected.clear();
        lane.told = {};
    }
    if (power_ || one_in(3)) {
        ++counts_.power_failures;
        const Kept kept = one_in(4) ? Kept::nothing : one_in(4) ? Kept::everything : Kept::any;
        disk_.crash(random_(), kept);
        power_ = false;
    }
    disk_.set_capacity(std::uint64_t{256} << 20);
    disk_.limit_transfer(std::size_t{1} << 30);
    began_at_ = disk_.operations();
    if (one_in(6)) {
        power_ = true;
        disk_.stop_at(disk_.operations() + upto(120));
    }
    txn::EngineRecovery recovery;
    engine_ =
        txn::Engine::open(files_, std::string{data_directory}, options_, nullptr, {}, recovery);
    if (engine_ == nullptr) {
        ++counts_.refused_opens;
        distrust_page_cache();
        if (!disk_.stopped() && !faulty()) check("refused: " + recovery.refused);
        return;
    }
    judge_recovery(recovery);
}

// ---------------------------------------------------------------------------------------- checks

void Simulation::judge_recovery(const txn::EngineRecovery& recovery) {
    ++counts_.lives;
    counts_.from_snapshot += recovery.snapshot != Lsn{};
    counts_.torn += !recovery.log.kept_aside.empty();
    if (!recovery.bad_snapshots.empty() && !faulty() && !disk_.stopped())
        check("a snapshot is bad: " + recovery.bad_snapshots.front());
    const Lsn lsn = engine_->state().applied();
    check(look(lsn));
    if (twin_.state().applied() != lsn) return;  // power has gone meanwhile
    check(promises_.judge(lsn));
    if (engine_->state().hash() != twin_.state().hash())
        check("another state was recovered than a serial execution has at " + text_of(lsn));
    money_ = twin_.deposited();
    check_money();
    promises_.settle();
}

void Simulation::check_money() {
    if (engine_ != nullptr && totals_of(engine_->ledger(), money_.size()) != money_)
        check("an asset is not conserved");
}

/// Lets the twin follow. Errors of the disk that it meets are not its matter.
std::string Simulation::look(Lsn durable) {
    std::string fault;
    for (int attempts = 0; attempts < 3; ++attempts) {
        fault =
            twin_.follow(files_, std::string{data_directory}, options_.new_identity->id, durable);
        if (fault.find("cannot be read") == std::string::npos || disk_.stopped()) break;
    }
    return disk_.stopped() ? "" : fault;
}

std::string Simulation::listen(Lsn lsn, const txn::Command& command, const txn::Outcome& outcome) {
    last_command_ = command;
    last_outcome_ = outcome;
    return promises_.executed(lsn, command, outcome);
}

}  // namespace tickweir::tests
