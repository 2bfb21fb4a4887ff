#include "gateway/play/venue/exchange.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

#include "gateway/play/venue/client_queue.hpp"
#include "gateway/play/venue/frame_text.hpp"

namespace tickweir::gateway::venue {
namespace {

void set_key(std::string& key, std::string_view channel, std::string_view symbol) {
    key.assign(channel);
    key += '\n';
    key += symbol;
}

/// What a step that waits for its time takes, roughly.
std::size_t bytes_of(const Step& step) {
    if (const Say* const words = std::get_if<Say>(&step)) return sizeof step + words->text.size();
    const Join* const joined = std::get_if<Join>(&step);
    const Topic& topic = joined != nullptr ? joined->topic : std::get<Leave>(step).topic;
    return sizeof step + topic.channel.size() + topic.symbol.size();
}

ClientClose close_with(std::uint16_t code, std::string_view reason) {
    ClientClose close;
    close.code = code;
    std::memcpy(close.reason, reason.data(), std::min(reason.size(), sizeof close.reason - 1));
    return close;
}

}  // namespace

struct Exchange::Client {
    struct LateStep {
        book::TimeNs due;
        Step step;
    };

    Asked asked;
    /// Topics, as set_key() writes them, with the names that were asked for.
    std::unordered_map<std::string, std::string> live;
    std::deque<LateStep> late;
    std::size_t late_bytes = 0;
    ClientQueue queue;
    std::uint64_t number = 0;  // of the next frame, where the venue numbers them
    std::uint64_t frames = 0;
    std::uint64_t book_frames = 0;
    std::uint64_t seconds = 0;
    book::TimeNs next_second;
    bool is_due = false;
    std::optional<ClientClose> close;
};

struct Exchange::Waiting {
    PendingAnswer pending{};
    BookRequest request;
    book::TimeNs due;
    book::TimeNs give_up;
    std::optional<HttpResponse> response;  // made already, and late
    bool was_due = false;                  // and there was no book
};

/// One frame of the capture on its way to all clients; its forms are made when first needed.
struct Exchange::Delivery {
    std::string_view text;
    std::uint64_t offset = 0;  // of its line
    bool is_book = false;
    std::shared_ptr<const std::string> verbatim;
    std::shared_ptr<const std::string> payload;

