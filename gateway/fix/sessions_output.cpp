// The outbound half of the sessions, and what the engine asks and tells.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "codecs/fix/field_writer.hpp"
#include "codecs/fix/fields.hpp"
#include "gateway/fix/logon_check.hpp"
#include "gateway/fix/message_types.hpp"
#include "gateway/fix/sessions.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;

constexpr unsigned unsupported_type = 3;         // 380
constexpr unsigned application_unavailable = 4;  // 380
constexpr std::size_t reject_text_max = 200;
constexpr std::chrono::minutes request_period{1};

/// Of a message of the engine's: MsgType is its third field, and stands nowhere else.
bool is_type(std::string_view message, std::string_view msg_type) {
    constexpr std::string_view field =
        "\x01"
        "35=";
    const std::size_t at = message.find(field);
    if (at == message.npos) return false;
    message.remove_prefix(at + field.size());
    return message.starts_with(msg_type) && message.substr(msg_type.size()).starts_with(wire::soh);
}

}  // namespace

// ---------------------------------------------------------------- for applications

bool Sessions::takes_messages(SessionId id) const {
    const ClientSession& session = row(id);
    return session.line != nullptr && !session.failed && engine_->logged_on(id) &&
           !engine_->logging_out(id);
}

/// `wire_` becomes the session's next message; false where it may not be one.
bool Sessions::compose_next(ClientSession& session, std::string_view msg_type,
                            std::string_view body) {
    if (msg_type.empty() || msg_type.find(wire::soh) != msg_type.npos) return false;
    compose(wire_, parties(session), msg_type, session.store->next_outbound(), now_, body);
    return wire_.size() <= settings_.message_bytes_max;
}

SendStatus Sessions::send(SessionId id, std::string_view msg_type, std::string_view body) {
    if (!takes_messages(id)) return SendStatus::not_logged_on;
    ClientSession& session = touch(id);
    if (!compose_next(session, msg_type, body)) return SendStatus::refused;
    const std::uint64_t number = session.store->next_outbound();
    // What is never sent again would push out what is; behind a resend it has to wait in the store.
    if (!session.plan.active() && !is_repeated(msg_type)) {
        last_kept_ = false;
        last_number_ = number;
    } else if (!keep(id, number, wire_)) {
        fail(session, "a message could not be stored");
        return SendStatus::store_failed;
    }
    session.store->set_next_outbound(number + 1);
    return put(session, number, wire_, last_kept_) ? SendStatus::queued : SendStatus::cut;
}

SendStatus Sessions::deliver(SessionId id, std::string_view msg_type, std::string_view body) {
    (void)resume_if_open();
    if (takes_messages(id)) return send(id, msg_type, body);
    ClientSession& session = touch(id);
    if (!is_repeated(msg_type) || !compose_next(session, msg_type, body))
        return SendStatus::refused;
    const std::uint64_t number = session.store->next_outbound();
    const Appended appended = session.store->append(number, wire_);
    if (appended == Appended::out_of_order) return SendStatus::store_failed;
    session.store->set_next_outbound(number + 1);
    ++session.counts.sent_to_store;
    return appended == Appended::stored ? SendStatus::stored : SendStatus::not_kept;
}

SendStatus Sessions::business_reject(SessionId id, const wire::Message& message, unsigned reason,
                                     std::string_view ref_id, std::string_view text) {
    std::array<char, 512> buffer;
    wire::FieldWriter body{buffer};
    body.field(tag::ref_seq_num, message.find(tag::msg_seq_num).value_or("0"));
    body.field(tag::ref_msg_type, message.msg_type());
    if (!ref_id.empty() && ref_id.size() <= reject_text_max)
        body.field(tag::business_reject_ref_id, ref_id);
    body.field(tag::business_reject_reason, reason);
    if (!text.empty()) body.field(tag::text, text.substr(0, reject_text_max));
    ++row(id).counts.rejected;
    return send(id, wire::msg_type::business_message_reject, body.text());
}

SendStatus Sessions::reject(SessionId id, const wire::Message& message, unsigned reason,
                            std::uint32_t at, std::string_view text) {
    std::array<char, 512> buffer;
    wire::FieldWriter body{buffer};
    body.field(tag::ref_seq_num, message.find(tag::msg_seq_num).value_or("0"));
    if (at != 0) body.field(tag::ref_tag_id, at);
    if (!message.msg_type().empty())
        body.field(tag::ref_msg_type, message.msg_type().substr(0, reject_text_max));
    body.field(tag::session_reject_reason, reason);
    if (!text.empty()) body.field(tag::text, text.substr(0, reject_text_max));
    ++row(id).counts.rejected;
    return send(id, wire::msg_type::reject, body.text());
}

void Sessions::end_session(SessionId id, std::string_view why) {
    if (!takes_messages(id)) return;
    fail(row(id), why);
    ends_due_ = true;
}

std::optional<bool> Sessions::cancel_on_disconnect(SessionId id) const {
    return row(id).store->cancel_on_disconnect();
}

bool Sessions::logged_on(SessionId id) const {
    return row(id).line != nullptr && engine_->logged_on(id);
}

