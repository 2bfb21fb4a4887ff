#include "gateway/replica/watches.hpp"

#include <algorithm>
#include <bit>

namespace tickweir::gateway::replica {
namespace {

std::int64_t ns(book::TimeNs time) {
    return time.time_since_epoch().count();
}

std::size_t kind_of(std::uint8_t watch) {
    return static_cast<std::size_t>(std::countr_zero(watch));
}

}  // namespace

Watches::Watches(std::vector<MarketLink>& markets, std::vector<InstrumentState>& instruments)
    : markets_{markets}, instruments_{instruments}, due_(markets.size()) {}

void Watches::enter(std::uint32_t instrument, std::uint8_t watch) {
    if (watch == 0) return;
    InstrumentState& state = instruments_[instrument];
    ++state.interest[kind_of(watch)];
    if ((state.asked & watch) == 0) want_request(instrument);
    if ((state.broken & watch) != 0) ask_again(instrument, static_cast<Watch>(watch));
}

void Watches::leave(std::uint32_t instrument, std::uint8_t watch, book::TimeNs now) {
    if (watch == 0) return;
    InstrumentState& state = instruments_[instrument];
    if (--state.interest[kind_of(watch)] == 0) keep_until(instrument, kind_of(watch), now + linger);
}

void Watches::ask(std::uint32_t instrument, Watch watch, book::TimeNs now) {
    const InstrumentState& state = instruments_[instrument];
    keep_until(instrument, kind_of(bit(watch)), now + linger);
    if ((state.asked & bit(watch)) == 0) want_request(instrument);
    if ((state.broken & bit(watch)) != 0) ask_again(instrument, watch);
}

void Watches::ask_again(std::uint32_t instrument, Watch watch) {
    InstrumentState& state = instruments_[instrument];
    state.again = static_cast<std::uint8_t>(state.again | bit(watch));
    state.broken = static_cast<std::uint8_t>(state.broken & ~bit(watch));
    want_request(instrument);
}

void Watches::keep_until(std::uint32_t instrument, std::size_t kind, book::TimeNs until) {
    InstrumentState& state = instruments_[instrument];
    state.wanted_until_ns[kind] = ns(until);
    if (state.lingers) return;
    state.lingers = true;
    lingering_.push_back({instrument, until});
}

void Watches::want_request(std::uint32_t instrument) {
    InstrumentState& state = instruments_[instrument];
    if (state.request_due || state.market == InstrumentState::no_market) return;
    state.request_due = true;
    due_[state.market].push_back(instrument);
    ++unsent_;
}

std::uint8_t Watches::wanted(const InstrumentState& state, book::TimeNs now) const {
    std::uint8_t mask = 0;
    for (std::size_t kind = 0; kind < watch_count; ++kind)
        if (state.interest[kind] != 0 || state.wanted_until_ns[kind] > ns(now))
            mask = static_cast<std::uint8_t>(mask | 1U << kind);
    return mask;
}

bool Watches::send_request(std::uint32_t instrument, book::TimeNs now) {
    InstrumentState& state = instruments_[instrument];
    const std::uint8_t mask = wanted(state, now);
    const auto again = static_cast<std::uint8_t>(state.again & mask & state.asked);
    if (mask != state.asked || again != 0) {
        const WatchRequest request{book::InstrumentId{instrument}, mask, again, 0};
        if (!markets_[state.market].requests->try_push(request)) return false;
    }
    // What the market no longer sends is not known from here on.
    state.begun = static_cast<std::uint8_t>(state.begun & mask);
    if ((mask & bit(Watch::levels)) == 0) state.levels.reset();
    if ((mask & bit(Watch::orders)) == 0) state.orders.reset();
    state.loading = static_cast<std::uint8_t>(state.loading & mask);
    state.asked = mask;
    state.again = 0;
    state.request_due = false;
    return true;
}

void Watches::send_requests(book::TimeNs now) {
    if (unsent_ == 0) return;
    for (std::vector<std::uint32_t>& due : due_) {
        std::size_t sent = 0;
        while (sent < due.size() && send_request(due[sent], now))
            ++sent;
        due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(sent));
        unsent_ -= sent;
    }
}

bool Watches::end_lingering(book::TimeNs now) {
    bool any = false;
    while (!lingering_.empty() && lingering_.front().until <= now) {
        any = true;
        const std::uint32_t instrument = lingering_.front().instrument;
        lingering_.pop_front();
        InstrumentState& state = instruments_[instrument];
        state.lingers = false;
        // Asked for again since: not before the longest of it.
        const auto longest = *std::ranges::max_element(state.wanted_until_ns);
        if (longest > ns(now)) {
            state.lingers = true;
            lingering_.push_back(
                {instrument,
                 std::min(book::TimeNs{std::chrono::nanoseconds{longest}}, now + linger)});
        }
        if (wanted(state, now) != state.asked) want_request(instrument);
    }
    return any;
}

std::optional<book::TimeNs> Watches::next_due() const {
    if (lingering_.empty()) return std::nullopt;
    return lingering_.front().until;
}

}  // namespace tickweir::gateway::replica
