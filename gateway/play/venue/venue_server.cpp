#include "gateway/play/venue/venue_server.hpp"

#include <algorithm>
#include <stdexcept>

namespace tickweir::gateway::venue {
namespace {

constexpr int lines_per_turn = 256;
constexpr std::size_t bytes_per_turn = std::size_t{1} << 20;

ServerOptions server_options(const VenueServerOptions& options, const TlsContext* tls) {
    ServerOptions made;
    made.tls = tls;
    made.limits.connections = options.limits.clients;
    made.limits.connections_per_address = options.limits.clients;
    made.limits.message_bytes = options.limits.dialect.request_bytes;
    made.limits.answer_timeout =
        options.limits.answer_patience + options.faults.delay + std::chrono::seconds{10};
    return made;
}

}  // namespace

VenueServer::VenueServer(const VenueServerOptions& options, Reactor& reactor) : options_{options} {
    auto catalog = survey(options_.capture, options_.venue);
    if (!catalog) throw std::runtime_error{catalog.error()};
    catalog_.emplace(std::move(*catalog));
    if (!open_capture()) throw std::runtime_error{trouble_};
    if (options_.tls) tls_.emplace(TlsContext::server(*options_.tls));
    exchange_ = std::make_unique<Exchange>(*catalog_, options_.faults, options_.limits);
    server_ = std::make_unique<Server>(server_options(options_, tls_ ? &*tls_ : nullptr), reactor,
                                       *exchange_, *exchange_);
    port_ = server_->listen(options_.address, options_.port);
}

VenueServer::~VenueServer() = default;

bool VenueServer::open_capture() {
    auto capture = PacedJson::open(options_.capture, options_.venue, options_.speed);
    if (!capture) {
        trouble_ = capture.error();
        return false;
    }
    capture_.emplace(std::move(*capture));
    return true;
}

bool VenueServer::turn(book::TimeNs now) {
    bool worked = exchange_->turn(now);
    if (!stopping_) {
        worked |= play(now);
        worked |= kill(now);
        // What waited for a book may have it now.
        worked |= exchange_->turn(now);
    }
    for (Exchange::LateAnswer& answer : exchange_->take_answers())
        server_->answer(answer.pending, std::move(answer.response), now);
    worked |= server_->turn(now);
    return worked;
}

bool VenueServer::play(book::TimeNs now) {
    play_due_.reset();
    if (over_ || !exchange_->started()) return false;
    if (!options_.speed && exchange_->most_unsent() > options_.unsent_mark) return false;
    std::size_t bytes = 0;
    for (int i = 0; i < lines_per_turn && bytes < bytes_per_turn; ++i) {
        switch (capture_->step(now)) {
            case PacedJson::Step::line:
                bytes += capture_->line().text.size();
                ++lines_;
                exchange_->on_line(capture_->line());
                break;
            case PacedJson::Step::not_due:
                play_due_ = capture_->next_due();
                return i > 0;
            case PacedJson::Step::over:
                on_end();
                return true;
        }
    }
    play_due_ = now;
    return true;
}

void VenueServer::on_end() {
    if (!capture_->trouble().empty()) trouble_ = capture_->trouble();
    over_ = !options_.loop || !open_capture();
    if (over_) return;
    // The market begins again: for clients the venue went down and is back.
    exchange_->restart();
    server_->cut_off_all();
}

bool VenueServer::kill(book::TimeNs now) {
    if (options_.kill_every.count() == 0 || over_ || !exchange_->started()) return false;
    if (!kill_at_) kill_at_ = now + options_.kill_every;
    if (now < *kill_at_) return false;
    kill_at_ = now + options_.kill_every;
    ++kills_;
    server_->cut_off_all();
    return true;
}

bool VenueServer::has_work() const {
    return server_->has_work();
}

std::optional<book::TimeNs> VenueServer::next_due() const {
    std::optional<book::TimeNs> next = server_->next_due();
    const auto consider = [&next](std::optional<book::TimeNs> when) {
        if (when && (!next || *when < *next)) next = when;
    };
    consider(exchange_->next_due());
    consider(play_due_);
    if (!over_) consider(kill_at_);
    return next;
}

void VenueServer::stop(book::TimeNs now) {
    stopping_ = true;
    server_->stop(now);
}

bool VenueServer::stopped() const {
    return server_->stopped();
}

}  // namespace tickweir::gateway::venue