std::size_t Sessions::queued_bytes(SessionId id) const {
    const ClientSession& session = row(id);
    return session.line == nullptr ? 0 : session.line->queued();
}

std::size_t Sessions::queue_bytes_max(SessionId id) const {
    return row(id).settings.queue_bytes_max;
}

std::string_view Sessions::comp_id(SessionId id) const {
    return row(id).settings.comp_id;
}

// ---------------------------------------------------------------- the way out

/// While a resend is under way, what is new waits behind it in the store, so that numbers leave in
/// order; what the store did not take cannot wait.
bool Sessions::put(ClientSession& session, std::uint64_t number, std::string_view wire, bool kept) {
    ++session.counts.sent;
    if (session.line == nullptr) return false;
    if (kept && session.plan.active()) {
        session.plan.live(number);
        return true;
    }
    if (session.line->append(wire)) return true;
    cut(session);
    return false;
}

void Sessions::cut(ClientSession& session) {
    if (session.failed) return;
    log::module("fix").warning("session {} does not read: {} bytes wait for it, it is cut",
                               session.settings.name, session.line->queued());
    ++session.counts.cut;
    session.failed = true;
    session.line->cut();
}

// ---------------------------------------------------------------- what the engine works with

std::uint64_t Sessions::next_inbound(SessionId id) const {
    return row(id).store->next_inbound();
}

std::uint64_t Sessions::next_outbound(SessionId id) const {
    return row(id).store->next_outbound();
}

bool Sessions::set_next_inbound(SessionId id, std::uint64_t number) {
    touch_all(id).store->set_next_inbound(number);
    return true;
}

bool Sessions::set_next_outbound(SessionId id, std::uint64_t number) {
    touch_all(id).store->set_next_outbound(number);
    return true;
}

/// A message that the disk does not take is sent all the same: a resend then fills its gap.
bool Sessions::keep(SessionId id, std::uint64_t number, std::string_view wire) {
    const Appended appended = touch_all(id).store->append(number, wire);
    last_kept_ = appended == Appended::stored;
    last_number_ = number;
    return appended != Appended::out_of_order;
}

bool Sessions::reset(SessionId id) {
    ClientSession& session = touch_all(id);
    begin_numbers(session, now_);
    if (session.plan.active()) --resending_;
    session.plan.clear();
    return true;
}

bool Sessions::transmit(SessionId id, std::string_view wire) {
    ClientSession& session = row(id);
    if (is_type(wire, wire::msg_type::reject)) {
        ++session.counts.rejected;
        ++session.refused;
    }
    // The last word does not wait behind a resend.
    const bool is_logout = is_type(wire, wire::msg_type::logout);
    return put(session, last_number_, wire, last_kept_ && !is_logout);
}

void Sessions::hang_up(SessionId id) {
    if (SessionLine* const line = row(id).line) line->hang_up();
}

// ---------------------------------------------------------------- what the engine tells

void Sessions::on_logon(SessionId id) {
    row(id).logon_due = true;
}

void Sessions::on_logout(SessionId id) {
    row(id).logout_due = true;
}

void Sessions::on_admin(SessionId id, std::uint64_t number) {
    if (current_ == nullptr || number != current_number_) (void)row(id).ahead.take(number);
}

void Sessions::on_message(SessionId id, std::uint64_t number) {
    if (current_ != nullptr && number == current_number_) return give(id, *current_);
    const auto waited = row(id).ahead.take(number);
    if (waited && waited_.index(*waited) == wire::MessageFault::none) give(id, waited_);
}

void Sessions::give(SessionId id, const wire::Message& message) {
    const std::string_view type = message.msg_type();
    for (Application* const application : applications_) {
        if (application->takes(type)) return application->on_message(id, message, now_, *this);
    }
    if (is_order_entry(type)) {
        (void)business_reject(id, message, application_unavailable, {},
                              "order entry is not available");
    } else if (is_application_type(type)) {
        (void)business_reject(id, message, unsupported_type, {}, "unsupported message type");
    } else {
        (void)reject(id, message, static_cast<unsigned>(RejectReason::invalid_msg_type),
                     tag::msg_type, "unknown message type");
        tell_malformed(id, now_);
    }
}

/// Of what costs more than a message: resend requests, and resets while logged on.
bool Sessions::within_rate(ClientSession& session) {
    if (now_ - session.minute >= request_period || now_ < session.minute) {
        session.minute = now_;
        session.requests = 0;
    }
    return ++session.requests <= settings_.resend_requests_per_minute_max;
}

void Sessions::on_resend_request(SessionId id, std::uint64_t begin, std::uint64_t end) {
    ClientSession& session = row(id);
    ++session.counts.resend_requests;
    if (!within_rate(session)) return fail(session, "too many resend requests");
    const bool was_active = session.plan.active();
    if (session.plan.begin({begin, end}) && !was_active) ++resending_;
}

void Sessions::on_event(SessionId id, std::string_view text) {
    log_event(row(id), text);
}

void Sessions::log_event(const ClientSession& session, std::string_view text) const {
    log::module("fix").debug("session {}: {}", session.settings.name, log::Quoted{text});
}

}  // namespace tickweir::gateway::fix
