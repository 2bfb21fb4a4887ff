#include "tests/crash/promises.hpp"

#include <algorithm>

namespace tickweir::tests {
namespace {

std::string name_of(const txn::Command& command) {
    return "command " + std::to_string(command.envelope.sequence) + " (" +
           txn::command_text(command) + ')';
}

std::string text_of(txn::log::Lsn lsn) {
    return "LSN " + std::to_string(number(lsn));
}

/// As its client gave it: the venue may only move its time on.
bool same(txn::Command sent, const txn::Command& executed) {
    if (executed.envelope.time < sent.envelope.time) return false;
    sent.envelope.time = executed.envelope.time;
    sent.envelope.shard = executed.envelope.shard;
    Frame one;
    Frame other;
    put_command(one, sent);
    put_command(other, executed);
    return one == other;
}

}  // namespace

std::string Promises::answered(const Answer& answer) {
    ++answers_;
    acknowledged_ += answer.logged;
    shed_ += answer.shed != txn::ShedReason::none;
    highest_ = std::max(highest_, answer.lsn);
    if (answer.sequence == 0) return {};
    const auto found = sent_.find(answer.sequence);
    if (found == sent_.end())
        return "an answer to command " + std::to_string(answer.sequence) + ", which nobody sent";
    if (found->second.answer) return name_of(found->second.command) + " is answered twice";
    found->second.answer = answer;
    return {};
}

std::string Promises::executed(txn::log::Lsn lsn, const txn::Command& command,
                               const txn::Outcome& outcome) {
    if (std::holds_alternative<txn::Continue>(command.body) && command.envelope.sequence == 0)
        return {};
    const auto found = sent_.find(command.envelope.sequence);
    if (found == sent_.end())
        return text_of(lsn) + " holds " + name_of(command) + ", which nobody sent in this life";
    Sent& one = found->second;
    if (one.executed != txn::log::Lsn{})
        return name_of(command) + " is twice in the log: " + text_of(one.executed) + " and " +
               text_of(lsn);
    if (!same(one.command, command))
        return text_of(lsn) + " holds " + name_of(command) + ", sent was " + name_of(one.command);
    one.executed = lsn;
    one.events = outcome.events;
    return {};
}

std::string Promises::judge(const Sent& one) {
    if (!one.answer) return {};  // it may be there or not
    const Answer& answer = *one.answer;
    if (!answer.logged) {
        if (one.executed == txn::log::Lsn{}) return {};
        return name_of(one.command) + " was refused or shed, but " + text_of(one.executed) +
               " holds it";
    }
    if (one.executed == txn::log::Lsn{})
        return name_of(one.command) + " was acknowledged with " + text_of(answer.lsn) +
               ", but the log does not hold it";
    if (one.executed != answer.lsn)
        return name_of(one.command) + " was acknowledged with " + text_of(answer.lsn) + ", but " +
               text_of(one.executed) + " holds it";
    return one.events == answer.events
               ? ""
               : name_of(one.command) + " was answered with other events than it has";
}

std::string Promises::judge(txn::log::Lsn recovered) const {
    if (highest_ > recovered)
        return "told of " + text_of(highest_) + ", recovered up to " + text_of(recovered);
    for (const auto& [sequence, one] : sent_)
        if (std::string fault = judge(one); !fault.empty()) return fault;
    return {};
}

}  // namespace tickweir::tests
