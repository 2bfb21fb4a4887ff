#include "gateway/feeds/venue_session/subscriptions.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway {
namespace {

using codecs::json::ControlEvent;
using codecs::json::ControlKind;

constexpr std::size_t why_bytes_max = 200;

}  // namespace

Subscriptions::Subscriptions(SubscriptionSettings settings)
    : settings_{std::move(settings)}, dialect_{dialect_of(settings_.venue)} {
    if (settings_.depth == 0) settings_.depth = dialect_.depth;
}

void Subscriptions::begin() {
    forget();
    begun_ = true;
    for (const StreamChannel channel : settings_.channels)
        add_items(channel);
}

void Subscriptions::forget() {
    begun_ = false;
    waiting_.clear();
    asking_.reset();
    refused_.clear();
    retry_at_.reset();
    accepted_ = 0;
}

void Subscriptions::add_items(StreamChannel channel) {
    const std::size_t most = dialect_.streams_per_request;
    for (std::uint32_t symbol = 0; symbol < settings_.symbols.size(); ++symbol) {
        if (symbol % most == 0) waiting_.push_back({true, channel, {}});
        waiting_.back().symbols.push_back(symbol);
    }
}

bool Subscriptions::again(std::string_view symbol) {
    const auto found = std::ranges::find(settings_.symbols, symbol);
    if (!begun_ || found == settings_.symbols.end()) return false;
    const auto index = static_cast<std::uint32_t>(found - settings_.symbols.begin());
    if (!is_accepted(index)) return false;
    if (accepted_ > 0) --accepted_;
    waiting_.push_back({false, StreamChannel::book, {index}});
    waiting_.push_back({true, StreamChannel::book, {index}});
    return true;
}

bool Subscriptions::has_book(std::string_view symbol) const {
    const auto found = std::ranges::find(settings_.symbols, symbol);
    return begun_ && found != settings_.symbols.end() &&
           is_accepted(static_cast<std::uint32_t>(found - settings_.symbols.begin()));
}

/// Of a symbol's book: nothing is to be asked for or answered any more, and it was not refused.
bool Subscriptions::is_accepted(std::uint32_t symbol) const {
    const auto is_open = [symbol](const Item& item) {
        return item.channel == StreamChannel::book &&
               std::ranges::find(item.symbols, symbol) != item.symbols.end();
    };
    return !(asking_ && is_open(asking_->item)) && std::ranges::none_of(waiting_, is_open) &&
           std::ranges::none_of(refused_, is_open);
}

void Subscriptions::write_next(book::TimeNs now, std::string& out) {
    Item item = std::move(waiting_.front());
    waiting_.pop_front();
    std::vector<std::string_view> symbols;
    for (const std::uint32_t symbol : item.symbols)
        symbols.push_back(settings_.symbols[symbol]);
    const std::uint64_t id = take_id();
    write_request(settings_.venue,
                  {.subscribe = item.subscribe,
                   .channel = item.channel,
                   .symbols = symbols,
                   .depth = settings_.depth,
                   .id = id},
                  out);
    asking_ = Asking{std::move(item), id, now + settings_.answer_timeout};
}

/// What is listed is what is subscribed to, also where it answers the end of a stream.
bool Subscriptions::answers(const ControlEvent& control) const {
    if (control.kind == ControlKind::subscribed)
        return asking_->item.subscribe || dialect_.answers != AnswerStyle::by_stream;
    return control.kind == ControlKind::unsubscribed && !asking_->item.subscribe;
}

/// The same channel can have several names in answers: "level2_batch" is a kind of "level2".
bool Subscriptions::names_channel(const ControlEvent& control) const {
    const std::string_view name = dialect_.channels[index_of(asking_->item.channel)];
    return control.channel == name ||
           (control.channel.starts_with("level2") && name.starts_with("level2"));
}

void Subscriptions::take_answer(const ControlEvent& control) {
    std::vector<std::uint32_t>& open = asking_->item.symbols;
    const auto found = std::ranges::find_if(
        open, [&](std::uint32_t symbol) { return settings_.symbols[symbol] == control.symbol; });
    if (found == open.end()) return;
    open.erase(found);
    if (asking_->item.subscribe) ++accepted_;
}