    std::shared_ptr<const std::string> whole() {
        if (!verbatim) verbatim = std::make_shared<const std::string>(web_socket_frame(text));
        return verbatim;
    }
};

Exchange::Exchange(const Catalog& catalog, const ExchangeFaults& faults,
                   const ExchangeLimits& limits)
    : catalog_{catalog},
      venue_{catalog.venue()},
      dialect_{catalog, limits.dialect},
      faults_{faults},
      limits_{limits},
      market_{std::make_unique<CaptureMarket>(venue_)} {}

Exchange::~Exchange() = default;

Exchange::Client& Exchange::at(ClientId client) const {
    return *clients_.at(client);
}

// ------------------------------------------------------------------------------------ the market

void Exchange::on_line(const replay::JsonLine& line) {
    switch (line.kind) {
        case replay::JsonLineKind::frame: {
            const FrameKind kind = market_->on_frame(line.text, line.time);
            follow_numbers();
            if (kind != FrameKind::answer) deliver(line, kind == FrameKind::book);
            return;
        }
        case replay::JsonLineKind::answer:
            return market_->on_answer(line.target, line.text, line.time);
        case replay::JsonLineKind::sent:
            return;
    }
}

void Exchange::restart() {
    market_ = std::make_unique<CaptureMarket>(venue_);
    number_.reset();
    started_ = false;
}

/// Where the recorded connection's own numbers jump, or one comes again, those of clients do, too:
/// what the recording lacks must not look whole.
void Exchange::follow_numbers() {
    repeated_ = false;
    for (const codecs::json::ControlEvent& control : market_->last().controls) {
        if (control.kind != codecs::json::ControlKind::sequence) continue;
        repeated_ = number_ && control.number <= *number_;
        const std::uint64_t missing = number_ && !repeated_ ? control.number - *number_ - 1 : 0;
        for (const auto& [id, client] : clients_)
            client->number += missing;
        if (!repeated_) number_ = control.number;
    }
}

std::size_t Exchange::most_unsent() const {
    std::size_t most = 0;
    for (const auto& [id, client] : clients_)
        most = std::max(most, client->queue.bytes());
    return most;
}

void Exchange::deliver(const replay::JsonLine& line, bool is_book) {
    label_frame(venue_, line.text, label_);
    if (label_.channel.empty()) return;
    Delivery delivery{line.text, line.offset, is_book, {}, {}};
    for (const auto& [id, client] : clients_)
        deliver(id, *client, delivery);
}

/// The name by which a client asked for a topic of the frame that label_ is of; null: it has none.
const std::string* Exchange::wanted(const Client& client) {
    set_key(key_, label_.channel, {});
    auto found = client.live.find(key_);
    for (const std::string_view symbol : label_.symbols) {
        if (found != client.live.end()) break;
        set_key(key_, label_.channel, symbol);
        found = client.live.find(key_);
    }
    return found == client.live.end() ? nullptr : &found->second;
}

void Exchange::deliver(ClientId id, Client& client, Delivery& delivery) {
    const std::string* const name = client.live.empty() ? nullptr : wanted(client);
    if (name == nullptr) return;
    if (delivery.is_book && faults_.gap_every != 0 &&
        ++client.book_frames % faults_.gap_every == 0 && !catalog_.ends_a_book(delivery.offset)) {
        ++counts_.left_out;
        ++client.number;
        return;
    }
    ++counts_.frames;
    if (counts_frames(venue_)) {
        std::string text;
        const bool again = repeated_ && client.number > 0;
        append_numbered(text, delivery.text, again ? client.number - 1 : client.number++);
        return queue(id, client, std::make_shared<const std::string>(web_socket_frame(text)));
    }
    const std::string_view payload = payload_of(delivery.text);
    if (!has_envelopes(venue_) || payload.empty() == !client.asked.combined)
        return queue(id, client, delivery.whole());
    if (client.asked.combined) {
        std::string text;
        append_envelope(text, *name, delivery.text);
        return queue(id, client, std::make_shared<const std::string>(web_socket_frame(text)));
    }
    if (!delivery.payload)
        delivery.payload = std::make_shared<const std::string>(web_socket_frame(payload));
    queue(id, client, delivery.payload);
}

// ----------------------------------------------------------------------------------- the clients

bool Exchange::streams_at(std::string_view target) const {
    return dialect_.streams_at(target);
}

std::optional<ClientId> Exchange::open(std::string_view target, book::TimeNs now) {
    if (clients_.size() >= limits_.clients) {
        ++counts_.refused_clients;
        return std::nullopt;
    }
    const ClientId id{++last_client_};
    Client& client = *clients_.emplace(id, std::make_unique<Client>()).first->second;
    ++counts_.clients;
    client.next_second = now + std::chrono::seconds{1};
    react(id, client, dialect_.on_open(target, client.asked, now), now);
    return id;
}

void Exchange::close(ClientId client) {
    clients_.erase(client);
}

void Exchange::on_message(ClientId id, std::string_view text, book::TimeNs now) {
    Client& client = at(id);
    react(id, client, dialect_.on_message(text, client.asked, now), now);
}

void Exchange::react(ClientId id, Client& client, Reaction reaction, book::TimeNs now) {
    std::unordered_set<std::string> joined;  // once, however often one request names it
    for (Step& step : reaction) {
        if (const Join* const join = std::get_if<Join>(&step)) {
            set_key(key_, join->topic.channel, join->topic.symbol);
            if (!joined.insert(key_).second) continue;
        }
        if (faults_.delay.count() == 0) {
            take_step(id, client, step);
        } else {
            postpone(id, client, std::move(step), now + faults_.delay);
        }
    }
}

/// What waits for its time counts as what waits to be sent.
void Exchange::postpone(ClientId id, Client& client, Step step, book::TimeNs due) {
    if (client.close) return;
    const std::size_t bytes = bytes_of(step);
    if (client.queue.bytes() + client.late_bytes + bytes > limits_.client_bytes)
        return close_slow(id, client);
    client.late_bytes += bytes;
    client.late.push_back({due, std::move(step)});
}

void Exchange::take_step(ClientId id, Client& client, const Step& step) {
    if (client.close) return;
    if (const Say* const words = std::get_if<Say>(&step)) return say(id, client, words->text);
    if (const Join* const joined = std::get_if<Join>(&step)) return join(id, client, *joined);
    const Topic& left = std::get<Leave>(step).topic;
    set_key(key_, left.channel, left.symbol);
    client.live.erase(key_);
}

void Exchange::join(ClientId id, Client& client, const Join& joined) {
    const Topic& topic = joined.topic;
    started_ = true;
    set_key(key_, topic.channel, topic.symbol);
    client.live.insert_or_assign(key_, joined.name);
    if (!topic.symbol.empty()) return send_snapshot(id, client, topic, topic.symbol);
    for (const std::string& symbol : catalog_.symbols())
        send_snapshot(id, client, topic, symbol);
}

void Exchange::send_snapshot(ClientId id, Client& client, const Topic& topic,
                             std::string_view symbol) {
    const std::optional<BookView> view = market_->book(symbol);
    if (!view) return;  // the capture's own comes when it is played
    text_.clear();
    if (!append_snapshot(text_, venue_, *view, topic.channel)) return;
    ++counts_.snapshots;
    say(id, client, text_);
}

void Exchange::say(ClientId id, Client& client, std::string_view text) {
    ++counts_.said;
    if (!counts_frames(venue_))
        return queue(id, client, std::make_shared<const std::string>(web_socket_frame(text)));
    std::string numbered;
    append_numbered(numbered, text, client.number++);
    queue(id, client, std::make_shared<const std::string>(web_socket_frame(numbered)));
}

void Exchange::queue(ClientId id, Client& client, std::shared_ptr<const std::string> frame) {
    if (client.close) return;
    if (faults_.drop_after != 0 && client.frames >= faults_.drop_after) {
        ++counts_.left_out;
        return;
    }
    if (client.queue.bytes() + frame->size() > limits_.client_bytes) return close_slow(id, client);
    ++client.frames;
    client.queue.push(std::move(frame));
    make_due(id, client);
}

void Exchange::close_slow(ClientId id, Client& client) {
    ++counts_.too_slow;
    client.close = close_with(1008, "too slow");
    make_due(id, client);
}

void Exchange::make_due(ClientId id, Client& client) {
    if (!std::exchange(client.is_due, true)) due_.push_back(id);
}

std::span<const ClientId> Exchange::due() {
    due_given_.swap(due_);
    due_.clear();
    std::erase_if(due_given_, [this](ClientId id) { return !clients_.contains(id); });
    for (const ClientId id : due_given_)
        at(id).is_due = false;
    return due_given_;
}

std::size_t Exchange::gather(ClientId client, std::span<iovec> into) const {
    return at(client).queue.gather(into);
}

void Exchange::sent(ClientId client, std::size_t bytes, book::TimeNs) {
    at(client).queue.sent(bytes);
}

std::optional<ClientClose> Exchange::closing(ClientId client) const {
    return at(client).close;
}

std::size_t Exchange::unsent_bytes(ClientId client) const {
    return at(client).queue.bytes();
}

// ------------------------------------------------------------------------------------------ HTTP

HttpResponse Exchange::answer_of(const BookRequest& request, const BookView& view) {
    HttpResponse response;
    append_answer(response.body, venue_, view, request.levels);
    return response;
}

std::optional<HttpResponse> Exchange::handle(const HttpRequest& request, PendingAnswer pending,
                                             book::TimeNs now) {
    ++counts_.answers;
    auto read = read_book_request(request, catalog_);
    if (auto* const refused = std::get_if<HttpResponse>(&read)) return std::move(*refused);
    started_ = true;
    auto& wanted_book = std::get<BookRequest>(read);
    if (waiting_.size() >= limits_.waiting_answers) return no_book(venue_, wanted_book.symbol);
    std::optional<HttpResponse> response;
    if (const auto view = market_->book(wanted_book.symbol))
        response = answer_of(wanted_book, *view);
    if (response && faults_.delay.count() == 0) return response;
    waiting_.push_back({pending, std::move(wanted_book), now + faults_.delay,
                        now + faults_.delay + limits_.answer_patience, std::move(response),
                        faults_.delay.count() == 0});
    return std::nullopt;
}

std::vector<Exchange::LateAnswer> Exchange::take_answers() {
    return std::exchange(late_, {});
}

// ------------------------------------------------------------------------------------------ time

bool Exchange::turn(book::TimeNs now) {
    bool worked = take_due_steps(now);
    worked |= take_due_answers(now);
    worked |= tell_seconds(now);
    return worked;
}

bool Exchange::take_due_steps(book::TimeNs now) {
    bool worked = false;
    for (const auto& [id, client] : clients_) {
        while (!client->late.empty() && client->late.front().due <= now) {
            const Step step = std::move(client->late.front().step);
            client->late.pop_front();
            client->late_bytes -= bytes_of(step);
            take_step(id, *client, step);
            worked = true;
        }
    }
    return worked;
}

bool Exchange::take_due_answers(book::TimeNs now) {
    const std::size_t before = waiting_.size();
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (waiting.due > now) return false;
        waiting.was_due = true;
        if (!waiting.response) {
            if (const auto view = market_->book(waiting.request.symbol)) {
                waiting.response = answer_of(waiting.request, *view);
            } else if (waiting.give_up <= now) {
                waiting.response = no_book(venue_, waiting.request.symbol);
            }
        }
        if (!waiting.response) return false;
        late_.push_back({waiting.pending, std::move(*waiting.response)});
        return true;
    });
    return waiting_.size() != before;
}

bool Exchange::tell_seconds(book::TimeNs now) {
    bool worked = false;
    for (const auto& [id, client] : clients_) {
        if (client->next_second > now) continue;
        worked = true;
        client->next_second = std::max(client->next_second + std::chrono::seconds{1}, now);
        const Reaction said = dialect_.on_second(client->asked, ++client->seconds, now);
        for (const Step& step : said)
            take_step(id, *client, step);
    }
    return worked;
}

std::optional<book::TimeNs> Exchange::next_due() const {
    std::optional<book::TimeNs> next;
    const auto consider = [&next](book::TimeNs when) {
        if (!next || when < *next) next = when;
    };
    for (const auto& [id, client] : clients_) {
        consider(client->next_second);
        if (!client->late.empty()) consider(client->late.front().due);
    }
    for (const Waiting& waiting : waiting_)
        consider(waiting.was_due ? waiting.give_up : waiting.due);
    return next;
}

}  // namespace tickweir::gateway::venue
