#include "bench/load/trading/client_session.hpp"

#include <cstring>
#include <utility>

namespace tickweir::bench {
namespace {

namespace tag = wire::tag;

constexpr std::size_t least_room = 4'096;  // a message of ours never takes more

bool is_session_type(std::string_view type) {
    return type.size() == 1 && ((type[0] >= '0' && type[0] <= '5') || type[0] == 'A');
}

}  // namespace

ClientSession::ClientSession(ClientSettings settings)
    : settings_{std::move(settings)}, output_(std::max(settings_.output_bytes, least_room)) {
    part_.reserve(wire::message_bytes_most);
}

void ClientSession::log_on(TimeNs now) {
    state_ = ClientState::logging_on;
    ending_.clear();
    part_.clear();
    begin_ = end_ = 0;
    next_out_ = next_in_ = 1;
    asked_ = false;
    last_received_ = now;
    (void)write_next("A", now, [this](wire::Writer& to) {
        to.field(tag::encrypt_method, 0);
        to.field(tag::heart_bt_int, std::int64_t{settings_.heartbeat.count()});
        to.field(tag::reset_seq_num_flag, true);
        if (!settings_.password.empty()) {
            to.field(tag::username, std::string_view{settings_.comp_id});
            to.field(tag::password, std::string_view{settings_.password});
        }
        std::string_view rest = settings_.logon_fields;
        while (!rest.empty()) {
            const std::string_view field = rest.substr(0, rest.find(wire::soh));
            rest.remove_prefix(std::min(rest.size(), field.size() + 1));
            const auto equals = field.find('=');
            const auto number = wire::read_uint(field.substr(0, equals));
            to.field(static_cast<wire::Tag>(number.value_or(0)),
                     equals == field.npos ? std::string_view{} : field.substr(equals + 1));
        }
    });
}

void ClientSession::log_out(TimeNs now) {
    if (!logged_on()) return;
    (void)write_next("5", now, [](wire::Writer&) {});
    state_ = ClientState::logging_out;
}

bool ClientSession::send_raw(std::string_view bytes) {
    const std::span<char> free = room();
    if (!logged_on() || free.size() < bytes.size()) return false;
    std::memcpy(free.data(), bytes.data(), bytes.size());
    end_ += bytes.size();
    return true;
}

void ClientSession::drain(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
}

void ClientSession::end(std::string_view why) {
    if (state_ == ClientState::ended) return;
    state_ = ClientState::ended;
    ending_ = why;
}

/// Moves what waits to the front only when little is left behind it: seldom, and then much at once.
std::span<char> ClientSession::room() {
    if (output_.size() - end_ < least_room && begin_ > 0) {
        std::memmove(output_.data(), output_.data() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    return {output_.data() + end_, output_.size() - end_};
}

void ClientSession::on_tick(TimeNs now) {
    if (state_ == ClientState::idle || state_ == ClientState::ended) return;
    if (now - last_received_ > 2 * settings_.heartbeat + std::chrono::seconds{1})
        return end("the peer is silent");
    if (logged_on() && now - last_sent_ >= settings_.heartbeat)
        (void)write_next("0", now, [](wire::Writer&) {});
}

ClientSession::Fate ClientSession::on_message(const wire::Message& message, TimeNs now) {
    ++counts_.received;
    // The one message whose number is not of its stream.
    if (message.msg_type() == "4" && !message.get_bool(tag::gap_fill_flag).value_or(false)) {
        on_sequence_reset(message);
        return Fate::done;
    }
    // Who is turned away is told so under the numbers of before, which never began anew.
    if (state_ == ClientState::logging_on && message.msg_type() == "5") {
        end(message.find(tag::text).value_or("Logout"));
        return Fate::done;
    }
    const Fate fate = judge_number(message, now);
    if (fate == Fate::done) return fate;
    if (!is_session_type(message.msg_type())) return Fate::visit;
    on_session_message(message, now);
    return message.msg_type() == "3" ? Fate::visit : Fate::done;
}

/// Visit: the message is the next one, and its number is taken.
ClientSession::Fate ClientSession::judge_number(const wire::Message& message, TimeNs now) {
    const auto number = message.get_uint(tag::msg_seq_num);
    if (!number) {
        end("a message without MsgSeqNum");
        return Fate::done;
    }
    if (*number == next_in_) {
        ++next_in_;
        asked_ = false;
        return Fate::visit;
    }
    if (*number < next_in_) {
        if (!message.get_bool(tag::poss_dup_flag).value_or(false))
            end("MsgSeqNum " + std::to_string(*number) + " came where " + std::to_string(next_in_) +
                " was expected");
        return Fate::done;
    }
    // What cannot wait is done at once, and again, without harm, when it comes in order.
    if (message.msg_type() == "2") answer_resend_request(message, now);
    if (!asked_) {
        counts_.gaps += *number - next_in_;
        asked_ = true;
        (void)write_next("2", now, [this](wire::Writer& to) {
            to.field(tag::begin_seq_no, next_in_);
            to.field(tag::end_seq_no, 0);
        });
    }
    return Fate::done;
}

void ClientSession::on_session_message(const wire::Message& message, TimeNs now) {
    switch (message.msg_type().front()) {
        case 'A':
            if (state_ == ClientState::logging_on) state_ = ClientState::logged_on;
            return;
        case '1':
            (void)write_next("0", now, [&message](wire::Writer& to) {
                if (const auto id = message.find(tag::test_req_id)) to.field(tag::test_req_id, *id);
            });
            return;
        case '2':
            return answer_resend_request(message, now);
        case '4':
            return on_sequence_reset(message);
        case '5':
            return on_logout(message, now);
        default:
            return;  // heartbeats, and Rejects, which are the application's
    }
}

void ClientSession::on_sequence_reset(const wire::Message& message) {
    const auto next = message.get_uint(tag::new_seq_no);
    if (next && *next >= next_in_) next_in_ = *next;
    asked_ = false;
}

/// Nothing is kept: whoever misses a message of ours is told that there is none.
void ClientSession::answer_resend_request(const wire::Message& message, TimeNs now) {
    const auto from = message.get_uint(tag::begin_seq_no);
    if (!from || *from == 0 || *from >= next_out_) return;
    (void)write("4", *from, now, [&](wire::Writer& to) {
        to.field(tag::poss_dup_flag, true);
        to.field(tag::orig_sending_time, wire::UtcTime{now.time_since_epoch()});
        to.field(tag::gap_fill_flag, true);
        to.field(tag::new_seq_no, next_out_);
    });
}

void ClientSession::on_logout(const wire::Message& message, TimeNs now) {
    const std::string why{message.find(tag::text).value_or("Logout")};
    if (state_ != ClientState::logging_out) (void)write_next("5", now, [](wire::Writer&) {});
    end(why);
}

}  // namespace tickweir::bench