void Subscriptions::on_controls(std::span<const ControlEvent> controls, book::TimeNs now) {
    bool listed = false;
    for (const ControlEvent& control : controls) {
        if (!asking_) return;
        if (control.kind == ControlKind::refused) {
            // Pings can be refused, too.
            if (control.request.empty() || control.request == std::to_string(asking_->id))
                on_refused(control, now);
            continue;
        }
        if (!answers(control)) continue;
        const bool has_our_id = control.text == std::to_string(asking_->id);
        switch (dialect_.answers) {
            case AnswerStyle::by_id:
                // One without an id is that to the one request there is.
                if (has_our_id || control.text.empty()) accept_rest();
                continue;
            case AnswerStyle::by_list:
                if (dialect_.lists_are_whole ? has_our_id
                                             : names_channel(control) || !asking_->item.subscribe)
                    listed = true;
                if (names_channel(control)) take_answer(control);
                continue;
            case AnswerStyle::by_stream:
                if (names_channel(control)) take_answer(control);
                if (asking_->item.symbols.empty()) finish();
                continue;
        }
    }
    if (listed && asking_) end_list(now);
}

/// A list was read to its end.
void Subscriptions::end_list(book::TimeNs now) {
    const std::vector<std::uint32_t> missing = asking_->item.symbols;
    // A symbol can be listed by another of its names where that is the venue's way.
    if (!dialect_.lists_are_whole || !asking_->item.subscribe) return accept_rest();
    for (const std::uint32_t symbol : missing)
        refuse(symbol, "is not in the list of what the venue accepted", now);
    finish();
}

void Subscriptions::accept_rest() {
    if (asking_->item.subscribe) accepted_ += asking_->item.symbols.size();
    finish();
}

void Subscriptions::finish() {
    asking_.reset();
}

void Subscriptions::on_refused(const ControlEvent& control, book::TimeNs now) {
    std::vector<std::uint32_t>& open = asking_->item.symbols;
    const auto found = std::ranges::find_if(
        open, [&](std::uint32_t symbol) { return settings_.symbols[symbol] == control.symbol; });
    if (control.symbol.empty() || found == open.end()) return refuse_or_split(control.text, now);
    const std::uint32_t symbol = *found;
    open.erase(found);
    if (asking_->item.subscribe) refuse(symbol, control.text, now);
    if (asking_->item.symbols.empty()) finish();
}

/// Of several none is named: each is asked for by itself, so that the bad one shows.
void Subscriptions::refuse_or_split(std::string_view why, book::TimeNs now) {
    const Item item = asking_->item;
    if (item.subscribe && item.symbols.size() == 1) refuse(item.symbols.front(), why, now);
    finish();
    // What was not subscribed to can be subscribed to.
    if (!item.subscribe || item.symbols.size() == 1) return;
    for (auto symbol = item.symbols.rbegin(); symbol != item.symbols.rend(); ++symbol)
        waiting_.push_front({true, item.channel, {*symbol}});
}

void Subscriptions::refuse(std::uint32_t symbol, std::string_view why, book::TimeNs now) {
    const StreamChannel channel = asking_->item.channel;
    refused_.push_back({true, channel, {symbol}});
    news_.push_back(
        {settings_.symbols[symbol], channel, std::string{why.substr(0, why_bytes_max)}});
    if (!retry_at_) retry_at_ = now + settings_.refused_pause;
}

void Subscriptions::on_tick(book::TimeNs now) {
    if (asking_ && now >= asking_->give_up) refuse_or_split("was not answered for", now);
    if (!retry_at_ || now < *retry_at_ || asking_ || !waiting_.empty()) return;
    retry_at_.reset();
    for (Item& item : refused_)
        waiting_.push_back(std::move(item));
    refused_.clear();
}

std::optional<book::TimeNs> Subscriptions::next_due() const {
    if (asking_) return asking_->give_up;
    return waiting_.empty() ? retry_at_ : std::nullopt;
}

}  // namespace tickweir::gateway
