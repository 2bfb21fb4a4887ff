// The HTTP part of a session: requests in, answers out, in order, and the way to a WebSocket.
#include <chrono>
#include <exception>

#include "gateway/serve/net/session.hpp"
#include "gateway/serve/net/upgrade.hpp"

namespace tickweir::gateway {
namespace {

constexpr int reads_per_turn = 4;
// Unsent answers from which a connection is read no further: whoever pipelines has to read too.
constexpr std::size_t answers_mark = 64 * 1024;
// What the text of one answer may keep of its memory.
constexpr std::size_t text_kept_bytes = 256 * 1024;

}  // namespace

bool Session::http_takes_input() const {
    return !input_ended_ && !last_answer_ && !pending_ && connection_.queued() <= answers_mark;
}

void Session::read_http() {
    for (int i = 0; i < reads_per_turn && phase_ == SessionPhase::http && http_takes_input(); ++i) {
        const IoResult got = connection_.read(host_.plaintext, host_.ciphertext);
        switch (got.status) {
            case IoStatus::ok:
                break;
            case IoStatus::blocked:
                return;
            case IoStatus::ended:
                input_ended_ = true;
                if (!last_answer_) end_ = ConnectionEnd::peer;
                last_answer_ = true;  // what is queued, if anything
                return;
            case IoStatus::failed:
                return finish(ConnectionEnd::peer);
            case IoStatus::bad_tls:
                static_cast<void>(connection_.flush());  // the alert
                return finish(ConnectionEnd::protocol);
        }
        if (got.bytes == 0) return;
        received_ = host_.now;
        progress_ = host_.now;
        input_.append(reinterpret_cast<const char*>(host_.plaintext.data()), got.bytes);
        handle_requests();
        if (got.bytes < host_.plaintext.size()) return;
    }
}

void Session::settle_http() {
    if (connection_.flush() == IoStatus::failed) return finish(ConnectionEnd::peer);
    // An answer that came late, or room for answers, lets requests go on that were read before.
    const std::size_t waiting = input_.size();
    if (phase_ == SessionPhase::http) handle_requests();
    if (over()) return;
    if (connection_.flush() == IoStatus::failed) return finish(ConnectionEnd::peer);
    if (input_.size() < waiting && !input_.empty()) host_.touch_later(*this);
    if (phase_ == SessionPhase::http && last_answer_ && !connection_.has_output()) {
        begin_draining(end_);
    }
}

void Session::handle_requests() {
    std::string_view rest = input_;
    while (phase_ == SessionPhase::http && !rest.empty() && !pending_ && !last_answer_ &&
           connection_.queued() <= answers_mark) {
        const HttpReader::Step step = reader_.read(rest);
        rest.remove_prefix(step.used);
        if (step.outcome == HttpReader::Outcome::refused) {
            refuse(reader_.refusal().status, reader_.refusal().reason);
        } else if (step.outcome == HttpReader::Outcome::request) {
            request_begun_ = false;
            handle_request();
        } else {
            if (!request_begun_) waiting_since_ = host_.now;
            request_begun_ = true;
            break;
        }
    }
    if (phase_ == SessionPhase::upgrading) {
        connection_.unread(rest);
        rest = {};
        reader_.reset();
    }
    if (rest.empty()) {
        input_ = {};
        if (!reader_.under_way() && !pending_) reader_.reset();
    } else {
        input_.erase(0, input_.size() - rest.size());
    }
    if (!over() && !charge_input()) finish(ConnectionEnd::memory);
}

/// What a request under way takes: the bytes not read yet, and the parser's copy of its header.
bool Session::charge_input() {
    book::MemoryBudget* const budget = host_.options.budget;
    if (budget == nullptr) return true;
    const std::size_t parsed = reader_.under_way() ? host_.options.limits.header_bytes : 0;
    const std::size_t bytes = input_.empty() ? parsed : parsed + input_.capacity();
    if (bytes == input_charge_.bytes()) return true;
    input_charge_ = book::Charge{};
    if (bytes == 0) return true;
    std::optional<book::Charge> charge = budget->charge(bytes);
    if (charge) input_charge_ = std::move(*charge);
    return charge.has_value();
}

void Session::handle_request() {
    const ReceivedRequest& request = reader_.request();
    keep_alive_ = request.keep_alive;
    http_1_1_ = request.http_1_1;
    head_only_ = request.request.method == "HEAD";
    if (!rate_.admit(host_.now, host_.options.limits.requests_per_second)) {
        return answer_now(refusal_answer(429, "too many requests a second"), keep_alive_);
    }
    try {
        if (request.request.method == "OPTIONS") {
            return answer_now(host_.api.options(request.request), keep_alive_);
        }
        const bool streams_here = host_.streams.streams_at(request.request.target);
        if (request.wants_web_socket || streams_here) {
            const std::optional<HttpResponse> refusal = upgrade_refusal(streams_here);
            return refusal ? answer_now(*refusal, keep_alive_) : begin_upgrade();
        }
        const PendingAnswer pending = host_.next_pending(*this);
        const std::optional<HttpResponse> response =
            host_.api.handle(request.request, pending, host_.now);
        if (response) return answer_now(*response, keep_alive_);
        pending_ = pending;
        waiting_since_ = host_.now;
    } catch (const std::exception&) {
        ++host_.failures;
        end_ = ConnectionEnd::failure;
        answer_now(refusal_answer(500, "internal error"), false);
    }
}

std::optional<HttpResponse> Session::upgrade_refusal(bool streams_here) {
    const ReceivedRequest& request = reader_.request();
    std::optional<HttpResponse> refusal =
        refuse_upgrade(request, streams_here, host_.options.origins);
    if (!refusal) refusal = host_.api.authorize(request.request);
    if (refusal) return refusal;
    client_ = host_.streams.open(reader_.request().request.target, host_.now);
    if (!client_) return refusal_answer(503, "no more clients");
    ++host_.counts.web_sockets;
    host_.add_client(*client_, *this);
    return std::nullopt;
}

void Session::begin_upgrade() {
    phase_ = SessionPhase::upgrading;
    waiting_since_ = host_.now;
    web_socket_ =
        std::make_unique<WebSocket>(host_.loop, connection_, *this, host_.ciphertext,
                                    host_.options.limits.message_bytes, host_.options.budget);
    web_socket_->accept(reader_.request().host, reader_.request().web_socket_key);
}

void Session::answer_now(const HttpResponse& response, bool keep_alive) {
    const bool keep = keep_alive && !host_.stopping;
    std::string& text = host_.answer_text;
    text.clear();
    host_.answers.append(text, response,
                         {.head_only = head_only_, .keep_alive = keep, .http_1_1 = http_1_1_},
                         host_.now);
    const std::size_t status_class = response.status / 100U;
    if (status_class < host_.counts.answers.size()) ++host_.counts.answers[status_class];
    const bool queued = connection_.append(std::as_bytes(std::span{text}));
    if (text.capacity() > text_kept_bytes) text = {};
    if (!queued) return finish(ConnectionEnd::memory);
    if (!keep) last_answer_ = true;
}

void Session::refuse(std::uint16_t status, std::string_view reason) {
    end_ = ConnectionEnd::refused;
    head_only_ = false;
    http_1_1_ = true;
    answer_now(refusal_answer(status, reason), false);
}

void Session::answer(PendingAnswer pending, const HttpResponse& response) {
    if (phase_ != SessionPhase::http || pending_ != pending) return;
    pending_.reset();
    progress_ = host_.now;
    host_.touch(*this);
    answer_now(response, keep_alive_);
}

std::optional<book::TimeNs> Session::http_deadline() const {
    const ServerLimits& limits = host_.options.limits;
    if (pending_) return waiting_since_ + limits.answer_timeout;
    if (connection_.queued() > 0) return progress_ + limits.http_idle_timeout;
    if (request_begun_ || phase_ == SessionPhase::upgrading) {
        return waiting_since_ + limits.handshake_timeout;
    }
    return progress_ + limits.http_idle_timeout;
}

void Session::on_http_deadline() {
    if (pending_) {
        pending_.reset();
        progress_ = host_.now;
        return answer_now(refusal_answer(503, "no answer in time"), keep_alive_);
    }
    const bool half_a_request = reader_.under_way() || !input_.empty();
    if (connection_.queued() > 0 || phase_ == SessionPhase::upgrading || !half_a_request ||
        last_answer_) {
        return finish(ConnectionEnd::timeout);
    }
    refuse(408, "the request took too long");
    end_ = ConnectionEnd::timeout;
}

}  // namespace tickweir::gateway
