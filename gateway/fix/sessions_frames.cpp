// What becomes of a frame: vetted, held against its session's numbers, and given to the engine, or
// straight to the application where the engine would have nothing to say.
#include <chrono>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/logon_check.hpp"
#include "gateway/fix/message_types.hpp"
#include "gateway/fix/plain_order.hpp"
#include "gateway/fix/sessions.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;

/// Often enough for heartbeats of a second.
constexpr std::chrono::milliseconds engine_every{250};

}  // namespace

void Sessions::on_frame(SessionId id, const wire::Message& message, book::TimeNs now) {
    ClientSession& session = row(id);
    if (session.line == nullptr || session.failed) return;
    now_ = now;
    ++session.counts.received;
    if (takes_plainly(session)) {
        const auto plain = plain_order(message);
        if (plain && is_next(session, *plain)) return take_plainly(id, message, plain->number);
    }
    (void)touch_all(id);
    session.engine_at = now;
    const VetResult vetted = vet(message);
    if (vetted.status != VetStatus::good) return answer_bad_frame(id, message, vetted, now);
    if (!may_pass(session, message, vetted.number)) return settle(id, FrameOutcome::taken, now);
    current_ = &message;
    current_number_ = vetted.number;
    std::string_view text = message.text();
    const std::string_view type = message.msg_type();
    if (is_application_type(type) && !is_described(type)) {
        compose_header_of(wire_, message);
        text = wire_;
    }
    const FrameOutcome outcome = engine_->on_frame(id, text, now);
    current_ = nullptr;
    settle(id, outcome, now);
}

/// Whether the session is in a state in which the engine has nothing to say about a message that is
/// in order. It gets one now and then all the same, so that it knows that the client is there.
bool Sessions::takes_plainly(const ClientSession& session) const {
    return session.told && session.since && now_ >= session.engine_at &&
           now_ - session.engine_at < engine_every && session.ahead.size() == 0 &&
           !session.logout_by && !session.ending;
}

/// Whether the engine would take it as the next message, with a second to spare in its time.
bool Sessions::is_next(const ClientSession& session, const PlainOrder& order) const {
    const auto early = order.sending_time - now_;
    const auto accuracy = settings_.sending_time_accuracy - std::chrono::seconds{1};
    return order.number == session.store->next_inbound() && order.number > session.engine_until &&
           order.sender == session.settings.comp_id && order.target == settings_.comp_id &&
           early <= accuracy && early >= -accuracy;
}

void Sessions::take_plainly(SessionId id, const wire::Message& message, std::uint64_t number) {
    ClientSession& session = touch(id);
    ++session.counts.plain;
    session.store->set_next_inbound(number + 1);
    FrameOutcome outcome = FrameOutcome::taken;
    try {
        give(id, message);
    } catch (...) {
        outcome = FrameOutcome::failed;
    }
    settle(id, outcome, now_);
}

void Sessions::on_garbled(SessionId id, book::TimeNs now) {
    ++row(id).counts.garbled;
    tell_malformed(id, now);
}

void Sessions::tell_malformed(SessionId id, book::TimeNs now) {
    if (!row(id).told) return;
    for (Application* const application : applications_)
        application->on_malformed(id, now);
}

/// Numbered as it should be, the client hears what is wrong; otherwise the gap brings it again.
void Sessions::answer_bad_frame(SessionId id, const wire::Message& message, const VetResult& vetted,
                                book::TimeNs now) {
    ClientSession& session = row(id);
    on_garbled(id, now);
    if (vetted.status == VetStatus::ignore) return;
    const bool logged_on = engine_->logged_on(id);
    if (!logged_on || vetted.status == VetStatus::no_number) {
        fail(session,
             logged_on ? "MsgSeqNum (34) is missing or no number" : "the logon is not well formed");
        return settle(id, FrameOutcome::taken, now);
    }
    if (vetted.number != session.store->next_inbound()) return;
    session.store->set_next_inbound(vetted.number + 1);
    (void)reject(id, message, static_cast<unsigned>(vetted.reason), vetted.tag, vetted.text);
    settle(id, FrameOutcome::taken, now);
}

/// Whether the engine may have it: what comes behind a gap only while there is room to keep it.
bool Sessions::may_pass(ClientSession& session, const wire::Message& message,
                        std::uint64_t number) {
    const std::uint64_t expected = session.store->next_inbound();
    // The engine asks for what is missing, and has to see the end of that.
    if (number > expected) session.engine_until = number + 1;
    const std::string_view type = message.msg_type();
    if (type == wire::msg_type::logon && session.told &&
        !may_log_on_again(session, message, number))
        return false;
    const bool judged_at_once = type == wire::msg_type::resend_request ||
                                type == wire::msg_type::logout || type == wire::msg_type::logon ||
                                (type == wire::msg_type::sequence_reset &&
                                 !message.get_bool(tag::gap_fill_flag).value_or(false));
    if (number <= expected || judged_at_once) return true;
    if (session.ahead.add(number, message.text())) return true;
    ++session.counts.ahead_dropped;
    if (std::exchange(session.dropped_at, expected) != expected) session.dropped = 0;
    if (++session.dropped > settings_.queued_gaps_max)
        fail(session, "messages are missing, and are not sent again");
    return false;
}

/// A Logon while logged on: it is judged as the first one was. The engine keeps what came ahead of
/// a gap until the connection ends, so nothing may lie there when numbers begin anew.
bool Sessions::may_log_on_again(ClientSession& session, const wire::Message& message,
                                std::uint64_t number) {
    const bool resets = message.get_bool(tag::reset_seq_num_flag).value_or(false);
    const LogonVerdict verdict =
        judge(message, session.settings, settings_.sending_time_accuracy, session.enabled, now_);
    if (!within_rate(session))
        fail(session, "too many logons");
    else if (verdict.refusal != Refusal::none)
        fail(session, verdict.text);
    else if (!resets && number > session.store->next_inbound())
        fail(session, "a Logon ahead of a gap");
    else if (resets && session.ahead.size() != 0)
        fail(session, "numbers begin anew while messages are missing");
    return !session.failed;
}

}  // namespace tickweir::gateway::fix
